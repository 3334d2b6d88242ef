# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_ticket_common import CONTEST, TicketPageCase

FORM = "//form[contains(@action, '/contest')]"
SCOPE = "//*[@id='support_scope']"


@tagged("post_install", "-at_install")
class TestPortalContest(TicketPageCase):
    """On the page of a ticket its customer contests the verdict, once."""

    def setUp(self):
        super().setUp()
        self.ticket.category_id = self.category_out
        self._login(self.a1)

    def _page(self, ticket=None):
        return self._get(f"/my/ticket/{(ticket or self.ticket).id}")

    def test_contest(self):
        self.assertTrue(self._page().xpath(FORM))
        response = self._act("contest")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.ticket.contest_state, "open")
        self.assertEqual(self.ticket.contest_ids.words, CONTEST["contest_reason"])
        self.assertEqual(self.ticket.contest_ids.user_id, self.a1)
        # In the conversation, as text, for the desk to read.
        message = self._comments()
        self.assertEqual(message.author_id, self.a1.partner_id)
        self.assertIn("&lt;b&gt;promise&lt;/b&gt;", message.body)
        self.assertRegex(message.body, "Out of scope|Hors périmètre")
        page = self._page()
        self.assertFalse(page.xpath(FORM))
        self.assertIn("<b>promise</b>", self._text(page, SCOPE))
        self.assertTrue(page.xpath("//*[contains(@class, 'o_support_contest_waits')]"))
        self.assertTrue(page.xpath("//*[contains(@class, 'timeline_contest')]"))
        # The second one of two finds it contested.
        self.assertEqual(self._act("contest").status_code, 303)
        self.assertEqual(len(self.ticket.contest_ids), 1)
        self.assertEqual(len(self._comments()), 1)

    def test_decided(self):
        self._act("contest")
        words = "Une formation\nn’est pas du support"
        self.ticket.with_user(self.manager)._decide_contest("upheld", words)
        page = self._page()
        self.assertIn("Une formation n’est pas", self._text(page, SCOPE))
        self.assertFalse(page.xpath(FORM))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_support_contest_waits')]"))
        self.assertNotIn(self.manager.name, self._text(page, SCOPE))

    def test_needs_a_reason(self):
        for values in ({"contest_reason": " "}, {}):
            response = self._act("contest", values)
            page = self.assertPageAgain(response, "contest_reason", {})
            self.assertTrue(page.xpath(f"{SCOPE}[@open]"))
        long = "x" * 5000
        response = self._act("contest", {"contest_reason": long})
        self.assertPageAgain(response, "contest_reason", {"contest_reason": long})
        self.assertFalse(self.ticket.contest_state)

    def test_kept_when_the_session_is_over(self):
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"/my/ticket/{self.ticket.id}/contest", data=CONTEST
            )
        self.assertPageAgain(response, None, CONTEST)
        self.assertFalse(self.ticket.contest_state)

    def test_closed(self):
        self.ticket.stage_id = self.stage_done
        self.assertTrue(self._page().xpath(FORM))
        self.ticket.company_id.support_reopen_days = 0
        self.assertFalse(self._page().xpath(FORM))
        self._act("contest")
        self.assertFalse(self.ticket.contest_state)

    def test_not_qualified(self):
        self.ticket.category_id = False
        self.assertFalse(self._page().xpath(FORM))
        self.assertEqual(self._act("contest").status_code, 303)
        self.assertFalse(self.ticket.contest_state)

    def test_others(self):
        for user in (self.b1, self.beta_user):
            self._login(user)
            self.assertEqual(self._act("contest").status_code, 404)
        # Who reads the ticket without being its customer decides nothing for them.
        self._login(self.agent)
        self.assertEqual(self._act("contest").status_code, 404)
        self.assertFalse(self.ticket.contest_state)
        self.assertFalse(self.ticket.contest_ids)
