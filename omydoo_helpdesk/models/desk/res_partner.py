# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "support.charter.partner.mixin"]

    support_portal_access = fields.Selection(
        selection=[
            ("company", "All tickets of the company"),
            ("own", "Their own tickets only"),
        ],
        string="Tickets in the Portal",
        default=lambda self: self.env.company.support_portal_access or "company",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Which tickets this contact sees in the portal. Whoever sees their own "
        "tickets only also sees those of colleagues that they were made a follower of.",
    )

    support_change_approver = fields.Boolean(
        string="Agrees to Production Changes",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="May agree, for the customer, to changes in the production database.",
    )
    support_update_follower = fields.Boolean(
        string="Told of Weekly Updates",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Gets a message when a weekly update is done.",
    )

    def _init_column(self, column_name):
        """Leave to the contacts that there are what they see."""
        if column_name == "support_portal_access":
            # The company's setting, which decides for new ones, has no column yet.
            self.env.cr.execute(
                "UPDATE res_partner SET support_portal_access='company'"
            )
            return
        super()._init_column(column_name)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(partner.is_company and partner.parent_id for partner in partners):
            self._clear_support_rules()
        return partners

    def write(self, vals):
        """Have a contact who changes companies or roles lose access at once."""
        if not {"parent_id", "is_company", "support_portal_access"} & vals.keys():
            return super().write(vals)
        # In sudo mode because whoever edits contacts need not read tickets.
        partners_sudo = self.sudo()
        before = {partner: partner.commercial_partner_id for partner in partners_sudo}
        res = super().write(vals)
        self._clear_support_rules()
        moved = partners_sudo.filtered(
            lambda partner: partner.commercial_partner_id != before[partner]
        )
        if moved:
            tickets_sudo = self.env["helpdesk.ticket"].sudo()
            tickets_sudo._follow_customers(
                moved.filtered(lambda partner: before[partner] == partner)
            )
            tickets_sudo._forget_former_contacts(
                partners_sudo.with_context(active_test=False).search(
                    Domain("id", "child_of", moved.ids)
                )
            )
        return res

    # === BUSINESS METHODS === #

    def _clear_support_rules(self):
        """Have the record rules look again at who belongs to which firm.

        Odoo keeps the domain of a user's rules until something else empties the cache.
        """
        self.env.registry.clear_cache()

    def _get_support_firms(self):
        """Return the customer with its subsidiaries: all that may have tickets.

        :rtype: recordset of res.partner
        """
        return self.with_context(active_test=False).search(
            Domain("id", "child_of", self.ids)
            & (Domain("id", "in", self.ids) | Domain("is_company", "=", True))
        )

    def _get_support_root(self):
        """Return the head of the family of firms that a contact belongs to.

        :return: maybe the contact itself; empty for no contact
        :rtype: recordset of res.partner
        """
        root = self
        while root.parent_id:
            root = root.parent_id
        return root
