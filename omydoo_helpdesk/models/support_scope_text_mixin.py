# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models

from .support_custom_code_mixin import CUSTOM_CODE_REASONS


class SupportScopeTextMixin(models.AbstractModel):
    """The verdict in plain words: its reason, its clause, what happens next.

    Used by the mixin that decides, and by whoever tells the customer.
    """

    _name = "support.scope.text.mixin"
    _description = "Support Scope in Words"

    scope_explanation = fields.Text(
        compute="_compute_scope_explanation",
        compute_sudo=True,
        help="The verdict and its reason in plain words, with the charter's clause.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "scope",
        "scope_reason",
        "coverage",
        "scope_override_reason",
        "category_id",
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

    # === BUSINESS METHODS === #

    def _scope_get_clause(self):
        """Return where the charter says so, or nothing.

        :rtype: str
        """
        self.ensure_one()
        if self.scope_reason in ("category_in_scope", "category_out_of_scope"):
            return self.category_id.charter_clause
        if self.scope_reason in CUSTOM_CODE_REASONS:
            return self.env._(
                "custom code is helped with only if the subscription includes the "
                "maintenance of its lines."
            )
        return ""

    def _notify_scope_decision(self):
        """Tell the customer the verdict: no answer to the request, so no response."""
        self.ensure_one()
        record = self.with_context(lang=self.partner_id.lang or self.env.lang)
        label = dict(record._fields["scope"]._description_selection(record.env))
        record.message_post(
            body=Markup("<p><strong>%s</strong></p><p>%s</p>")
            % (label[record.scope], record.scope_explanation),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
        )

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
            "overridden": self.scope_override_reason or "",
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
