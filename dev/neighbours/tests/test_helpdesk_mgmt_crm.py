# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import new_test_user

from .desk import DeskCase


class TestBesideCrm(DeskCase):
    """A ticket becomes an opportunity there, a quotation or a project here."""

    def test_opportunity(self):
        seller = new_test_user(
            self.env,
            "nb_seller",
            "helpdesk_mgmt.group_helpdesk_manager,sales_team.group_sale_salesman",
        )
        ticket = self.create_ticket()
        arch = self.get_arch("form", seller)
        # One button may stand at two places: by state it is shown at one of them.
        buttons = {
            (button.get("name"), button.get("string"))
            for button in arch.xpath("//header/button")
        }
        shown = [label for _name, label in buttons if label]
        self.assertEqual(len(shown), len(set(shown)), shown)
        self.assertEqual(shown.count("Convert to opportunity"), 1)
        wizard = (
            self.env["helpdesk.ticket.create.lead"]
            .with_user(seller)
            .with_context(active_id=ticket.id)
            .create({})
        )
        wizard.action_helpdesk_ticket_to_lead()
        self.assertEqual(ticket.lead_ids.partner_id, ticket.partner_id)
        self.assertEqual(ticket.with_user(seller).lead_count, 1)
