# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

# Customers and visitors read companies: what they are not shown is the desk's.
DESK = "base.group_user"
TARGETS = {
    "blocking": "support_bug_days_blocking",
    "major": "support_bug_days_major",
    "minor": "support_bug_days_minor",
}


class ResCompany(models.Model):
    """Within how many days the editor should repair a bug."""

    _name = "res.company"
    _inherit = ["res.company"]

    support_bug_days_blocking = fields.Integer(
        string="Days for a Blocking Bug",
        groups=DESK,
        help="Within which the editor should repair or refuse it; nought: no target.",
    )
    support_bug_days_major = fields.Integer(
        string="Days for a Major Bug",
        groups=DESK,
        help="Within which the editor should repair or refuse it; nought: no target.",
    )
    support_bug_days_minor = fields.Integer(
        string="Days for a Minor Bug",
        groups=DESK,
        help="Within which the editor should repair or refuse it; nought: no target.",
    )

    _support_bug_days_positive = models.Constraint(
        "CHECK (support_bug_days_blocking >= 0 AND support_bug_days_major >= 0"
        " AND support_bug_days_minor >= 0)",
        "The days within which the editor should repair a bug are not negative.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(TARGETS.values()):
            # In sudo mode because what is aimed at does not depend on who may see it.
            self.env["support.upstream.bug"].sudo()._aim_again(self)
        return res

    # === BUSINESS METHODS === #

    def _get_support_bug_targets(self):
        """Return within how many days the editor should repair a bug.

        :return: by its severity; nought: no target
        :rtype: dict[str, int]
        """
        self.ensure_one()
        return {severity: self[name] for severity, name in TARGETS.items()}


class ResConfigSettings(models.TransientModel):
    """The same, where an administrator looks for it."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    support_bug_days_blocking = fields.Integer(
        related="company_id.support_bug_days_blocking", readonly=False
    )
    support_bug_days_major = fields.Integer(
        related="company_id.support_bug_days_major", readonly=False
    )
    support_bug_days_minor = fields.Integer(
        related="company_id.support_bug_days_minor", readonly=False
    )
