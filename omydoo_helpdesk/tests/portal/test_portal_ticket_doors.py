# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .portal_ticket_common import ACTIONS, RATE, TicketPageCase


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
        # Not even to our own server, whose logs others may read.
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
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
