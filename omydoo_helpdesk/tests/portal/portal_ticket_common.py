# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import html

from ..portal_common import HIGH_ANSWERS, PortalCase

ANSWER = {"answer": "Voilà la réponse <script>alert(1)</script>"}
REOPEN = {"reopen_reason": "Le problème est revenu"}
RATE = {"satisfaction": "okay", "feedback": "Un peu long"}
CONTEST = {"contest_reason": "Une formation <b>promise</b>\nà la vente"}
ACTIONS = {
    "answer": ANSWER,
    "reopen": REOPEN,
    "urgent": HIGH_ANSWERS,
    "rate": RATE,
    "contest": CONTEST,
}


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
            self.ticket.contest_state,
            self.ticket.contest_ids,
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
