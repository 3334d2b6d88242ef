# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.fields import Domain

# What each model promises for each priority, high, normal and other: hours to the first
# answer and to the resolution, in working hours or in days of the desk: the hours that
# it is open on one.
HIGH, NORMAL, OTHER = "3", "1", "0"
PLAN_MODELS = {
    "day": {
        "response": {HIGH: (2, "h"), NORMAL: (1, "d"), OTHER: (1, "d")},
        "resolution": {HIGH: (1, "d"), NORMAL: (3, "d"), OTHER: (5, "d")},
        "vals": {"phone_allowed": True, "sequence": 20, "quick_help_minutes": 30},
    },
    "two_days": {
        "response": {HIGH: (4, "h"), NORMAL: (2, "d"), OTHER: (2, "d")},
        "resolution": {HIGH: (2, "d"), NORMAL: (5, "d"), OTHER: (10, "d")},
        "vals": {"sequence": 30, "quick_help_minutes": 15},
    },
    "full": {
        "response": {HIGH: (1, "h"), NORMAL: (4, "h"), OTHER: (1, "d")},
        "resolution": {HIGH: (1, "d"), NORMAL: (3, "d"), OTHER: (5, "d")},
        "vals": {
            "phone_allowed": True,
            "full_support": True,
            "sequence": 10,
            "quick_help_minutes": 60,
        },
    },
}


class SupportStart(models.TransientModel):
    """What is promised: plans made from three models, each with its promises."""

    _name = "support.start"
    _inherit = ["support.start"]

    plans_lacks = fields.Text(compute="_compute_steps", export_string_translation=False)
    has_day_plan = fields.Boolean(string="24 h Support", default=True)
    has_two_days_plan = fields.Boolean(string="48 h Support", default=True)
    has_full_plan = fields.Boolean(string="Full Support", default=True)
    models_table = fields.Html(
        compute="_compute_models_table", sanitize=False, export_string_translation=False
    )
    plan_names = fields.Char(string="Plans", compute="_compute_plan_names")

    start_plan_id = fields.Many2one(
        comodel_name="support.plan",
        string="Plan of the Customer",
        domain="[('company_id', 'in', [False, company_id])]",
        default=lambda self: self._get_plans(self.env.company)[:1],
        help="What the customer is subscribed to; the first one if you choose none.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_models_table(self):
        labels = self._get_plan_labels()
        rows = [
            {
                "name": labels[name]["name"],
                "promise": labels[name]["promise"],
                "responses": [
                    self._format_duration(*model["response"][priority])
                    for priority in (HIGH, NORMAL, OTHER)
                ],
            }
            for name, model in PLAN_MODELS.items()
        ]
        priorities = dict(self.env["helpdesk.ticket"]._selection_priority())
        self.models_table = self.env["ir.qweb"]._render(
            "omydoo_helpdesk.support_start_plans",
            {
                "rows": rows,
                "priorities": [priorities[key] for key in (HIGH, NORMAL, OTHER)],
            },
        )

    @api.depends("company_id")
    def _compute_plan_names(self):
        for start in self:
            plans = self._get_plans(start.company_id)
            start.plan_names = ", ".join(plans.mapped("name"))

    # === ACTION METHODS === #

    def action_make_plans(self):
        """Make the plans that are ticked, except those that there are."""
        company = self._get_start_company()
        wanted = {
            "day": self.has_day_plan,
            "two_days": self.has_two_days_plan,
            "full": self.has_full_plan,
        }
        here = self._get_plans(company)
        for name in PLAN_MODELS:
            labels = {
                lang: self.with_context(lang=lang)._get_plan_labels()[name]
                for lang, _label in self.env["res.lang"].get_installed()
            }
            names = {label["name"] for label in labels.values()}
            if wanted[name] and not names & set(here.mapped("name")):
                self._make_plan(company, name, labels)
        self.start_plan_id = self.start_plan_id or self._get_plans(company)[:1]

    def action_view_plans(self):
        """List the plans.

        :return: the action
        :rtype: dict
        """
        return self.env["ir.actions.act_window"]._for_xml_id(
            "omydoo_helpdesk.support_plan_action"
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_start_steps(self, company):
        return [
            *super()._get_start_steps(company),
            {"name": "plans", "lacks": self._get_plans_lacks(company)},
        ]

    @api.model
    def _get_plans(self, company):
        return self.env["support.plan"].search(
            Domain("company_id", "in", [False, company.id])
        )

    @api.model
    def _get_plans_lacks(self, company):
        plans = self._get_plans(company)
        if not plans:
            return self.env._("What you sell: a plan says by when you answer.")
        if not plans.sla_ids.filtered("response_hours"):
            return self.env._("What the plans promise: none of them has targets.")
        return ""

    @api.model
    def _get_plan_labels(self):
        """Return what each model is called and promises, in the context's language.

        :rtype: dict[str, dict]
        """
        return {
            "day": {
                "name": self.env._("24 h support"),
                "promise": self.env._(
                    "First response within one working day, within 2 working hours if "
                    "your activity is blocked. Telephone for blocking emergencies."
                ),
            },
            "two_days": {
                "name": self.env._("48 h support"),
                "promise": self.env._(
                    "First response within two working days, within 4 working hours if "
                    "your activity is blocked. By the form."
                ),
            },
            "full": {
                "name": self.env._("Full support"),
                "promise": self.env._(
                    "First response within 4 working hours, within one working hour if "
                    "your activity is blocked. Telephone for blocking emergencies. "
                    "Training, development and projects are taken on by your project "
                    "manager, without a quotation."
                ),
            },
        }

    @api.model
    def _format_duration(self, count, unit):
        if unit == "h":
            return self.env._("%(count)s h", count=count)
        if count == 1:
            return self.env._("1 working day")
        return self.env._("%(count)s working days", count=count)

    @api.model
    def _make_plan(self, company, name, labels):
        """Make a plan from a model, read in each language.

        :param company: recordset of res.company
        :param str name: of the model
        :param dict labels: by language, as of ``_get_plan_labels``
        :rtype: recordset of support.plan
        """
        model = PLAN_MODELS[name]
        calendar = company.support_calendar_id
        day = round(calendar.hours_per_day, 2) if calendar else 24

        def count(number, unit):
            return number if unit == "h" else number * day

        plan = self.env["support.plan"].create(
            {
                **model["vals"],
                **labels[self.env.lang or "en_US"],
                "company_id": company.id,
                "calendar_id": calendar.id,
                "sla_ids": [
                    Command.create(
                        {
                            "priority": priority,
                            "response_hours": count(*model["response"][priority]),
                            "resolution_hours": count(*model["resolution"][priority]),
                            "next_response_hours": count(*model["response"][priority]),
                        }
                    )
                    for priority in (HIGH, NORMAL, OTHER)
                ],
            }
        )
        for field in ("name", "promise"):
            plan.update_field_translations(
                field, {lang: label[field] for lang, label in labels.items()}
            )
        return plan
