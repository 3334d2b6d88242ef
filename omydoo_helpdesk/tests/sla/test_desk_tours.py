# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged

from ..sla_common import SlaCase


class DeskTourCase(SlaCase, HttpCase):
    """The browser's clock is the real one: filings are told from now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.company.helpdesk_mgmt_ticket_auto_assign = False
        cls.plan_4.calendar_id = False  # every hour counts, whenever this runs

    def setUp(self):
        super().setUp()
        now = datetime.now().replace(microsecond=0)
        self.late = self._file(
            str(now - timedelta(days=1)), name="Is late", user_id=self.agent.id
        )
        self.untaken = self._file(str(now - timedelta(hours=1)), name="Is untaken")


@tagged("post_install", "-at_install")
class TestDeskTours(DeskTourCase):
    browser_size = "1440x900"

    def test_agent_starts_the_day(self):
        self.start_tour(
            "/odoo",
            "omydoo_helpdesk_agent_starts_the_day",
            login=self.agent.login,
        )

    def test_manager_sees_the_desk(self):
        self.start_tour(
            "/odoo/desk-overview",
            "omydoo_helpdesk_manager_sees_the_desk",
            login=self.manager.login,
        )

    def test_agent_splits(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "stock.txt",
                "datas": base64.b64encode(b"12"),
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        self.late.message_post(
            body="By the way, the stock is wrong too.",
            author_id=self.a1.partner_id.id,
            email_from=self.a1.email,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        self.start_tour(
            f"/odoo/helpdesk-tickets/{self.late.id}",
            "omydoo_helpdesk_agent_splits",
            login=self.agent.login,
        )
        new = self.env["helpdesk.ticket"].search([("split_from_id", "=", self.late.id)])
        self.assertEqual(new.name, "The stock is wrong")

    def test_agent_merges(self):
        self.company.helpdesk_mgmt_duplicate_tracking = True
        self.start_tour(
            f"/odoo/helpdesk-tickets/{self.untaken.id}",
            "omydoo_helpdesk_agent_merges",
            login=self.agent.login,
        )
        self.env.invalidate_all()
        self.assertEqual(self.untaken.duplicate_id, self.late)


@tagged("post_install", "-at_install")
class TestDeskTourPhone(DeskTourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_manager_on_the_phone(self):
        # A desk that is set up: its manager is led nowhere else.
        self.patch(
            self.registry["support.start"], "_get_start_progress", lambda _model: False
        )
        self.start_tour(
            "/odoo/my-desk",
            "omydoo_helpdesk_manager_on_the_phone",
            login=self.manager.login,
        )
