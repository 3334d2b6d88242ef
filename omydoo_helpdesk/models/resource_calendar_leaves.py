# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._get_support_calendars()._refresh_support_clocks()
        return leaves

    def write(self, vals):
        calendars = self._get_support_calendars()
        res = super().write(vals)
        (calendars | self._get_support_calendars())._refresh_support_clocks()
        return res

    def unlink(self):
        calendars = self._get_support_calendars()
        res = super().unlink()
        calendars.exists()._refresh_support_clocks()
        return res

    def _get_support_calendars(self):
        """Return the calendars of support plans that these holidays close.

        A person's own leave closes none.

        :rtype: recordset of resource.calendar
        """
        holidays = self.filtered(lambda leave: not leave.resource_id)
        calendars = holidays.calendar_id
        companies = holidays.filtered(lambda leave: not leave.calendar_id).company_id
        if companies:
            # In sudo mode because whoever enters a holiday need not see the plans.
            calendars |= (
                self.env["support.plan"]
                .sudo()
                .search([("calendar_id.company_id", "in", companies.ids)])
                .calendar_id
            )
        return calendars
