# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class SupportCustomerMixin(models.AbstractModel):
    """Whose ticket it is, and which of the customer's people follow it.

    The portal's record rule (see ``res.users``) looks at both.
    """

    _name = "support.customer.mixin"
    _inherit = ["mail.thread"]
    _description = "Customer of a Ticket"

    # What the portal's lists and the record rule look for.
    _customer_idx = models.Index("(commercial_partner_id, create_date DESC, id DESC)")
    _contact_idx = models.Index("(partner_id)")

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        for record in self:
            record.commercial_partner_id = record.partner_id.commercial_partner_id

    # === CRUD METHODS === #

    def write(self, vals):
        before = {}
        if "partner_id" in vals:
            before = {record: record.commercial_partner_id for record in self}
        res = super().write(vals)
        self.filtered(
            lambda record: before.get(record)
            and before[record] != record.commercial_partner_id
        )._remove_foreign_followers()
        return res

    # === FOLLOWERS === #

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Make followers; of the addresses of a mail only the customer's people.

        The base makes a follower of everybody in To and Cc. People of another
        customer would be sent all that follows; their addresses stay in ``email_cc``,
        where the agent who answers sees them.
        """
        if not self.env.context.get("support_mail_gateway") or not partner_ids:
            return super().message_subscribe(partner_ids, subtype_ids)
        partners = self.env["res.partner"].browse(partner_ids)
        for record in self:
            kept = partners - record._get_foreign_partners(partners)
            super(SupportCustomerMixin, record).message_subscribe(kept.ids, subtype_ids)
        return True

    def _get_foreign_partners(self, partners):
        """Return those who are neither the customer's people nor ours.

        :param partners: recordset of res.partner
        :rtype: recordset of res.partner
        """
        self.ensure_one()
        # In sudo mode because whoever writes need not read users: only whether one is
        # an employee is looked at.
        root = self.sudo().commercial_partner_id._get_support_root()
        foreign = partners.sudo().filtered(
            lambda partner: all(user.share for user in partner.user_ids)
            and (not root or partner._get_support_root() != root)
        )
        return partners.browse(foreign.ids)

    def _remove_foreign_followers(self):
        """Stop telling the former customer of a ticket what happens to it."""
        for record in self.sudo():  # an agent need not read followers
            foreign = record._get_foreign_partners(record.message_partner_ids)
            if foreign:
                record.message_unsubscribe(foreign.ids)

    # === CONTACTS WHO MOVE === #

    @api.model
    def _follow_customers(self, customers):
        """Give tickets to the firm that their customer has become a part of.

        :param customers: those who were customers of their own until now
        """
        for customer in customers:
            records = self.with_context(active_test=False).search(
                Domain("commercial_partner_id", "=", customer.id)
            )
            records.commercial_partner_id = customer.commercial_partner_id

    @api.model
    def _forget_former_contacts(self, partners):
        """Remove contacts from the followers of what is not their firm's any more.

        :param partners: who changed companies
        """
        records = self.with_context(active_test=False).search(
            Domain("message_partner_ids", "in", partners.ids)
        )
        for record in records:
            followers = record.message_partner_ids & partners
            foreign = record._get_foreign_partners(followers)
            if foreign:
                record.message_unsubscribe(foreign.ids)
