# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .portal_common import HIGH_ANSWERS, PDF, PortalCase

ANSWER = {"answer": "Voilà la réponse <script>alert(1)</script>"}
REOPEN = {"reopen_reason": "Le problème est revenu"}
RATE = {"satisfaction": "okay", "feedback": "Un peu long"}
ACTIONS = {"answer": ANSWER, "reopen": REOPEN, "urgent": HIGH_ANSWERS, "rate": RATE}


class TicketPageCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.stage_new = ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.stage_progress = ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        cls.stage_awaiting = ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.stage_done = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.ticket = cls._create_ticket(
            claimed_priority="1", user_id=cls.agent.id, stage_id=cls.stage_progress.id
        )

    def _act(self, action, values=None, ticket=None, **kwargs):
        path = f"/my/ticket/{(ticket or self.ticket).id}/{action}"
        return self._post(path, ACTIONS[action] if values is None else values, **kwargs)

    def _open(self, path):
        """Open a page wherever it leads to."""
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200, path)
        return html.fromstring(response.content)

    def _comments(self, ticket=None):
        return (ticket or self.ticket).message_ids.filtered(
            lambda message: message.message_type == "comment"
        )

    def _snapshot(self):
        """Return whatever a customer could change of the ticket."""
        self.env.invalidate_all()
        return (
            self.ticket.stage_id,
            self.ticket.priority,
            self.ticket.claimed_priority,
            self.ticket.urgent_claimed_at,
            self.ticket.rating_ids.mapped("rating"),
            self._comments(),
            self.ticket.activity_ids,
        )

    def assertPageAgain(self, response, field, typed):
        """Check that the page came back with a message for a field, and the text.

        :param str field: with the error
        :param dict typed: what was sent
        """
        self.assertEqual(response.status_code, 400, response.text[:500])
        page = html.fromstring(response.content)
        self.assertTrue(page.xpath("//*[@id='support_form_errors'][@role='alert']//li"))
        for anchor in page.xpath("//*[@id='support_form_errors']//a/@href"):
            self.assertTrue(page.xpath(f"//*[@id='{anchor[1:]}']"), anchor)
        if field:
            self.assertTrue(self._text(page, f"//*[@id='{field}_error']"))
        for name, value in typed.items():
            found = page.xpath(f"//*[@name='{name}']")
            self.assertTrue(found, name)
            self.assertEqual(found[0].get("value") or found[0].text or "", value)
        return page


@tagged("post_install", "-at_install")
class TestPortalTicketDoors(TicketPageCase):
    """Who may do what: whoever is signed in and reads the ticket, by POST."""

    def test_get_changes_nothing(self):
        self._login(self.a1)
        before = self._snapshot()
        for stage in (self.stage_progress, self.stage_done):
            self.ticket.stage_id = stage
            before = self._snapshot()
            for action in ACTIONS:
                path = f"/my/ticket/{self.ticket.id}/{action}"
                for method in ("GET", "HEAD"):
                    # The end of the path looks like the token of a shared link.
                    response = self.url_open(path, method=method)
                    self.assertEqual(response.status_code, 200, path)
            self.assertEqual(self._snapshot(), before)

    def test_without_token(self):
        self._login(self.a1)
        before = self._snapshot()
        for action, values in ACTIONS.items():
            with self.subTest(action), mute_logger("odoo.http"):
                response = self.url_open(
                    f"/my/ticket/{self.ticket.id}/{action}", data=values
                )
                self.assertEqual(response.status_code, 400)
        self.assertEqual(self._snapshot(), before)

    def test_expired_session_keeps_the_text(self):
        self._login(self.a1)
        response = self.url_open(
            f"/my/ticket/{self.ticket.id}/answer", data={"answer": "Mon texte"}
        )
        self.assertPageAgain(response, None, {"answer": "Mon texte"})

    def test_the_ticket_of_somebody_else(self):
        employee = new_test_user(self.env, "page_employee", "base.group_user")
        for stage in (self.stage_progress, self.stage_done):
            self.ticket.stage_id = stage
            before = self._snapshot()
            for user in (self.b1, self.beta_user, employee):
                self._login(user)
                for action, values in ACTIONS.items():
                    lengths = set()
                    for ticket_id in (self.ticket.id, 2**31 - 1, 2**40):
                        with self.subTest(user=user.login, action=action):
                            response = self._post(
                                f"/my/ticket/{ticket_id}/{action}", values
                            )
                            self.assertEqual(response.status_code, 404)
                            lengths.add(len(response.text) - len(str(ticket_id)))
                            # Nor does an expired session tell.
                            with mute_logger("odoo.http"):
                                response = self.url_open(
                                    f"/my/ticket/{ticket_id}/{action}", data=values
                                )
                            self.assertEqual(response.status_code, 404)
            self.assertEqual(self._snapshot(), before)

    def test_wrong_ids(self):
        self._login(self.a1)
        for action, values in ACTIONS.items():
            for ticket_id in ("abc", "-1", "0", "1;2"):
                response = self._post(f"/my/ticket/{ticket_id}/{action}", values)
                self.assertIn(response.status_code, (400, 404), ticket_id)

    def test_signed_out(self):
        self.authenticate(None, None)
        before = self._snapshot()
        token = self.ticket._portal_ensure_token()
        for action, values in ACTIONS.items():
            response = self._act(action, {**values, "access_token": token})
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self._snapshot(), before)

    def test_shared_link_reads_only(self):
        """A token shows the page, none of its forms, and opens no action."""
        token = self.ticket._portal_ensure_token()
        for user in (None, self.b1):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for stage in (self.stage_progress, self.stage_done):
                self.ticket.stage_id = stage
                # In the visitor's language: that is another address.
                page = self._open(f"/my/ticket/{self.ticket.id}?access_token={token}")
                self.assertIn(self.ticket.name, page.text_content())
                self.assertFalse(page.xpath("//form[contains(@action, '/ticket/')]"))
                self.assertTrue(page.xpath("//*[@name='support_timeline']"))
        response = self._act("rate", {**RATE, "access_token": token})
        self.assertEqual(response.status_code, 404)

    def test_token_does_not_leak(self):
        token = self.ticket._portal_ensure_token()
        self.authenticate(None, None)
        response = self.url_open(f"/my/ticket/{self.ticket.id}?access_token={token}")
        self.assertEqual(response.headers["Referrer-Policy"], "same-origin")
        # Whoever is signed in needs none, and gets none.
        self._login(self.a1)
        response = self.url_open(f"/my/ticket/{self.ticket.id}")
        self.assertEqual(response.headers["Referrer-Policy"], "same-origin")
        self.assertNotIn(token, response.text)

    def test_desk_reads_the_page_but_is_no_customer(self):
        self.ticket.stage_id = self.stage_done
        self._login(self.agent)
        page = self._open(f"/my/ticket/{self.ticket.id}")
        for action in ("reopen", "urgent", "rate"):
            self.assertFalse(page.xpath(f"//form[contains(@action, '/{action}')]"))
            self.assertEqual(self._act(action).status_code, 404)
        self.assertEqual(self.ticket.stage_id, self.stage_done)


@tagged("post_install", "-at_install")
class TestPortalTicketPage(TicketPageCase):
    """What the page shows."""

    def _show(self, user=None, **vals):
        """Open the page of the ticket, once it has these values."""
        if vals:
            self.ticket.write(vals)
        self._login(user or self.a1)
        return self._get(f"/my/ticket/{self.ticket.id}")

    def test_timeline_in_french(self):
        page = self._show(stage_id=self.stage_awaiting.id)
        section = "//*[@name='support_timeline']"
        texts = page.xpath(f"{section}//ol/li/span[1]")
        self.assertEqual(
            [node.text_content().strip() for node in texts],
            ["Demande reçue.", "Nous attendons votre réponse."],
        )
        for node in page.xpath(f"{section}//time"):
            self.assertRegex(node.get("datetime"), r"^\d{4}-\d\d-\d\dT[\d:]+Z$")
            self.assertIn("Europe/Paris", node.text)

    def test_waiting_call(self):
        self.assertFalse(self._show().xpath("//*[@id='support_waiting_title']"))
        self.stage_awaiting.with_context(lang="fr_FR").hold_reason = "Une capture ?"
        page = self._show(stage_id=self.stage_awaiting.id)
        call = "//*[contains(@class, 'o_support_waiting')]"
        self.assertIn("Une capture ?", self._text(page, call))
        self.assertEqual(page.xpath(f"{call}//a/@href"), ["#answer"])
        self.assertTrue(page.xpath("//textarea[@id='answer']"))
        # Without a plan no clock is held: the call is there nevertheless.
        self.ticket.subscription_id = False
        self.assertEqual(self.ticket.resolution_state, "none")
        self.assertIn("Une capture ?", self._text(self._show(), call))

    def test_late_is_said(self):
        with self.at("2026-06-01 07:00:00"):
            ticket = self._create_ticket()
            self.env.flush_all()
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        for clock in ("response", "resolution"):
            self.assertIn(
                "en retard",
                self._text(page, f"//*[contains(@class, 'o_support_promise_{clock}')]"),
            )

    def test_headings_in_order(self):
        for stage in (self.stage_awaiting, self.stage_done):
            page = self._show(stage_id=stage.id)
            levels = [
                int(node.get("aria-level") or node.tag[1])
                for node in page.xpath(
                    "//div[@id='wrap']//*[self::h1 or self::h2 or self::h3 or self::h4"
                    " or self::h5 or self::h6]"
                )
            ]
            self.assertEqual(levels.count(1), 1, levels)
            for level, following in zip(levels, levels[1:], strict=False):
                self.assertLessEqual(following, level + 1, levels)

    def test_labels(self):
        for stage in (self.stage_awaiting, self.stage_done):
            page = self._show(stage_id=stage.id)
            ids = page.xpath("//@id")
            self.assertEqual(len(ids), len(set(ids)))
            for field in page.xpath(
                "//form[contains(@class, 'o_support_page_form')]"
                "//*[self::input[not(@type='hidden')] or self::textarea]"
            ):
                label = self._text(page, f"//label[@for='{field.get('id')}']")
                self.assertTrue(label, field.get("name"))

    def test_messages_without_javascript(self):
        self.ticket.with_user(self.agent).message_post(
            body="Une question ?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("plan.pdf", PDF)],
        )
        self.ticket.with_user(self.agent).message_post(
            body="Secret", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        page = self._show()
        text = self._text(page, "//noscript")
        self.assertIn("Une question ?", text)
        self.assertIn("plan.pdf", text)
        self.assertNotIn("Secret", page.text_content())

    def test_closing_is_offered_again_after_reopening(self):
        close = "//form[@action='/ticket/close']"
        self.assertTrue(self._show().xpath(close))
        self.assertFalse(self._show(stage_id=self.stage_done.id).xpath(close))
        self.assertTrue(self._show(stage_id=self.stage_progress.id).xpath(close))

    def test_read_by_a_replica(self):
        """Nothing is written: the page can be read from a copy of the database."""
        self._login(self.a1)
        modes = []
        serve = Request._serve_ir_http

        def spy(request, *args):
            modes.append(request.env.cr.readonly)
            return serve(request, *args)

        with patch.object(Request, "_serve_ir_http", spy):
            self._get(f"/my/ticket/{self.ticket.id}")
        # Once: what writes is tried again, in a transaction that may.
        self.assertEqual(modes, [True])

    def test_phone_number_of_the_plan(self):
        phone = "+33 1 23 45 67 89"
        urgent = "//details[contains(@class, 'o_support_urgent')]"
        self.assertIn(phone, self._text(self._show(), urgent))
        self.plan_24.phone_allowed = False
        self.assertNotIn(phone, self._show().text_content())


@tagged("post_install", "-at_install")
class TestPortalTicketAnswer(TicketPageCase):
    def setUp(self):
        super().setUp()
        self._login(self.a1)

    def test_answer_with_files(self):
        self.ticket.stage_id = self.stage_awaiting
        response = self._act(
            "answer",
            files=[
                ("attachment", ("../a/capture.pdf", PDF, "application/pdf")),
                ("attachment", ("x.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")),
            ],
        )
        self.assertEqual(response.status_code, 303)
        message = self._comments()
        self.assertEqual(message.author_id, self.a1.partner_id)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertNotIn("<script", message.body)
        self.assertIn("&lt;script", message.body)
        self.assertEqual(
            sorted(message.attachment_ids.mapped("name")), ["capture.pdf", "x.svg"]
        )
        self.assertNotIn("image/svg+xml", message.attachment_ids.mapped("mimetype"))
        # It was waited for.
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Voilà la réponse", self._text(page, "//noscript"))

    def test_answer_by_the_thread_of_odoo(self):
        """The other road: what the script of Odoo's portal sends."""
        self.ticket.stage_id = self.stage_awaiting
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": self.ticket.id,
                "post_data": {
                    "body": "Voilà",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        self.assertEqual(self.ticket.stage_id, self.stage_progress)

    def test_a_colleague_and_a_file_alone(self):
        self.ticket.stage_id = self.stage_awaiting
        self._login(self.a2)
        response = self._act(
            "answer", {}, files=[("attachment", ("a.pdf", PDF, "application/pdf"))]
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self._comments().author_id, self.a2.partner_id)
        self.assertEqual(self.ticket.stage_id, self.stage_progress)

    def test_wrong_answers(self):
        before = self._snapshot()
        for text in ("", "   ", "\u200b\x00"):
            self.assertPageAgain(self._act("answer", {"answer": text}), "answer", {})
        long = "x" * 50_001
        response = self._act("answer", {"answer": long})
        self.assertPageAgain(response, "answer", {"answer": long})
        kept = {"answer": "Mon texte"}
        empty = [("attachment", ("vide.txt", b"", "text/plain"))]
        many = [
            ("attachment", (f"{number}.txt", b"x", "text/plain"))
            for number in range(21)
        ]
        for files in (empty, many):
            response = self._act("answer", kept, files=files)
            self.assertPageAgain(response, "attachment", kept)
        self.assertEqual(self._snapshot(), before)
        self.assertFalse(self.env["ir.attachment"].search([("name", "=", "vide.txt")]))

    def test_too_large_a_file_keeps_the_text(self):
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 2000)
        response = self._act(
            "answer",
            {"answer": "Mon texte"},
            files=[("attachment", ("gros.txt", b"x" * 100_000, "text/plain"))],
        )
        self.assertIn(response.status_code, (400, 413))
        page = html.fromstring(response.content)
        self.assertEqual(page.xpath("//textarea[@name='answer']")[0].text, "Mon texte")
        self.assertTrue(self._text(page, "//*[@id='attachment_error']"))
        self.assertFalse(self._comments())

    def test_sent_twice(self):
        for _time in range(2):
            self.assertEqual(self._act("answer").status_code, 303)
        self.assertEqual(len(self._comments()), 1)
        self._act("answer", {"answer": "Autre chose"})
        self.assertEqual(len(self._comments()), 2)

    def test_closed_takes_no_answer(self):
        self.ticket.stage_id = self.stage_done
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[contains(@action, '/answer')]"))
        chatter = page.xpath("//*[@id='discussion']/@data-allow_composer")
        self.assertEqual(chatter, ["0"])
        response = self._act("answer")
        self.assertEqual(response.status_code, 303)
        self.assertFalse(self._comments())


@tagged("post_install", "-at_install")
class TestPortalTicketState(TicketPageCase):
    def setUp(self):
        super().setUp()
        self._login(self.a1)

    # === REOPEN === #

    def test_reopen(self):
        self.ticket.stage_id = self.stage_done
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(page.xpath("//form[contains(@action, '/reopen')]"))
        response = self._act(
            "reopen", files=[("attachment", ("a.pdf", PDF, "application/pdf"))]
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        self.assertEqual(self.ticket.reopen_count, 1)
        message = self._comments()
        self.assertIn("Le problème est revenu", message.body)
        self.assertEqual(message.attachment_ids.name, "a.pdf")
        # The second one of two finds it open.
        self.assertEqual(self._act("reopen").status_code, 303)
        self.assertEqual(self.ticket.reopen_count, 1)
        self.assertEqual(len(self._comments()), 1)

    def test_reopen_needs_a_reason(self):
        self.ticket.stage_id = self.stage_done
        pdf = [("attachment", ("a.pdf", PDF, "application/pdf"))]
        for files in (None, pdf):
            response = self._act("reopen", {"reopen_reason": " "}, files=files)
            self.assertPageAgain(response, "reopen_reason", {})
        self.assertEqual(self.ticket.stage_id, self.stage_done)

    def test_reopen_too_late(self):
        self.ticket.stage_id = self.stage_done
        self.ticket.closed_date = fields.Datetime.now() - timedelta(days=16)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[contains(@action, '/reopen')]"))
        closed = "//*[@id='support_closed']"
        self.assertIn(self.ticket.number, self._text(page, closed))
        self.assertTrue(page.xpath(f"{closed}//a[contains(@href, '/new/ticket')]"))
        self.assertEqual(self._act("reopen").status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        self.assertFalse(self._comments())

    def test_merged(self):
        other = self._create_ticket()
        self.ticket.write({"stage_id": self.stage_done.id, "duplicate_id": other.id})
        before = self._snapshot()
        for action in ACTIONS:
            self.assertEqual(self._act(action).status_code, 303)
        self.assertEqual(self._snapshot(), before)

    # === URGENT === #

    def test_urgent(self):
        response = self._act("urgent")
        self.assertEqual(response.status_code, 303)
        self.assertRecordValues(
            self.ticket,
            [{"claimed_priority": "3", "priority": "3", **HIGH_ANSWERS}],
        )
        self.assertEqual(self.ticket.activity_ids.user_id, self.agent)
        message = self._comments()
        self.assertEqual(message.author_id, self.a1.partner_id)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[contains(@action, '/urgent')]"))
        self.assertIn("+33 1 23 45 67 89", page.text_content())
        self.assertTrue(page.xpath("//li[@class='o_support_timeline_urgent']"))
        # Once only.
        other = {"blocking_what": "Encore", "blocking_who": "Personne"}
        self._act("urgent", other)
        self.assertEqual(self.ticket.blocking_what, HIGH_ANSWERS["blocking_what"])
        self.assertEqual(len(self._comments()), 1)

    def test_urgent_needs_both_answers(self):
        before = self._snapshot()
        for values, field in (
            ({"blocking_what": "Caisse", "blocking_who": ""}, "blocking_who"),
            ({"blocking_what": "", "blocking_who": "Tous"}, "blocking_what"),
            ({"blocking_what": "x" * 2001, "blocking_who": "Tous"}, "blocking_what"),
            ({"blocking_what": "Caisse", "blocking_who": "x" * 251}, "blocking_who"),
        ):
            page = self.assertPageAgain(self._act("urgent", values), field, values)
            self.assertTrue(page.xpath("//details[@open][.//*[@id='blocking_what']]"))
        self.assertEqual(self._snapshot(), before)

    def test_urgent_on_a_closed_ticket(self):
        self.ticket.stage_id = self.stage_done
        before = self._snapshot()
        self.assertEqual(self._act("urgent").status_code, 303)
        self.assertEqual(self._snapshot(), before)

    # === RATE === #

    def _rating(self):
        self.env.invalidate_all()
        return self.ticket.rating_ids

    def test_rate(self):
        self.assertEqual(self._act("rate").status_code, 303)
        self.assertFalse(self._rating(), "not while it is open")
        self.ticket.stage_id = self.stage_done
        self.assertEqual(self._act("rate").status_code, 303)
        self.assertRecordValues(
            self._rating(),
            [
                {
                    "rating": 3,
                    "feedback": "Un peu long",
                    "consumed": True,
                    "partner_id": self.a1.partner_id.id,
                    "rated_partner_id": self.agent.partner_id.id,
                }
            ],
        )
        self.assertEqual(self.ticket.satisfaction, "okay")
        # No answer: nothing is reopened, nobody is told of one.
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        self.assertFalse(self.ticket.activity_ids)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Un peu long", self._text(page, "//*[@id='support_rating']"))

    def test_change_the_rating(self):
        self.ticket.stage_id = self.stage_done
        self._act("rate")
        self._act("rate", {"satisfaction": "dissatisfied", "feedback": ""})
        self.assertEqual(self._rating().mapped("rating"), [1])
        self.assertEqual(self.ticket.satisfaction, "dissatisfied")
        self.assertEqual(self.ticket.activity_ids.user_id, self.manager)
        rating = self._rating()
        rating.write({"rated_on": fields.Datetime.now() + timedelta(days=-15)})
        self.ticket.closed_date = fields.Datetime.now() - timedelta(days=20)
        self._act("rate", {"satisfaction": "satisfied"})
        self.assertEqual(self._rating().mapped("rating"), [1])

    def test_colleagues_rate_for_themselves(self):
        self.ticket.stage_id = self.stage_done
        self._act("rate")
        self._login(self.a2)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn("Un peu long", self._text(page, "//*[@id='support_rating']"))
        self._act("rate", {"satisfaction": "satisfied"})
        self.assertEqual(sorted(self._rating().mapped("rating")), [3, 5])

    def test_wrong_rates(self):
        self.ticket.stage_id = self.stage_done
        for satisfaction in ("", "5", "great", "satisfied\x00,"):
            values = {"satisfaction": satisfaction, "feedback": "Bien"}
            self.assertPageAgain(
                self._act("rate", values), "satisfaction", {"feedback": "Bien"}
            )
        self.assertPageAgain(
            self._act("rate", {"satisfaction": "okay", "feedback": "x" * 2001}),
            "feedback",
            {},
        )
        self.assertFalse(self._rating())

    def test_link_of_a_mail(self):
        """Odoo's own page: a GET decides nothing; the rating is the same record."""
        self.ticket.stage_id = self.stage_done
        token = self.ticket._rating_get_access_token()
        self.authenticate(None, None)
        response = self.url_open(f"/rate/{token}/5")
        self.assertEqual(response.status_code, 200)
        self.url_open(f"/rate/{token}/submit_feedback?rate=5")
        self.assertFalse(self._rating().consumed)
        response = self._post(
            f"/rate/{token}/submit_feedback", {"rate": 5, "feedback": "Merci"}
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.ticket.satisfaction, "satisfied")
        self._login(self.a1)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Merci", self._text(page, "//*[@id='support_rating']"))
        self._act("rate")
        self.assertEqual(self._rating().mapped("rating"), [3])

    def test_reporting(self):
        self.ticket.stage_id = self.stage_done
        self._act("rate")
        unrated = self._create_ticket()
        groups = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .formatted_read_group(
                [("id", "in", (self.ticket + unrated).ids)],
                ["support_plan_id"],
                ["rating_last_value:avg", "__count"],
            )
        )
        self.assertEqual(len(groups), 1)
        self.assertEqual(groups[0]["rating_last_value:avg"], 3)
        self.assertEqual(groups[0]["__count"], 2)
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.a1).search_read(
                [], ["satisfaction"]
            )
