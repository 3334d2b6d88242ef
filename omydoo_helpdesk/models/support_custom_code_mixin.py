# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Verdicts that neither full support nor the category can change: the maintenance of
# custom code is sold apart (charter).
CUSTOM_CODE_REASONS = ("custom_code_not_maintained", "custom_code_grown")
CUSTOM_CODE_STATES = [
    ("not_concerned", "Not concerned"),
    ("maintained", "Maintained"),
    ("outdated", "Count outdated"),
    ("grown", "Grown beyond what is sold"),
    ("not_maintained", "Not maintained"),
]


class SupportCustomCodeMixin(models.AbstractModel):
    """Is the custom code that a request is about maintained by its subscription?

    Used by the scope mixin, with ``partner_id``, ``company_id`` and
    ``subscription_id``.
    """

    _name = "support.custom.code.mixin"
    _description = "Support Custom Code"

    custom_module_id = fields.Many2one(
        comodel_name="support.custom.module",
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

    # === COMPUTE METHODS === #

    @api.depends(
        "custom_module_id.subscription_id",
        "custom_module_id.counted_on",
        "subscription_id.custom_code_grown",
    )
    def _compute_custom_code_state(self):
        for record in self:
            record.custom_code_state = record._scope_get_custom_code_state()

    # === CONSTRAINT METHODS === #

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

    # === BUSINESS METHODS === #

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

    def _scope_rule_custom_code(self):
        state = self._scope_get_custom_code_state()
        if state == "not_maintained":
            return "out_of_scope", "custom_code_not_maintained"
        if state == "grown":
            return "out_of_scope", "custom_code_grown"
        return None
