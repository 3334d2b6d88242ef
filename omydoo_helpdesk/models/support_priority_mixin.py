# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportPriorityMixin(models.AbstractModel):
    """The priority that the customer claims, and the one that the desk agrees to."""

    _name = "support.priority.mixin"
    _description = "Support Priority"

    priority = fields.Selection(
        selection="_selection_priority",
        string="Agreed Priority",
        tracking=True,
        help="Rules the deadlines. High: blocking, the activity cannot go on. Normal: "
        "important, without blocking the work. Other: a question, comfort.",
    )
    claimed_priority = fields.Selection(
        selection="_selection_priority",
        copy=False,
        readonly=True,
        help="What the customer asked for.",
    )
    priority_reason = fields.Char(
        string="Reason of the Priority",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Why another priority was agreed than the one the customer claimed.",
    )
    blocking_what = fields.Text(
        string="What Is Blocked",
        help="Told by the customer for a high priority.",
    )
    blocking_who = fields.Char(
        string="Who Cannot Work",
        help="Told by the customer for a high priority.",
    )

    @api.model
    def _selection_priority(self):
        """Return the charter's priorities.

        OCA's values are kept for those who search on them; its "2" becomes "3" at
        installation.

        :rtype: list[tuple[str, str]]
        """
        return [
            ("0", self.env._("Other")),
            ("1", self.env._("Normal")),
            ("3", self.env._("High")),
        ]
