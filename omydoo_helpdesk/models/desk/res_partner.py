# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize
from odoo.tools.sql import column_exists, create_column

from ...const import GUARD

MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"
# Of a contact: to look up the ids of more takes longer than to read their firm's.
FEW_TICKETS = 2000


class ResPartner(models.Model):
    """A contact: what of their company's tickets they see in the portal."""

    _name = "res.partner"
    _inherit = ["res.partner"]

    support_portal_access = fields.Selection(
        selection=[
            ("company", "All tickets of the company"),
            ("own", "Their own tickets only"),
        ],
        string="Tickets in the Portal",
        # No default: that of a user's contact is a value given by whoever creates the
        # user, who need not be allowed to give it. Computed as nobody, afterwards:
        # before the contact exists, Odoo would read it as who creates it.
        compute="_compute_support_portal_access",
        store=True,
        readonly=False,
        # Whoever duplicates a user or a contact need not read it either.
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Which tickets this contact sees in the portal. Whoever sees their own "
        "tickets only also sees those of colleagues that they were made a follower of.",
    )
    support_change_approver = fields.Boolean(
        string="Agrees to Production Changes",
        copy=False,
        tracking=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="May agree, for the customer, to changes in the production database. "
        "Given by a manager.",
    )
    support_update_follower = fields.Boolean(
        string="Told of Weekly Updates",
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Gets a message when a weekly update is done.",
    )

    # === COMPUTE METHODS === #

    @api.depends("create_date")
    def _compute_support_portal_access(self):
        """A new contact sees what the company says; nothing changes it afterwards."""
        self.support_portal_access = self.env.company.support_portal_access or "company"

    # === CRUD METHODS === #

    def _auto_init(self):
        """Leave to the contacts that there are what they see."""
        column = ("res_partner", "support_portal_access")
        if not column_exists(self.env.cr, *column):
            create_column(self.env.cr, *column, "varchar")
            # The company's setting is for new ones, and has no column yet.
            self.env.cr.execute(
                "UPDATE res_partner SET support_portal_access='company'"
            )
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        for name in self._get_support_roles():
            # By a default as well; in sudo mode because who creates need not read it.
            if any(partner[name] for partner in partners.sudo()):
                self._check_support_roles([name])
        if any(partner.is_company and partner.parent_id for partner in partners):
            self._clear_support_rules()
        return partners

    def write(self, vals):
        """Have a contact who changes companies or roles lose access at once."""
        if self.env.context.get("support_merge") is GUARD:
            # Roles are given by somebody, not by a merge.
            roles = self._get_support_roles()
            vals = {
                name: value
                for name, value in vals.items()
                if not value or name not in roles
            }
        given = [name for name in self._get_support_roles() if vals.get(name)]
        if given and not all(partner[name] for partner in self for name in given):
            self._check_support_roles(given)
        if "email" in vals:
            self._get_readdressed(vals["email"])._drop_support_roles(vals)
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
            partners_sudo.with_context(active_test=False).search(
                Domain("id", "child_of", moved.ids)
                & Domain("commercial_partner_id", "in", moved.commercial_partner_id.ids)
            )._drop_support_roles(vals)
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_support_roles(self):
        """Return which fields let a contact bind their company.

        :rtype: list[str]
        """
        return ["support_change_approver"]

    def _check_support_roles(self, names):
        """Refuse that an agent names who agrees to what the agent does.

        :param list[str] names: of the roles to give
        :raise AccessError: if the user is no manager of the desk
        """
        if self.env.su or self.env.user.has_group(MANAGERS):
            return
        labels = [self._fields[name]._description_string(self.env) for name in names]
        raise AccessError(
            self.env._(
                "“%(roles)s” is given by a manager of the helpdesk: who makes a change "
                "does not choose alone who agrees to it.",
                roles=", ".join(labels),
            )
        )

    def _drop_support_roles(self, vals):
        """Take the roles from contacts who are not whom a manager gave them to.

        :param dict vals: that are written on them; a role among them is given anew
        """
        # In sudo mode because whoever edits contacts need not be an agent.
        for name in self._get_support_roles():
            if name not in vals:
                self.sudo().filtered(name).write({name: False})

    def _get_readdressed(self, email):
        """Return the contacts whose address would be another, and not by a manager.

        Who has the address gets the password of the portal, and agrees there.

        :param str email: to write
        :rtype: recordset of res.partner
        """
        if self.env.su or self.env.user.has_group(MANAGERS):
            return self.browse()
        return self.filtered(
            lambda partner: email_normalize(partner.email) != email_normalize(email)
        )

    def _prepare_support_merge(self, target):
        """Hook: make room in another contact for what names these ones.

        Odoo deletes what a constraint keeps from naming the other contact.

        :param target: the contact that is kept
        """

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

    def _get_support_ticket_domain(self):
        """Return the tickets that a contact may read: see ``res.users``.

        To be called in sudo mode.

        :rtype: Domain
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        firms = Domain("commercial_partner_id", "in", customer._get_support_firms().ids)
        root = self._get_support_root()
        family = Domain("commercial_partner_id", "in", root._get_support_firms().ids)
        if self.support_portal_access == "own":
            # Said once where it is the same: PostgreSQL takes it for two conditions.
            filed_for = Domain.TRUE if root == customer else firms
            return family & _get_personal_domain(
                self.id, filed_for, self._has_many_support_tickets()
            )
        if root == customer:
            return firms
        if self._has_many_support_tickets():
            # By the customers again, which is how they are found.
            return family & (firms | _get_personal_domain(self.id, Domain.FALSE, True))
        return firms | (family & _get_personal_domain(self.id, Domain.FALSE, False))

    def _has_many_support_tickets(self):
        """Return whether a contact filed or follows more than a few tickets.

        As of now: what depends on it finds the same either way.

        :rtype: bool
        """
        self.ensure_one()
        [[filed, followed]] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT COUNT(*) FROM (
                        SELECT FROM helpdesk_ticket
                         WHERE partner_id = %(partner)s LIMIT %(limit)s
                       ) AS filed),
                       (SELECT COUNT(*) FROM (
                        SELECT FROM mail_followers
                         WHERE partner_id = %(partner)s
                           AND res_model = 'helpdesk.ticket' LIMIT %(limit)s
                       ) AS followed)
                """,
                partner=self.id,
                limit=FEW_TICKETS + 1,
            )
        )
        return max(filed, followed) > FEW_TICKETS


class PartnerMerge(models.TransientModel):
    """Contacts that are merged: Odoo moves in SQL whatever names them.

    So nothing here is told of it, neither the rules of who reads what nor the verdicts.
    """

    _name = "base.partner.merge.automatic.wizard"
    _inherit = ["base.partner.merge.automatic.wizard"]

    def _update_foreign_keys(self, src_partners, dst_partner):
        # In sudo mode because whoever merges contacts need not know the helpdesk.
        src_partners.sudo()._prepare_support_merge(dst_partner.sudo())
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        kept = dst_partner.with_context(support_merge=GUARD)
        return super()._update_values(src_partners, kept)

    def _log_merge_operation(self, src_partners, dst_partner):
        res = super()._log_merge_operation(src_partners, dst_partner)
        dst_partner._clear_support_rules()
        # In sudo mode: see above.
        tickets_sudo = self.env["helpdesk.ticket"].sudo()
        tickets_sudo._forget_former_contacts(dst_partner.sudo())
        customer = dst_partner.commercial_partner_id
        tickets_sudo._scope_refresh_open(
            Domain("commercial_partner_id", "=", customer.id)
        )
        return res


class ResUsers(models.Model):
    """A visitor of the portal: which tickets the record rule gives them."""

    _name = "res.users"
    _inherit = "res.users"

    # === CRUD METHODS === #

    def write(self, vals):
        leaving = self.browse()
        if "active" in vals and not vals["active"]:
            leaving = self.filtered("active")
        res = super().write(vals)
        if leaving:
            # In sudo mode because whoever archives users need not read tickets. What
            # is closed keeps who did it.
            tickets_sudo = self.env["helpdesk.ticket"].sudo()
            tickets_sudo.search(
                Domain("user_id", "in", leaving.ids)
                & Domain("stage_id.closed", "=", False)
            ).write({"user_id": False})
        return res

    # === BUSINESS METHODS === #

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
        return self.sudo().partner_id._get_support_ticket_domain()


# What is kept with the rules must hold no record: they would outlive their cursor.
def _get_personal_domain(partner_id, firms, has_many):
    """Return the tickets that somebody filed for a firm of theirs, or follows.

    Of somebody with few of them their ids are gathered, and looked up: PostgreSQL never
    reads all the tickets of a big firm for that. Of somebody with many it reads the
    tickets in the list's order or by their stage, in an index that tells who filed
    each; what they follow is gathered, to be looked up in memory, once it meets a
    ticket that they did not file.

    :param int partner_id: of the contact
    :param Domain firms: whose tickets they may have filed
    :param bool has_many: whether they filed or follow many tickets
    :rtype: Domain
    """
    filed = Domain("partner_id", "=", partner_id) & firms

    def get_followed(model):
        return SQL(
            "SELECT res_id FROM mail_followers"
            " WHERE res_model = %s AND partner_id = %s",
            model._name,
            partner_id,
        )

    def follows(record):
        return partner_id in record.message_partner_ids.ids

    def is_personal(record):
        is_filed = record.partner_id.id == partner_id
        return bool(is_filed and record.filtered_domain(firms)) or follows(record)

    def to_sql(model, alias, query):
        ids = get_followed(model)
        if not filed.is_false():
            # In sudo mode because the rule itself looks: it knows whose tickets.
            tickets_sudo = model.sudo()._search(filed, active_test=False)
            ids = SQL("%s UNION ALL %s", tickets_sudo.select(), ids)
        return SQL("%s = ANY (ARRAY(%s))", SQL.identifier(alias, "id"), ids)

    def many_to_sql(model, alias, query):
        # Of the rows of an array PostgreSQL expects few: it takes them into memory, and
        # does not look each ticket up among the followers.
        return SQL(
            "%s IN (SELECT unnest(ARRAY(%s)))",
            SQL.identifier(alias, "id"),
            get_followed(model),
        )

    if has_many:
        # In this order: of a ticket that they filed, nothing more is looked at.
        return filed | Domain.custom(to_sql=many_to_sql, predicate=follows)
    return Domain.custom(to_sql=to_sql, predicate=is_personal)
