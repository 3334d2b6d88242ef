# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportChangeStep(models.TransientModel):
    """A step of a production change that needs words: why, what came of it, who."""

    _name = "support.change.step"
    _description = "Step of a Production Change"

    change_id = fields.Many2one(
        comodel_name="support.production.change", required=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[
            ("waive", "Do without a test"),
            ("phone", "Agreed by telephone"),
            ("apply", "Applied in production"),
            ("undo", "Undone in production"),
        ],
        required=True,
    )
    note = fields.Text(required=True)
    customer_id = fields.Many2one(related="change_id.partner_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Who Agreed",
        domain="[('commercial_partner_id', '=', customer_id), "
        "('support_change_approver', '=', True)]",
    )
    phoned_at = fields.Datetime(string="Time of the Call", default=fields.Datetime.now)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        # A step names the change and its customer to whoever made it.
        steps.change_id.check_access("write")
        return steps

    def write(self, vals):
        res = super().write(vals)
        self.change_id.check_access("write")
        return res

    # === ACTION METHODS === #

    def action_confirm(self):
        """Take the step.

        :return: an action that closes the wizard
        :rtype: dict
        :raise UserError: with the reason why it may not be taken
        """
        self.ensure_one()
        change = self.change_id
        if self.kind == "waive":
            change._waive_test(self.note)
        elif self.kind == "phone":
            change._agree_by_phone(self.partner_id, self.phoned_at, self.note)
        elif self.kind == "apply":
            change.action_apply(self.note)
        else:
            change.action_undo(self.note)
        return {"type": "ir.actions.act_window_close"}
