# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SupportUpstreamBugMerge(models.TransientModel):
    """Merges known bugs that are one: the one that stays takes all tickets."""

    _name = "support.upstream.bug.merge"
    _description = "Merge Known Bugs"

    bug_ids = fields.Many2many(
        comodel_name="support.upstream.bug",
        string="Known Bugs",
        required=True,
        default=lambda self: self._get_default_bugs(),
    )
    target_id = fields.Many2one(
        comodel_name="support.upstream.bug",
        string="The One That Stays",
        required=True,
        default=lambda self: self._get_default_target(),
        domain="[('id', 'in', bug_ids)]",
    )

    @api.model
    def _get_default_bug_ids(self):
        if self.env.context.get("active_model") != "support.upstream.bug":
            return []
        return self.env.context.get("active_ids") or []

    @api.model
    def _get_default_bugs(self):
        return [Command.set(self._get_default_bug_ids())]

    @api.model
    def _get_default_target(self):
        # The oldest is the one that others know.
        return min(self._get_default_bug_ids(), default=False)

    def action_confirm(self):
        """Merge the bugs.

        :return: an action that opens the one that stays
        :rtype: dict
        :raise UserError: if there are not two, or they cannot be merged
        """
        self.ensure_one()
        if not self.bug_ids - self.target_id:
            raise UserError(self.env._("Choose at least two bugs."))
        self.bug_ids._merge_into(self.target_id)
        return self.target_id._get_records_action()
