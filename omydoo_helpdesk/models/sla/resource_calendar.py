# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResourceCalendar(models.Model):
    """A calendar tells of the open clocks of the plans that use it."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar"]

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
                refreshes._describe(record.support_plan_ids)
            )
