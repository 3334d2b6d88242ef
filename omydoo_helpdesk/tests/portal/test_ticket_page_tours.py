# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..portal_common import PortalCase


class TicketPageToursCase(PortalCase):
    def _run_customer_follows_a_ticket(self):
        awaiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        awaiting.with_context(lang="fr_FR").hold_reason = "Une capture, svp"
        ticket = self._create_ticket(
            claimed_priority="1", user_id=self.agent.id, stage_id=awaiting.id
        )
        self.start_tour(
            f"/my/ticket/{ticket.id}",
            "omydoo_helpdesk_customer_follows_a_ticket",
            login=self.a1.login,
        )
        self.env.invalidate_all()
        self.assertRecordValues(
            ticket,
            [
                {
                    "closed": True,
                    "claimed_priority": "3",
                    "blocking_what": "La facturation",
                    "reopen_count": 1,
                    "satisfaction": "satisfied",
                }
            ],
        )
        self.assertEqual(ticket.rating_ids.feedback, "Très bien")
        messages = ticket.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(len(messages), 3)
        self.assertEqual(messages.author_id, self.a1.partner_id)
        self.assertEqual(messages.attachment_ids.mapped("name"), ["capture.txt"])


@tagged("post_install", "-at_install")
class TestTicketPageTours(TicketPageToursCase):
    browser_size = "1280x900"

    def test_customer_follows_a_ticket(self):
        self._run_customer_follows_a_ticket()


@tagged("post_install", "-at_install")
class TestTicketPageToursOnPhone(TicketPageToursCase):
    browser_size = "375x700"
    touch_enabled = True

    def test_customer_follows_a_ticket_on_a_phone(self):
        self._run_customer_follows_a_ticket()
