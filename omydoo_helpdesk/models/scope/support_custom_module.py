# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CustomModuleTickets(models.Model):
    """The tickets that a custom module is named in."""

    _name = "support.custom.module"
    _inherit = ["support.custom.module"]

    ticket_count = fields.Integer(compute="_compute_ticket_count")

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("custom_module_id", "in", self.ids)],
                ["custom_module_id"],
                ["__count"],
            )
        )
        for module in self:
            module.ticket_count = counts.get(module._origin, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_named(self):
        named = (
            self.env["helpdesk.ticket"]
            .sudo()  # tickets of other teams count too; only the number is told
            .with_context(active_test=False)
            ._read_group(
                [("custom_module_id", "in", self.ids)],
                ["custom_module_id"],
                ["__count"],
            )
        )
        for module, count in named:
            raise ValidationError(
                self.env._(
                    "%(count)s tickets name “%(module)s”: archive it instead of "
                    "deleting it.",
                    count=count,
                    module=module.display_name,
                )
            )


class SubscriptionTickets(models.Model):
    """The tickets whose verdict depends on the lines of code of a subscription."""

    _name = "sale.subscription"
    _inherit = ["sale.subscription"]

    def _refresh_custom_code_tickets(self, modules=None):
        """Have the open tickets about custom code follow these subscriptions.

        :param modules: custom modules whose tickets are concerned as well
        """
        domain = Domain("custom_module_id", "in", modules.ids if modules else [])
        if self:
            domain |= Domain("custom_module_id.subscription_id", "in", self.ids)
        if not domain.is_false():
            self.env["helpdesk.ticket"]._scope_refresh_open(domain)
        return super()._refresh_custom_code_tickets(modules)
