# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..portal_common import PDF, PortalCase


@tagged("post_install", "-at_install")
class TestPortalDoors(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.employee = new_test_user(cls.env, "some_employee", "base.group_user")

    # === CLOSING === #

    def _close(self, **values):
        return self._post(
            "/ticket/close",
            {
                name: value
                for name, value in {
                    "ticket_id": self.ticket.id,
                    "stage_id": self.done.id,
                    **values,
                }.items()
                if value is not None
            },
        )

    def test_closing(self):
        self._login(self.a1)
        response = self._close()
        self.assertEqual(response.status_code, 302)
        self.assertURLEqual(
            response.headers["Location"], f"/my/ticket/{self.ticket.id}"
        )
        self.assertEqual(self.ticket.stage_id, self.done)
        self.assertEqual(self.ticket.resolution_state, "met")
        # What is closed is closed.
        cancelled = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        self._close(stage_id=cancelled.id)
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_closing_needs_post_and_token(self):
        self._login(self.a1)
        stage = self.ticket.stage_id
        path = f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.done.id}"
        self.assertEqual(self.url_open(path).status_code, 405)
        self.assertEqual(self.url_open(path, method="HEAD").status_code, 405)
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/ticket/close",
                data={"ticket_id": self.ticket.id, "stage_id": self.done.id},
            )
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.stage_id, stage)

    def test_closing_the_ticket_of_somebody_else(self):
        stage = self.ticket.stage_id
        answers = {}
        for user in (self.b1, self.beta_user, self.employee):
            self._login(user)
            for ticket_id in (self.ticket.id, 999_999_999):
                with self.subTest(user=user.login, ticket=ticket_id):
                    response = self._close(ticket_id=ticket_id)
                    self.assertEqual(response.status_code, 404)
                    answers.setdefault(user, set()).add(len(response.text))
        for user, lengths in answers.items():
            self.assertEqual(len(lengths), 1, f"{user.login} learns what exists")
        self.assertEqual(self.ticket.stage_id, stage)

    def test_closing_when_signed_out(self):
        stage = self.ticket.stage_id
        self.authenticate(None, None)
        response = self._close()
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self.ticket.stage_id, stage)

    def test_closing_with_bad_ids(self):
        self._login(self.a1)
        stage = self.ticket.stage_id
        for ticket_id in (None, "", "abc", "0", "-1", "9" * 40, "1;2", "²"):
            with self.subTest(ticket=ticket_id):
                response = self._close(ticket_id=ticket_id)
                self.assertEqual(response.status_code, 404)
        for stage_id in (None, "", "abc", "999999", "9" * 40, stage.id):
            with self.subTest(stage=stage_id):
                response = self._close(stage_id=stage_id, foo_id="x")
                self.assertEqual(response.status_code, 302)
        self.assertEqual(self.ticket.stage_id, stage)

    def test_closing_in_a_stage_of_others(self):
        """Neither a stage that is not offered, nor another company's or team's."""
        self._login(self.a1)
        stage = self.ticket.stage_id
        other_team = self.team.copy({"name": "Other team"})
        stages = self.env["helpdesk.ticket.stage"].create(
            [
                {"name": "Not offered", "closed": True, "company_id": False},
                {
                    "name": "Of Beta",
                    "closed": True,
                    "close_from_portal": True,
                    "company_id": self.beta.id,
                },
                {
                    "name": "Of another team",
                    "closed": True,
                    "close_from_portal": True,
                    "company_id": False,
                    "team_ids": other_team.ids,
                },
            ]
        )
        for other in stages:
            with self.subTest(other.name):
                self._close(stage_id=other.id)
                self.assertEqual(self.ticket.stage_id, stage)

    def test_public_may_not_write_stages(self):
        stages = self.env["helpdesk.ticket.stage"].with_user(
            self.env.ref("base.public_user")
        )
        self.assertFalse(stages.has_access("write"))

    # === FILING === #

    def test_filing_by_get_creates_nothing(self):
        self._login(self.a1)
        before = self._all_tickets()
        query = f"subject=x&description=y&category={self.category_in.id}"
        response = self.url_open(f"/submitted/ticket?{query}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertURLEqual(response.headers["Location"], "/new/ticket")
        self.assertEqual(self._all_tickets(), before)

    def test_filing_when_signed_out(self):
        before = self._all_tickets()
        self.authenticate(None, None)
        for path in ("/new/ticket", "/my/charter", "/my/tickets"):
            self.assertIn("/web/login", self.url_open(path).url)
        response = self._submit()
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self._all_tickets(), before)

    def test_filing_in_another_company(self):
        self._login(self.beta_user)
        self.assertEqual(self._submit().status_code, 400)
        ticket = self._file(category=self.beta_category.id)
        self.assertEqual(ticket.company_id, self.beta)
        self._login(self.a1)
        self.assertNotIn(ticket.number, self.url_open("/my/tickets").text)

    # === FILES === #

    def _attach(self, name, user=None, **vals):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.agent)
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": PDF,
                    "res_model": "helpdesk.ticket",
                    "res_id": self.ticket.id,
                    **vals,
                }
            )
        )

    def test_files_of_internal_notes_stay_inside(self):
        with_ticket = self._attach("with_ticket.pdf", self.a1)
        internal = self._attach("internal.pdf")
        public = self._attach("public.pdf")
        ticket = self.ticket.with_user(self.agent)
        ticket.message_post(
            body="Note", subtype_xmlid="mail.mt_note", attachment_ids=internal.ids
        )
        ticket.message_post(
            body="Message",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=public.ids,
        )
        self._login(self.a1)
        response = self.url_open(f"/my/ticket/{self.ticket.id}")
        self.assertIn("with_ticket.pdf", response.text)
        self.assertNotIn("internal.pdf", response.text)
        self.assertNotIn("access_token", response.text.split("/web/content/")[1][:60])
        files = with_ticket + internal + public
        self.assertFalse(any(files.mapped("access_token")))
        for file, status in ((with_ticket, 200), (public, 200), (internal, 404)):
            with self.subTest(file.name), mute_logger("odoo.http"):
                response = self.url_open(f"/web/content/{file.id}?download=true")
                self.assertEqual(response.status_code, status)
        for user in (self.b1, self.beta_user, None):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for file in files:
                with mute_logger("odoo.http"):
                    response = self.url_open(f"/web/content/{file.id}?download=true")
                self.assertEqual(response.status_code, 404)

    def test_markup_is_downloaded_as_text(self):
        self._login(self.a1)
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
        page = b"<html><script>alert(1)</script></html>"
        ticket = self._file(
            files=[
                ("attachment", ("x.svg", svg, "image/svg+xml")),
                ("attachment", ("x.html", page, "text/html")),
                ("attachment", ("x.xhtml", page, "application/xhtml+xml")),
            ]
        )
        self.assertEqual(len(ticket.attachment_ids), 3)
        for file in ticket.attachment_ids:
            with self.subTest(file.name):
                response = self.url_open(f"/web/content/{file.id}")
                self.assertEqual(response.status_code, 200)
                self.assertTrue(
                    response.headers["Content-Type"].startswith("text/plain"),
                    response.headers["Content-Type"],
                )

    # === EVERYTHING === #

    def test_strange_requests_are_no_server_error(self):
        """Every page, as everybody, with values that nobody expects."""
        values = ("", "abc", "-1", "0", "9" * 30, "%00", "é", "[]", "../..")
        users = (None, self.a1, self.b1, self.beta_user, self.agent)
        before = self._all_tickets()
        stages = before.mapped("stage_id.id")
        for user in users:
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            paths = [
                f"/{page}?{name}={value}"
                for page, name in (
                    ("new/ticket", "category"),
                    ("submitted/ticket", "category"),
                    ("my/charter", "version"),
                    ("ticket/close", "ticket_id"),
                    ("my/tickets", "filterby"),
                )
                for value in values
            ] + [f"/my/ticket/{value}" for value in values if value not in ("", "%00")]
            for path in paths:
                with self.subTest(user=user and user.login, path=path):
                    response = self.url_open(path, allow_redirects=False)
                    self.assertLess(response.status_code, 500)
        self.assertEqual(self._all_tickets(), before)
        self.assertEqual(before.mapped("stage_id.id"), stages)
