# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportMoveOut(models.TransientModel):
    """Have a desk move out: one file with all of its tickets."""

    _name = "support.move.out"
    _inherit = ["support.guarded.mixin"]
    _description = "Move a Desk Out"
    _support_subjects = ("company_id",)

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    ticket_count = fields.Integer(
        string="Tickets", compute="_compute_ticket_count", help="Archived ones too."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_ticket_count(self):
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        for wizard in self:
            wizard.ticket_count = tickets.search_count(
                [("company_id", "=", wizard.company_id.id)]
            )

    # === ACTION METHODS === #

    def action_move_out(self):
        """Return the action that downloads the file.

        :rtype: dict
        :raise AccessError: if the user is no manager of the desk
        """
        self.ensure_one()
        self.env["support.move.link"]._check_may_move()
        return {
            "type": "ir.actions.act_url",
            "url": f"/support/desk/export?company={self.company_id.id}",
            "target": "download",
        }

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it says whose desk it is.")
