# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

CONTACT_MAKERS = "base.group_partner_manager"


class SupportStart(models.TransientModel):
    """The first customer: subscribed to a plan, with a contact who is invited."""

    _name = "support.start"
    _inherit = ["support.start"]
    _support_subjects = ("company_id", "team_user_ids", "contact_id", "start_plan_id")

    customer_lacks = fields.Text(
        compute="_compute_steps", export_string_translation=False
    )
    customer_names = fields.Char(string="Subscribed", compute="_compute_customer_names")
    may_make_contacts = fields.Boolean(
        compute="_compute_customer_names", export_string_translation=False
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        domain="[('is_company', '=', False), "
        "('company_id', 'in', [False, company_id])]",
        help="Who writes to the desk for the customer, and is invited to the portal.",
    )
    new_customer = fields.Char(
        string="Or a New Customer",
        help="The name of the company. Leave it empty to choose a contact.",
    )
    new_contact = fields.Char(
        string="Whose Contact Is", help="The name of the person who writes to the desk."
    )
    new_email = fields.Char(
        string="At the Address", help="The invitation to the portal is sent to it."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_customer_names(self):
        for start in self:
            subscriptions = self._get_running(start.company_id)
            names = subscriptions[:5].partner_id.mapped("display_name")
            start.customer_names = ", ".join(names)
            start.may_make_contacts = self.env["res.partner"].has_access("create")

    # === ACTION METHODS === #

    def action_subscribe(self):
        """Subscribe the customer to the plan, and invite the contact to the portal.

        Each by the user's own right to do it; who may not invite is told who may, by
        the step.
        """
        company = self._get_start_company()
        plan = self.start_plan_id or self._get_plans(company)[:1]
        if not plan:
            raise UserError(self.env._("Make a plan first: it is what is subscribed."))
        contact = self._get_or_make_contact()
        customer = contact.commercial_partner_id
        if customer not in self._get_running(company).partner_id.commercial_partner_id:
            subscription = self.env["sale.subscription"].create(
                self._prepare_first_subscription(company, customer, plan)
            )
            subscription.action_start_subscription()
        self.write({"contact_id": contact.id, "new_customer": False})
        self._invite(contact)

    def action_invite(self):
        """Invite the contact of the customer, or the one that was chosen."""
        company = self._get_start_company()
        contact = self.contact_id or self._get_start_contacts(company)[:1]
        if not contact:
            raise UserError(self.env._("Choose the contact to invite."))
        self._invite(contact)

    # === BUSINESS METHODS === #

    @api.model
    def _get_start_steps(self, company):
        return [
            *super()._get_start_steps(company),
            {"name": "customer", "lacks": self._get_customer_lacks(company)},
        ]

    @api.model
    def _get_running(self, company):
        """Return the subscriptions of a company that cover requests today.

        :param company: recordset of res.company
        :rtype: recordset of sale.subscription
        """
        subscriptions = self.env["sale.subscription"]
        return subscriptions.search(
            subscriptions._get_running_domain(
                company._get_support_day(fields.Datetime.now())
            )
            & Domain("company_id", "=", company.id),
            limit=100,
        )

    @api.model
    def _get_start_contacts(self, company, is_invited=False):
        """Return the contacts of who is subscribed.

        :param company: recordset of res.company
        :param bool is_invited: only those who can sign in
        :rtype: recordset of res.partner
        """
        customers = self._get_running(company).partner_id.commercial_partner_id
        domain = Domain("commercial_partner_id", "in", customers.ids)
        if is_invited:
            domain &= Domain("user_ids", "any", [("active", "=", True)])
        else:
            domain &= Domain("is_company", "=", False)
        return self.env["res.partner"].search(domain, limit=1)

    @api.model
    def _get_customer_lacks(self, company):
        if not self._get_running(company):
            if self.env["res.partner"].has_access("create"):
                return self.env._("A customer who is subscribed to a plan.")
            return self.env._(
                "A customer who is subscribed to a plan: choose a contact. You cannot "
                "create contacts; %(people)s can.",
                people=self._name_people(CONTACT_MAKERS, company),
            )
        if not self._get_start_contacts(company, is_invited=True):
            if self._may_invite():
                return self.env._(
                    "A contact of the customer who can sign in to the portal."
                )
            return self.env._(
                "A contact of the customer who can sign in to the portal. You cannot "
                "invite; %(people)s can, on the contact: Actions > Grant portal "
                "access.",
                people=self._name_people(CONTACT_MAKERS, company),
            )
        return ""

    @api.model
    def _may_invite(self):
        return self.env["portal.wizard"].has_access("create")

    def _get_or_make_contact(self):
        """Return the contact to subscribe and invite, a new one if one was typed.

        :rtype: recordset of res.partner
        :raise UserError: if nobody was named
        """
        self.ensure_one()
        if not self.new_customer:
            if not self.contact_id:
                raise UserError(
                    self.env._("Choose a contact, or type the name of a new customer.")
                )
            return self.contact_id
        if not self.new_contact or not self.new_email:
            raise UserError(
                self.env._("Type the name of the contact and an e-mail address too.")
            )
        # Of this company only where companies keep their contacts apart: as by hand.
        customer = self.env["res.partner"].create(
            {"name": self.new_customer, "is_company": True}
        )
        return customer.create(
            {
                "name": self.new_contact,
                "email": self.new_email,
                "parent_id": customer.id,
                "lang": self.env.lang,
            }
        )

    @api.model
    def _prepare_first_subscription(self, company, customer, plan):
        """Return the values of a subscription that sells a plan, and invoices nothing.

        What it costs is entered on it.

        :param company: recordset of res.company
        :param customer: recordset of res.partner
        :param plan: recordset of support.plan
        :rtype: dict
        """
        templates = self.env["sale.subscription.template"]
        template = templates.search(
            Domain("recurring_rule_boundary", "=", "unlimited"), limit=1
        ) or templates.create(
            {
                "name": self.env._("Support, each month, without end"),
                "code": self.env._("SUPPORT"),
                "recurring_rule_type": "months",
                "recurring_rule_boundary": "unlimited",
                "invoicing_mode": "draft",
            }
        )
        return {
            "partner_id": customer.id,
            "company_id": company.id,
            "support_plan_id": plan.id,
            "template_id": template.id,
            "pricelist_id": self._get_or_make_pricelist(company, customer).id,
        }

    @api.model
    def _get_or_make_pricelist(self, company, customer):
        """Return the price list of a subscription, which cannot do without.

        :param company: recordset of res.company
        :param customer: recordset of res.partner
        :rtype: recordset of product.pricelist
        """
        pricelists = self.env["product.pricelist"]
        found = customer.with_company(company).property_product_pricelist
        found = found or pricelists.search(
            Domain("company_id", "in", [False, company.id])
            & Domain("currency_id", "=", company.currency_id.id),
            limit=1,
        )
        if found:
            return found
        company._check_support_manager()
        # In sudo mode because only administrators of the sales make price lists, and a
        # new database has none: this one is empty, and says the company's currency.
        return (
            pricelists.sudo()
            .create(
                {
                    "name": self.env._("Support"),
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                }
            )
            .sudo(False)
        )

    def _invite(self, contact):
        """Invite a contact to the portal, as by hand, if the user may.

        :param contact: recordset of res.partner
        """
        if not self._may_invite() or contact.sudo().user_ids:  # whether there is one
            return
        wizard = self.env["portal.wizard"].create({"partner_ids": contact.ids})
        for invited in wizard.user_ids.filtered(
            lambda line: line.partner_id == contact
        ):
            invited.action_grant_access()
