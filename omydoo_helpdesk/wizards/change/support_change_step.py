# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class SupportChangeStep(models.TransientModel):
    """A step of a production change that needs words: why, what came of it, who."""

    _name = "support.change.step"
    _inherit = ["support.guarded.mixin"]
    _description = "Step of a Production Change"
    _support_subjects = ("change_id", "partner_id")

    change_id = fields.Many2one(
        comodel_name="support.production.change", required=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[
            ("waive", "Do without a test"),
            ("answer", "Answer the question"),
            ("phone", "Agreed by telephone"),
            ("apply", "Applied in production"),
            ("undo", "Undone in production"),
        ],
        required=True,
    )
    note = fields.Text(required=True)
    open_question = fields.Text(related="change_id.open_question")
    customer_id = fields.Many2one(related="change_id.partner_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Who Agreed",
        domain="[('commercial_partner_id', '=', customer_id), "
        "('support_change_approver', '=', True)]",
    )
    phoned_at = fields.Datetime(string="Time of the Call", default=fields.Datetime.now)

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
        elif self.kind == "answer":
            change.action_answer(self.note)
        elif self.kind == "phone":
            change._agree_by_phone(self.partner_id, self.phoned_at, self.note)
        elif self.kind == "apply":
            change.action_apply(self.note)
        else:
            change.action_undo(self.note)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _check_subjects(self, names=None):
        res = super()._check_subjects(names)
        # Who may not take the step need not see it.
        self.change_id._origin.check_access("write")
        return res
