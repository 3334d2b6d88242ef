# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import Command

from .convert_common import ConvertCase


class OutcomeCase(ConvertCase):
    """The ticket of customer A, converted into a quotation of 5 hours at 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.stage_progress = ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        cls.stage_done = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_rejected = ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        cls.env["helpdesk.ticket.stage"].search([]).mail_template_id = False

    def _quote(self, ticket=None, **vals):
        """Convert a ticket into a quotation.

        :param vals: other values of the order
        :return: the order, a draft
        """
        covered = (ticket or self.ticket).coverage != "none"
        reason = {"cover_reason": "More than support"} if covered else {}
        order = self._convert("quotation", ticket, hours=5, **reason)
        if vals:
            order.write(vals)
        self.env.flush_all()
        return order

    def _send(self, order):
        """Send a quotation to the customer, as the button of the mail does."""
        template = order._find_mail_template()
        order.with_user(self.project_manager).with_context(
            mark_so_as_sent=True
        ).message_post_with_source(template, subtype_xmlid="mail.mt_comment")
        self.assertEqual(order.state, "sent")
        self.env.flush_all()
        self.env.cr.precommit.run()
        return order

    def _activities(self, kind, ticket=None):
        activity_type = self.env.ref(f"omydoo_helpdesk.mail_activity_type_{kind}")
        ticket = ticket or self.ticket
        ticket.invalidate_recordset(["activity_ids"])
        return ticket.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    def _confirm(self, order):
        order.with_user(self.project_manager).action_confirm()
        self.env.flush_all()

    @classmethod
    def _create_template(cls, **vals):
        return cls.env["project.project"].create(
            {
                "name": "Template of integrations",
                "is_template": True,
                "type_ids": [Command.create({"name": "Kick-off"})],
                "task_ids": [Command.create({"name": "Workshop"})],
                **vals,
            }
        )

    def _run_job(self, moment, **kwargs):
        """Run the job of a day without its commits: a test has one transaction."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["sale.order"]._cron_support_expired(**kwargs)
            self.env.flush_all()
