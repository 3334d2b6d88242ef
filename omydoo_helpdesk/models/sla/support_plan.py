# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportPlan(models.Model):
    """A plan whose edit concerns many open clocks leaves them to a job."""

    _name = "support.plan"
    _inherit = ["support.plan"]

    clock_refresh_progress = fields.Integer(
        string="Deadlines Computed Again",
        compute="_compute_clock_refresh",
        compute_sudo=True,
        help="In percent, while a job computes them after an edit.",
    )
    clock_refresh_notice = fields.Char(
        string="Deadlines Being Computed Again",
        compute="_compute_clock_refresh",
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    # On no field: how far the job is follows from its own rows, read when it is shown.
    @api.depends_context("lang")
    def _compute_clock_refresh(self):
        refreshes = self.env["support.clock.refresh"]
        for record in self:
            record.clock_refresh_progress, record.clock_refresh_notice = (
                refreshes._describe(record)
            )

    # === BUSINESS METHODS === #

    def _refresh_open_clocks(self):
        left = self.env["support.clock.refresh"]._request(self)
        return super(SupportPlan, self - left)._refresh_open_clocks()
