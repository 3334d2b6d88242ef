# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time

import pytz

from odoo import fields, models

from ...tools.working_time import find_zone

# Customers and visitors read companies: what they are not shown is the desk's.
DESK = "base.group_user"


class ResCompany(models.Model):
    """When reviews are drafted, and for whom."""

    _name = "res.company"
    _inherit = ["res.company"]

    support_review_period = fields.Selection(
        selection=[
            ("none", "When somebody asks for them"),
            ("month", "At the end of each month"),
            ("quarter", "At the end of each quarter"),
        ],
        string="Reviews Are Drafted",
        default="none",
        required=True,
        groups=DESK,
        help="For each customer who had a support plan in the period. Nothing is told "
        "to customers before a manager publishes it.",
    )
    support_review_quiet = fields.Selection(
        selection=[("line", "One line"), ("none", "No review")],
        string="Customers with Nothing to Tell",
        default="none",
        required=True,
        groups=DESK,
        help="What becomes of a review in which nothing happened.",
    )
    support_review_drafted_to = fields.Date(
        string="Reviews Drafted Up To",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The last day of the last period of which the job is done.",
    )

    # === BUSINESS METHODS === #

    def _get_support_settings(self):
        # The job writes how far it is.
        return super()._get_support_settings() - {"support_review_drafted_to"}

    def _get_support_span(self, first_day, last_day):
        """Return days of this company as instants.

        :param date first_day: the first one
        :param date last_day: the last one, included
        :return: the begin of the first day and the end of the last one, naive UTC
        :rtype: tuple[datetime, datetime]
        """
        self.ensure_one()
        company = self.sudo()  # customers read calendars no more than visitors
        zone = find_zone(company.resource_calendar_id.tz, lambda: company.partner_id.tz)
        return tuple(
            # Where a day begins twice or not at all, the earlier midnight counts.
            zone.localize(datetime.combine(day, time.min), is_dst=True)
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (first_day, fields.Date.add(last_day, days=1))
        )


class ResConfigSettings(models.TransientModel):
    """The same, where an administrator looks for it."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    support_review_period = fields.Selection(
        related="company_id.support_review_period", readonly=False
    )
    support_review_quiet = fields.Selection(
        related="company_id.support_review_quiet", readonly=False
    )
