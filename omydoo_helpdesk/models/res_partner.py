# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = "res.partner"

    support_update_follower = fields.Boolean(
        string="Told of Weekly Updates",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Gets a message when a weekly update is done.",
    )

    def write(self, vals):
        """Have a contact who changes companies lose access at once.

        Odoo keeps the domain of the record rules, with the user's company in it, until
        something else empties the cache.
        """
        moves = bool({"parent_id", "is_company"} & vals.keys())
        # In sudo mode because whoever edits contacts need not read users.
        has_users = moves and bool(self.sudo().with_context(active_test=False).user_ids)
        res = super().write(vals)
        if has_users:
            self.env.registry.clear_cache()
        return res
