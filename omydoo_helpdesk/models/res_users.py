# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = "res.users"

    @api.private
    def get_support_ticket_domain(self):
        """Return the tickets that a customer may read: the portal's record rule.

        Those of their firm and of its subsidiaries, as in the base; with the role
        "own" only those that they filed. Besides, those of the same family of firms
        that they follow: a follower stands for the person, not for their firm. Nobody
        reads a ticket of another family, whoever made them a follower.

        Public because a record rule calls nothing else; kept by Odoo until the cache
        of rules is emptied (see ``res.partner``).

        :rtype: Domain
        """
        self.ensure_one()
        # In sudo mode because customers need not read contacts to have their rights.
        partner = self.sudo().partner_id
        customer = partner.commercial_partner_id
        firms = Domain("commercial_partner_id", "in", customer._get_support_firms().ids)
        root = partner._get_support_root()
        family = Domain("commercial_partner_id", "in", root._get_support_firms().ids)
        if partner.support_portal_access == "own":
            # Said once where it is the same: PostgreSQL takes it for two conditions.
            filed_for = Domain.TRUE if root == customer else firms
            return family & _get_personal_domain(partner.id, filed_for)
        if root == customer:
            return firms
        return firms | (family & _get_personal_domain(partner.id, Domain.FALSE))


# What is kept with the rules must hold no record: they would outlive their cursor.


def _get_personal_domain(partner_id, firms):
    """Return the tickets that somebody filed for a firm of theirs, or follows.

    What they follow is an array of ids: so PostgreSQL can make one of two indexes for
    somebody with few tickets of a big firm, and for somebody with many it reads the
    tickets in the list's order, and the array not at all.

    :param int partner_id: of the contact
    :param Domain firms: whose tickets they may have filed
    :rtype: Domain
    """

    def to_sql(model, alias, query):
        return SQL(
            "%s = ANY (ARRAY(SELECT res_id FROM mail_followers"
            " WHERE res_model = %s AND partner_id = %s))",
            SQL.identifier(alias, "id"),
            model._name,
            partner_id,
        )

    def predicate(record):
        return partner_id in record.message_partner_ids.ids

    filed = Domain("partner_id", "=", partner_id) & firms
    # In this order: of a ticket that they filed, nothing more is looked at.
    return filed | Domain.custom(to_sql=to_sql, predicate=predicate)
