# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import COMPUTED, COVERAGES, CUSTOM_CODE_STATES, SCOPES
from ...tools import verdict
from ...tools.text import given_text

# The reason is kept as a code, so that each reader sees it in their own language.
SCOPE_REASONS = [(rule.reason, rule.label) for rule in verdict.RULES]
# What is looked at while a ticket is made, beside the promise.
CALENDAR_COLUMNS = ("tz",)
PLAN_COLUMNS = (
    "active",
    "calendar_id",
    "company_id",
    "full_support",
    "name",
    "phone_allowed",
    "sequence",
)


class TicketScope(models.Model):
    """Is it covered? The facts of a ticket, the verdict on it, and its words.

    The rules are a table in ``tools.verdict``; here the facts are gathered, in one
    batch: the subscription found at filing, the category, the state of the custom
    module, who has prepaid hours. What customer and agent read of the verdict is made
    of its reason.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    subscription_id = fields.Many2one(
        comodel_name="sale.subscription",
        compute="_compute_subscription_id",
        store=True,
        check_company=True,
        readonly=False,
        precompute=True,
        compute_sudo=True,
        index="btree_not_null",
        tracking=True,
        copy=False,
        groups="base.group_user",
        help="The subscription running when the request was filed. Its end later "
        "does not take the promise back.",
    )
    support_plan_id = fields.Many2one(
        comodel_name="support.plan",
        compute="_compute_support_plan_id",
        store=True,
        check_company=True,
        readonly=False,
        precompute=True,
        compute_sudo=True,
        index="btree_not_null",
        tracking=True,
        copy=False,
        groups="base.group_user",
        help="What was promised when the request was filed: by the "
        "subscription of that day.",
    )
    scope = fields.Selection(
        selection=SCOPES,
        compute="_compute_scope",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=True,
        tracking=True,
        copy=False,
    )
    scope_reason = fields.Selection(
        selection=SCOPE_REASONS,
        compute="_compute_scope",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
    )
    coverage = fields.Selection(
        selection=COVERAGES,
        string="Covered By",
        compute="_compute_scope",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        help="What pays for the work: the subscription, or for what is out of scope "
        "full support or a prepaid hours pack.",
    )
    scope_override = fields.Selection(
        selection=SCOPES[:2],
        string="Verdict of an Agent",
        copy=False,
        groups="base.group_user",
    )
    scope_override_reason = fields.Text(
        string="Reason of the Verdict",
        copy=False,
        tracking=True,
        help="Told to the customer.",
    )
    custom_module_id = fields.Many2one(
        comodel_name="support.custom.module",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        domain="[('partner_id', '=', commercial_partner_id)]",
        help="The customer's own module that the request is about, if any.",
    )
    custom_code_state = fields.Selection(
        selection=CUSTOM_CODE_STATES,
        string="Custom Code",
        compute="_compute_custom_code_state",
        compute_sudo=True,
        groups="base.group_user",
        help="Whether the subscription of this request maintains the custom module. "
        "An outdated count leaves the request in scope: have the lines counted again.",
    )
    scope_explanation = fields.Text(
        compute="_compute_scope_explanation",
        compute_sudo=True,
        help="The verdict and its reason in plain words, with the charter's clause.",
    )

    # The list of a verdict, in its order; with the company for its rule, so that no
    # ticket is read to count them: what is out of scope of 100,000, 19 → 2 ms.
    _scope_idx = models.Index(
        "(scope, next_deadline, priority DESC, id) INCLUDE (company_id)"
        " WHERE active IS TRUE"
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id", "filed_at")
    def _compute_subscription_id(self):
        partners = self.partner_id.commercial_partner_id
        candidates = (
            self.env["sale.subscription"]._find_covering_candidates(
                partners, self.company_id
            )
            if partners
            else self.env["sale.subscription"]
        )
        self._read_covering(candidates)
        by_customer = candidates.grouped(
            lambda candidate: (
                candidate.company_id,
                # A commercial partner is its own: it need not be read to know.
                candidate.partner_id
                if candidate.partner_id in partners
                else candidate.partner_id.commercial_partner_id,
            )
        )
        now = fields.Datetime.now()
        for record in self:
            customer = record.partner_id.commercial_partner_id
            possible = by_customer.get((record.company_id, customer))
            if not possible:
                record.subscription_id = False
                continue
            day = record.company_id and record.company_id._get_support_day(
                record.filed_at or now
            )
            record.subscription_id = next(
                (
                    candidate
                    for candidate in possible
                    if candidate.active and candidate._is_within(day)
                ),
                False,
            )

    @api.model
    def _read_covering(self, candidates):
        """Read what is looked at of the subscriptions that may cover requests.

        :param candidates: recordset of sale.subscription
        """
        companies = candidates.company_id
        self._read_at_once(
            {
                "support.plan": (set(candidates.support_plan_id.ids), PLAN_COLUMNS),
                # By which it is told which day it is.
                "resource.calendar": (
                    set(companies.resource_calendar_id.ids),
                    CALENDAR_COLUMNS,
                ),
            }
        )

    @api.depends("subscription_id")
    def _compute_support_plan_id(self):
        for record in self:
            record.support_plan_id = record.subscription_id.support_plan_id

    @api.depends("category_id", "subscription_id", "custom_module_id", "scope_override")
    def _compute_scope(self):
        facts = {record: record._scope_get_facts() for record in self}
        judged = {record: verdict.judge(facts[record]) for record in self}
        # Only what the charter leaves out can be charged to a pack.
        left_out = self.filtered(
            lambda record: judged[record][0] == verdict.OUT_OF_SCOPE
        )
        paid = left_out._scope_filter_prepaid(facts, judged)
        for record in self:
            scope, reason = judged[record]
            record.scope = scope
            record.scope_reason = reason
            record.coverage = verdict.cover(
                scope, reason, replace(facts[record], has_pack=record in paid)
            )

    @api.depends(
        "custom_module_id.subscription_id",
        "custom_module_id.counted_on",
        "subscription_id.custom_code_grown",
    )
    def _compute_custom_code_state(self):
        for record in self:
            record.custom_code_state = record._scope_get_custom_code_state()

    @api.depends(
        "scope",
        "scope_reason",
        "coverage",
        "scope_override_reason",
        "category_id.name",
        "category_id.charter_clause",
        "custom_module_id",
    )
    @api.depends_context("lang")
    def _compute_scope_explanation(self):
        for record in self:
            parts = [record._scope_get_reason_sentence()]
            if record.scope == "out_of_scope":
                parts.append(record._scope_get_consequence_sentence())
            clause = record._scope_get_clause()
            if clause:
                parts.append(self.env._("Charter: %(clause)s", clause=clause))
            record.scope_explanation = " ".join(part for part in parts if part)

    # === CONSTRAINT METHODS === #

    @api.constrains("subscription_id", "partner_id", "company_id")
    def _check_subscription_customer(self):
        # In sudo mode because agents need no sales rights; only the customers and the
        # companies are compared.
        for record in self.sudo():
            subscription = record.subscription_id
            customer = record.partner_id.commercial_partner_id
            if subscription and (
                not subscription._belongs_to(customer)
                or subscription.company_id != record.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "The subscription “%(subscription)s” belongs to another "
                        "customer, or to another of our companies.",
                        subscription=subscription.display_name,
                    )
                )

    @api.constrains("custom_module_id", "partner_id")
    def _check_custom_module_customer(self):
        # In sudo mode because an agent may not see every contact; only the two
        # customers are compared.
        for record in self.sudo():
            module = record.custom_module_id
            customer = record.partner_id.commercial_partner_id
            if module and customer and module.partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "The custom module “%(module)s” is not one of "
                        "“%(customer)s”: choose another one.",
                        module=module.display_name,
                        customer=customer.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(
            [self._prepare_scope_override(dict(vals)) for vals in vals_list]
        )
        # Afterwards, since defaults count too. In sudo mode because customers who file
        # do not read who decided; they decide nothing.
        if not self.env.su and any(
            record.scope_override and not (record.scope_override_reason or "").strip()
            for record in records.sudo()
        ):
            raise UserError(self._get_verdict_refusal())
        return records

    def write(self, vals):
        if "scope" in vals:
            vals = self._prepare_scope_override(dict(vals))
        self._check_verdict_reason(vals)
        decided = self._filter_verdict_decided(vals)
        res = super().write(vals)
        for record in decided:
            record._notify_scope_decision()
        return res

    @api.model
    def _prepare_scope_override(self, vals):
        """Take a verdict that is written as one that somebody decided.

        :param dict vals: changed in place
        :rtype: dict
        """
        if "scope" in vals:
            scope = vals.pop("scope")
            vals["scope_override"] = scope if scope != "to_qualify" else False
        return vals

    # === BUSINESS METHODS === #

    @api.model
    def _get_creation_links(self):
        category = ("helpdesk.ticket.category", ("company_id", "scope"))
        return super()._get_creation_links() | {"category_id": category}

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            # What is written as a verdict was taken as a decision already.
            "scope": COMPUTED,
            "scope_reason": COMPUTED,
            "coverage": COMPUTED,
        }

    def _check_verdict_reason(self, vals):
        """Check that who decides a verdict says why, with the decision.

        Not in superuser mode, which is that of scripts of an administrator's.

        :param dict vals: to write
        :raise UserError: if a verdict would have no reason, or that of another one
        """
        if self.env.su or not {"scope_override", "scope_override_reason"} & vals.keys():
            return
        if given_text(vals.get("scope_override_reason")):
            return
        for record in self:
            decided = vals.get("scope_override", record.scope_override)
            is_kept = decided == record.scope_override
            if decided and not (is_kept and "scope_override_reason" not in vals):
                raise UserError(self._get_verdict_refusal())

    def _filter_verdict_decided(self, vals):
        """Return those of which an agent decides by a write whether they are covered.

        Not in superuser mode, which is that of scripts of an administrator's.

        :param dict vals: to write
        :rtype: recordset
        """
        if self.env.su or not vals.get("scope_override"):
            return self.browse()
        reason = vals.get("scope_override_reason")
        return self.filtered(
            lambda record: record.scope_override != vals["scope_override"]
            or (reason and record.scope_override_reason != reason)
        )

    @api.model
    def _get_verdict_refusal(self):
        return self.env._(
            "Give the reason for this verdict: the customer will read it."
        )

    def _scope_get_facts(self):
        """Return what the verdict on this request depends on, but for prepaid hours.

        :rtype: verdict.Facts
        """
        self.ensure_one()
        return verdict.Facts(
            override=self.scope_override or None,
            category_scope=self.category_id.scope if self.category_id else None,
            has_subscription=bool(self.subscription_id),
            custom_code=self._scope_get_custom_code_state(),
            full_support=self.support_plan_id.full_support,
        )

    def _scope_get_coverage(self, scope, reason, has_pack):
        """Return what would pay for this request if it had this verdict.

        :param str scope: the verdict
        :param str reason: its reason
        :param bool has_pack: whether the customer has prepaid hours left
        :rtype: str
        """
        facts = replace(self._scope_get_facts(), has_pack=has_pack)
        return verdict.cover(scope, reason, facts)

    def _scope_filter_prepaid(self, facts, judged):
        """Return the requests among these that prepaid hours can pay for.

        :param dict facts: of each request
        :param dict judged: for each request its scope and reason
        :return: those whose customer has hours left, or that are charged already
        """
        packs = self._scope_get_customers_with_pack()
        return self.filtered(
            lambda record: record._scope_get_pack_key() in packs
            or (
                verdict.cover(*judged[record], facts[record]) == verdict.NOTHING
                and record._scope_is_charged()
            )
        )

    def _scope_is_charged(self):
        """Hook: say whether prepaid hours pay for this request already.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _scope_get_pack_key(self):
        return (self.partner_id.commercial_partner_id.id, self.company_id.id)

    def _scope_get_customers_with_pack(self):
        """Return who has prepaid hours left, among the customers of these records.

        :return: pairs of commercial partner and company ids
        :rtype: set[tuple[int, int]]
        """
        partners = self.partner_id.commercial_partner_id
        if not partners:
            return set()
        lines = self._scope_find_packs(partners, self.company_id)
        return {
            (
                # A commercial partner is its own: it need not be read to know.
                line.order_partner_id.id
                if line.order_partner_id in partners
                else line.order_partner_id.commercial_partner_id.id,
                line.company_id.id,
            )
            for line in lines
        }

    def _override_scope(self, scope, reason):
        """Decide whether requests are covered, and tell their customers why.

        :param str scope: "in_scope" or "out_of_scope"
        :param str reason: as the customer reads it
        """
        self.write({"scope_override_reason": reason, "scope_override": scope})
        if self.env.su:  # otherwise told with the write
            for record in self:
                record._notify_scope_decision()

    @api.model
    def _scope_get_open_domain(self):
        """Return which records may still have their verdict computed again.

        :rtype: Domain
        """
        return Domain("stage_id.closed", "=", False)

    @api.model
    def _scope_refresh_open(self, domain):
        """Compute again the verdict of open records, after a change of set-up.

        :param domain: which records the change concerns
        :return: these records
        """
        # In sudo mode because a verdict does not depend on who changed the set-up.
        records = self.sudo().search(Domain(domain) & self._scope_get_open_domain())
        # All of a verdict: what follows from one part of it must not read it as it was.
        names = ("scope", "scope_reason", "coverage")
        for name in names:
            self.env.add_to_compute(self._fields[name], records)
        records.modified(names)
        return records

    def _scope_get_custom_code_state(self):
        """Return what the subscription of this request does with its custom module.

        It is the subscription found at filing that counts, also once it has ended:
        its end does not take the promise back.

        :return: a value of ``custom_code_state``
        :rtype: str
        """
        self.ensure_one()
        module = self.custom_module_id
        if not module:
            return "not_concerned"
        if not module.subscription_id or module.subscription_id != self.subscription_id:
            return "not_maintained"
        if module.subscription_id.custom_code_grown:
            return "grown"
        return "outdated" if module._is_count_outdated() else "maintained"

    def _scope_get_clause(self):
        """Return where the charter says so, or nothing.

        :rtype: str
        """
        self.ensure_one()
        clause = verdict.get_clause(self.scope_reason)
        if clause == "category":
            return self.category_id.charter_clause
        if clause == "custom_code":
            return self.env._(
                "custom code is helped with only if the subscription includes the "
                "maintenance of its lines."
            )
        return ""

    def _notify_scope_decision(self):
        """Tell the customer the verdict: no answer to the request, so no response."""
        self._post_decision("omydoo_helpdesk.mail_template_scope")

    def _scope_get_reason_sentence(self):
        """Return the reason of the verdict as a sentence for customer and agent.

        :rtype: str
        """
        self.ensure_one()
        sentences = {
            "no_category": self.env._(
                "An agent will say whether this request is covered."
            ),
            "no_subscription": self.env._(
                "No support subscription was running on the day of filing: an agent "
                "will contact you."
            ),
            "custom_code_not_maintained": self.env._(
                "The subscription does not include the maintenance of the custom "
                "module “%(module)s”.",
                module=self.custom_module_id.display_name or "",
            ),
            "custom_code_grown": self.env._(
                "The custom module “%(module)s” has grown beyond what the "
                "subscription maintains.",
                module=self.custom_module_id.display_name or "",
            ),
            "category_in_scope": self.env._(
                "“%(category)s” is covered by the subscription.",
                category=self.category_id.name or "",
            ),
            "category_out_of_scope": self.env._(
                "“%(category)s” is outside the scope of support.",
                category=self.category_id.name or "",
            ),
            "overridden": _end_sentence(self.scope_override_reason),
        }
        return sentences.get(self.scope_reason, "")

    def _scope_get_consequence_sentence(self):
        """Return what happens to a request that is out of scope.

        :rtype: str
        """
        self.ensure_one()
        return {
            "full_support": self.env._(
                "Your full support plan covers it: a project manager takes it over."
            ),
            "hours_pack": self.env._(
                "It can be charged to your hours pack: a project manager takes it over."
            ),
        }.get(
            self.coverage,
            self.env._("A project manager will propose a quotation or a project."),
        )

    @api.model
    def _scope_find_packs(self, partners, companies):
        """Hook: return the prepaid hours that customers have left, first to use first.

        :param partners: commercial partners
        :param companies: our companies
        :rtype: recordset of sale.order.line
        """
        return self.env["sale.order.line"]


def _end_sentence(text):
    """Return what somebody typed, ended so that another sentence may follow."""
    text = (text or "").strip()
    return f"{text}." if text and text[-1].isalnum() else text
