# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SupportPlan(models.Model):
    """A plan whose edit concerns many open clocks leaves them to a job."""

    _name = "support.plan"
    _inherit = ["support.plan", "support.clock.refresh.mixin"]

    # === BUSINESS METHODS === #

    def _refresh_open_clocks(self):
        left = self.env["support.clock.refresh"]._request(self)
        return super(SupportPlan, self - left)._refresh_open_clocks()

    def _get_refreshed_plans(self):
        return self


class ResourceCalendar(models.Model):
    """A calendar tells of the open clocks of the plans that use it."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "support.clock.refresh.mixin"]

    # === BUSINESS METHODS === #

    def _get_refreshed_plans(self):
        return self.support_plan_ids
