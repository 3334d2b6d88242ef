# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from types import MappingProxyType

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import COMPUTED, GIVEN, GUARD, SEALED
from ...tools import service_review as pure
from ...tools.text import given_id

STATES = [
    ("draft", "Draft"),
    ("published", "Published, Not Sent"),
    ("sent", "Sent"),
]
# What may be done with a review, and where it leads.
MOVES = MappingProxyType(
    {
        "publish": {"draft": "published"},
        "send": {"published": "sent"},
    }
)
KINDS = [
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("free", "Other period"),
]
# What a manager writes until a review is published.
WORDS = ("comment", "proposal")
DESK = "base.group_user"


class SupportServiceReview(models.Model):
    """What support did for a customer in a period, as it is told to them.

    Drafted from the logs, read and commented by a manager, published and sent. Once it
    is published it is frozen: what is edited later, of tickets, plans or packs, changes
    nothing of it. Who was told something wrong gets a new version, which says what has
    changed.
    """

    _name = "support.service.review"
    _inherit = ["support.guarded.mixin"]
    _description = "Service Review"
    _order = "date_to desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    # As it was: no merge of contacts makes two reviews one.
    customer_ref = fields.Integer(
        string="ID of the Customer",
        readonly=True,
        groups=DESK,
    )
    customer_name = fields.Char(
        string="Name of the Customer", readonly=True, help="As it was on that day."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=KINDS, string="Period", compute="_compute_kind", store=True
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._get_last_period("month")[0],
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self._get_last_period("month")[1],
        help="Included.",
    )
    version = fields.Integer(default=1, readonly=True)
    previous_id = fields.Many2one(
        comodel_name="support.service.review",
        string="Corrects",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        comodel_name="support.service.review",
        inverse_name="previous_id",
        string="Corrected By",
        readonly=True,
    )
    state = fields.Selection(
        selection=STATES, required=True, readonly=True, default="draft", index=True
    )
    figures = fields.Json(readonly=True, groups=DESK)
    computed_at = fields.Datetime(string="Computed On", readonly=True)
    comment = fields.Text(
        string="Your Comment",
        help="The customer reads it, above the figures' details.",
    )
    proposal = fields.Text(
        string="What You Propose",
        help="The customer reads it at the end: what comes next.",
    )
    published_at = fields.Datetime(string="Review Published On", readonly=True)
    published_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, groups=DESK
    )
    sent_at = fields.Datetime(string="Sent On", readonly=True)
    # What a manager looks at, in the list
    attention = fields.Integer(
        string="Needs a Look",
        compute="_compute_attention",
        store=True,
        groups=DESK,
        help="How many things to look at: missed promises, unhappy customers, packs "
        "that end, questions that wait for us.",
    )
    attention_text = fields.Char(
        string="What to Look At", compute="_compute_attention_text", groups=DESK
    )
    is_quiet = fields.Boolean(
        string="Nothing to Tell",
        compute="_compute_attention",
        store=True,
        groups=DESK,
    )
    filed_count = fields.Integer(
        string="Requests Filed", compute="_compute_attention", store=True, groups=DESK
    )
    missed_count = fields.Integer(
        string="Promises Missed",
        compute="_compute_attention",
        store=True,
        groups=DESK,
    )

    # The same is not drafted twice, by whomever.
    _version_uniq = models.UniqueIndex(
        "(company_id, customer_ref, date_from, date_to, version)",
        "There is a review of this customer for these days already: open it.",
    )
    _days_ordered = models.Constraint(
        "CHECK (date_from <= date_to)", "A period ends after it begins."
    )

    # === COMPUTE METHODS === #

    @api.depends("date_from", "date_to")
    def _compute_kind(self):
        for review in self:
            review.kind = self._get_kind(review.date_from, review.date_to)

    @api.depends("customer_name", "date_from", "date_to", "version")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "%(customer)s, %(period)s",
                customer=review.customer_name or "",
                period=review._get_period_words(),
            )

    @api.depends("figures")
    def _compute_attention(self):
        for review in self:
            found = review.figures or {"figures": {}}
            attention = pure.get_attention(found)
            review.attention = sum(attention.values())
            review.missed_count = attention.get("missed", 0)
            review.is_quiet = pure.is_quiet(found)
            filed = found["figures"].get("requests.filed", {})
            review.filed_count = filed.get("value", 0)

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_attention_text(self):
        for review in self:
            review.attention_text = review._get_attention_words()

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "state")
    def _check_customer(self):
        # A correction is of whom the review was of, whatever became of them.
        for review in self.filtered(
            lambda review: review.state == "draft" and not review.previous_id
        ):
            if review.partner_id != review.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: the review is for the "
                        "whole firm.",
                        contact=review.partner_id.name,
                        customer=review.partner_id.commercial_partner_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        partner_ids = (given_id(vals.get("partner_id")) for vals in vals_list)
        self.env["res.partner"].browse(filter(None, partner_ids)).fetch(["name"])
        vals_list = [self._prepare_review_vals(vals) for vals in vals_list]
        reviews = super().create(vals_list)
        reviews._draft_figures()
        return reviews

    @api.model
    def _prepare_review_vals(self, vals):
        """Return the values of a new review, with whom it is of.

        :param dict vals: as given to ``create``
        :rtype: dict
        """
        partner_id = given_id(vals.get("partner_id"))
        partner = self.env["res.partner"].browse(partner_id or ())
        return {
            **vals,
            "customer_ref": partner.id,
            "customer_name": partner.name,
        }

    def write(self, vals):
        self._check_guarded([vals])
        if not {*WORDS}.isdisjoint(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A review is drafted, or corrected: not copied."))

    def _check_draft(self):
        """Refuse what is done to a draft only.

        :raise UserError: if one of these is published
        """
        frozen = self.filtered(lambda review: review.state != "draft")
        if frozen:
            raise UserError(
                self.env._(
                    "“%(review)s” is published, and stays as it was told. Correct it "
                    "by a new version.",
                    review=frozen[0].display_name,
                )
            )

    # === GUARD === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "partner_id": GIVEN,
            "company_id": GIVEN,
            "date_from": GIVEN,
            "date_to": GIVEN,
            "next_ids": SEALED,
            **dict.fromkeys(
                (
                    "customer_ref",
                    "customer_name",
                    "version",
                    "previous_id",
                    "state",
                    "figures",
                    "computed_at",
                    "published_at",
                    "published_by_id",
                    "sent_at",
                ),
                COMPUTED,
            ),
        }

    @api.model
    def _get_guarded_reason(self):
        return self.env._("a review follows from the logs, and its buttons move it.")

    # === ACTION METHODS === #

    def action_compute(self):
        """Count the figures of these drafts again.

        :raise UserError: if one of them is published
        """
        self.check_access("write")
        self._check_draft()
        self._draft_figures()

    def action_publish(self):
        """Publish these drafts: their customers read them from now on.

        :raise UserError: if a period is not over, or a review is published already
        """
        self.check_access("write")
        for review in self:
            today = review.company_id._get_support_day(fields.Datetime.now())
            if review.date_to >= today:
                raise UserError(
                    self.env._(
                        "“%(review)s”: the period is not over yet.",
                        review=review.display_name,
                    )
                )
        self._move(
            "publish",
            {
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            },
        )

    def action_correct(self):
        """Draft a new version of a published review.

        :return: the action that opens it
        :rtype: dict
        :raise UserError: if the review is a draft, or corrected already
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            raise UserError(self.env._("This is a draft: change it as it is."))
        if self.next_ids:
            raise UserError(
                self.env._("There is a newer version already: correct that one.")
            )
        # Past the guard: which version it is, and of what.
        corrected = self.with_context(support_guard=GUARD).create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "version": self.version + 1,
                "previous_id": self.id,
                "comment": self.comment,
                "proposal": self.proposal,
            }
        )
        return corrected._get_form_action()

    def action_open_figure(self, key):
        """Open the records behind a figure.

        :param str key: of the figure
        :return: an action
        :rtype: dict
        :raise UserError: if there is no such figure
        """
        self.ensure_one()
        self.check_access("read")
        figure = ((self.figures or {}).get("figures") or {}).get(str(key))
        if not figure:
            raise UserError(self.env._("There is nothing behind this figure."))
        model = figure["model"]
        return {
            "type": "ir.actions.act_window",
            "name": self._get_figure_label(str(key)),
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "view_mode": "list,form",
            "domain": [("id", "in", figure["ids"])],
            # Archived since, or filtered by default: it is counted.
            "context": {"active_test": False},
        }

    def action_preview(self):
        """Show a review as the customer reads it.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": self._get_review_path(),
        }

    # === BUSINESS METHODS === #

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "view_mode": "form",
        }

    def _move(self, kind, vals):
        """Do with these reviews what leads to another state, once.

        :param str kind: of ``MOVES``
        :param dict vals: what is noted of it
        :raise UserError: if that is not to be done with one of them
        """
        # Two managers at once: the second one sees what the first one did.
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for review in self:
            if review.state not in MOVES[kind]:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(review)s” cannot be moved on: its state is “%(state)s”.",
                        review=review.display_name,
                        state=states[review.state],
                    )
                )
        for state, reviews in self.grouped("state").items():
            reviews._write_guarded({**vals, "state": MOVES[kind][state]})

    @api.model
    def _get_kind(self, first_day, last_day):
        """Return what a period is.

        :return: one of ``KINDS``
        :rtype: str
        """
        for kind in ("month", "quarter"):
            if (
                first_day
                and last_day
                and first_day == fields.Date.start_of(first_day, kind)
                and last_day == fields.Date.end_of(first_day, kind)
            ):
                return kind
        return "free"

    @api.model
    def _get_last_period(self, kind, company=None):
        """Return the last month or quarter that is over.

        :param str kind: "month" or "quarter"
        :param company: ours, by whose day; by default the user's
        :return: its first and last day
        :rtype: tuple[date, date]
        """
        today = (company or self.env.company)._get_support_day(fields.Datetime.now())
        last_day = fields.Date.subtract(fields.Date.start_of(today, kind), days=1)
        return fields.Date.start_of(last_day, kind), last_day

    @api.model
    def _get_customer_lang(self, partner):
        """Return the language in which a customer is told things.

        :param partner: the customer
        :rtype: str
        """
        return partner.lang or self.env.lang or "en_US"

    def _merge_into(self, target):
        """Have these drafts be of another customer, of which there may be some already.

        :param target: the contact that is kept
        """
        customer = target.commercial_partner_id
        kept = self.search(
            Domain("customer_ref", "=", customer.id) & Domain("state", "=", "draft")
        ).grouped(lambda review: review._get_period_key())
        for review in self:
            other = kept.get(review._get_period_key())
            if other and other != review:
                for name in WORDS:
                    if review[name]:
                        other[name] = "\n".join(
                            filter(None, (other[name], review[name]))
                        )
                review.unlink()
            elif not other:
                review._write_guarded({"customer_ref": customer.id})

    def _get_period_key(self):
        self.ensure_one()
        return self.company_id, self.date_from, self.date_to, self.version

    def _get_latest(self):
        """Return the version of this review that is told today.

        :return: maybe itself; drafts are not told
        :rtype: recordset of support.service.review
        """
        self.ensure_one()
        latest = self
        while newer := latest.next_ids.filtered(lambda other: other.state != "draft"):
            latest = newer[:1]
        return latest
