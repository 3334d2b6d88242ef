# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicketForm(models.Model):
    """What the first buttons of the form do, besides opening the composer."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === ACTION METHODS === #

    def action_take_and_answer(self):
        """Take the ticket; the form then opens where to answer.

        :raise AccessError: if the user is not in the ticket's team (OCA's rule)
        """
        self.ensure_one()
        if self.user_id != self.env.user:
            self.assign_to_me()

    def action_close_with_answer(self):
        """Close the ticket as resolved; the form calls it once the answer is sent.

        :raise AccessError: if the user may not write on the ticket
        :raise UserError: if the team has no stage for what is resolved
        """
        self.ensure_one()
        stage = self._get_resolved_stage()
        if not stage:
            raise UserError(
                self.env._(
                    "The team of “%(ticket)s” has no stage for what is resolved.",
                    ticket=self.display_name,
                )
            )
        self.stage_id = stage

    # === BUSINESS METHODS === #

    def _get_resolved_stage(self):
        """Return the first stage of the team that closes tickets as resolved.

        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        return self.team_id._get_applicable_stages().filtered(
            lambda stage: stage.closed and stage.sla_success
        )[:1]
