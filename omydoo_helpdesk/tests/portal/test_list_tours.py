# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..portal_common import PortalCase


class ListToursCase(PortalCase):
    def _run_customer_finds_a_ticket(self):
        self._create_ticket(name="Œuvre échouée")
        self._create_ticket(
            name="Waiting zebra",
            stage_id=self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting").id,
        )
        self._create_ticket(name="Œuvre échouée de B", partner_id=self.b1.partner_id.id)
        self.start_tour(
            "/my", "omydoo_helpdesk_customer_finds_a_ticket", login=self.a1.login
        )


@tagged("post_install", "-at_install")
class TestListTours(ListToursCase):
    browser_size = "1280x900"

    def test_customer_finds_a_ticket(self):
        self._run_customer_finds_a_ticket()


@tagged("post_install", "-at_install")
class TestListToursOnPhone(ListToursCase):
    browser_size = "375x700"
    touch_enabled = True

    def test_customer_finds_a_ticket_on_a_phone(self):
        self._run_customer_finds_a_ticket()
