# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SupportUpdateFail(models.TransientModel):
    """Moves what failed in a weekly update to a later one, with the reason."""

    _name = "support.update.fail"
    _description = "Move to a Later Update"

    line_ids = fields.Many2many(
        comodel_name="support.update.line",
        string="Content",
        required=True,
        default=lambda self: self._get_default_lines(),
    )
    reason = fields.Char(required=True)
    update_id = fields.Many2one(
        comodel_name="support.update",
        string="Later Update",
        domain="[('state', '=', 'planned')]",
        help="Empty means the next one of the company.",
    )

    @api.model
    def _get_default_lines(self):
        if self.env.context.get("active_model") != "support.update.line":
            return False
        return [Command.set(self.env.context.get("active_ids") or [])]

    def action_confirm(self):
        """Move the lines.

        :return: an action that closes the wizard
        :rtype: dict
        :raise UserError: if there is no reason, or nothing to move
        """
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why it is moved."))
        lines = self.line_ids.filtered(lambda line: line.state == "planned")
        if not lines:
            raise UserError(self.env._("There is nothing planned among these."))
        for update, group in lines.grouped("update_id").items():
            later = self.update_id or update._get_next(
                update.company_id, update.scheduled_at
            )
            if later == update or later.company_id != update.company_id:
                raise UserError(
                    self.env._("Choose a later update of the same company.")
                )
            group._fail(self.reason.strip(), later)
        return {"type": "ir.actions.act_window_close"}
