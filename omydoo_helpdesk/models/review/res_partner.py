# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A customer who is reviewed."""

    _name = "res.partner"
    _inherit = ["res.partner"]

    def _prepare_support_merge(self, target):
        res = super()._prepare_support_merge(target)
        # What is published stays as it was told. Drafts are made anew of what the
        # customer has become; what a manager wrote in one is kept.
        reviews = self.env["support.service.review"].sudo()
        drafts = reviews.search(
            Domain("partner_id", "in", self.ids) & Domain("state", "=", "draft")
        )
        drafts._merge_into(target)
        return res


class ResUsers(models.Model):
    """A visitor of the portal: which reviews the record rule gives them."""

    _name = "res.users"
    _inherit = ["res.users"]

    @api.private
    def get_support_review_domain(self):
        """Return the reviews that a customer may read: the portal's record rule.

        Those that were published, of their own firm; for who sees all tickets of it
        only, since a review tells about all of them.

        Public because a record rule calls nothing else.

        :rtype: Domain
        """
        self.ensure_one()
        # In sudo mode because customers need not read contacts to have their rights.
        partner = self.sudo().partner_id
        if partner.support_portal_access == "own":
            return Domain.FALSE
        return Domain("state", "in", ["published", "sent"]) & Domain(
            "partner_id", "=", partner.commercial_partner_id.id
        )
