# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields

from .common import SupportCase


class SlaCase(SupportCase):
    """Customer A runs a plan of 4 h to the first response and 4 h to the resolution."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_4 = cls._create_plan(
            "4 h", {"3": (2, 2), "1": (4, 4), "0": (8, 16)}, sequence=1
        )
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_4)
        ref = cls.env.ref
        cls.stage_new = ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.stage_progress = ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        cls.stage_awaiting = ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.stage_done = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_cancelled = ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        (
            cls.stage_awaiting + cls.stage_done + cls.stage_cancelled
        ).mail_template_id = False

    def _file(self, moment, **vals):
        """File a ticket at an instant (naive UTC)."""
        with self.at(moment):
            ticket = self._create_ticket(**vals)
            self.env.flush_all()
        return ticket

    def _write(self, moment, ticket, **vals):
        """Write on a ticket at an instant (naive UTC)."""
        with self.at(moment):
            ticket.write(vals)
            self.env.flush_all()

    def _answer(self, moment, ticket, **kwargs):
        """Have the agent answer the customer at an instant."""
        with self.at(moment):
            ticket.with_user(self.agent).message_post(
                body="We are on it",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **kwargs,
            )
            self.env.flush_all()

    def assertClock(self, ticket, clock, state, deadline=None):
        """Compare a clock read from the database with what is expected."""
        ticket.invalidate_recordset()
        self.assertEqual(
            (ticket[f"{clock}_state"], ticket[f"{clock}_deadline"]),
            (state, fields.Datetime.to_datetime(deadline) or False),
        )
