# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class SupportModuleCountLine(models.TransientModel):
    _name = "support.module.count.line"
    _description = "Lines Counted in a Module"
    _order = "name"

    count_id = fields.Many2one(
        comodel_name="support.module.count", required=True, ondelete="cascade"
    )
    selected = fields.Boolean(string="Write", default=True)
    name = fields.Char(string="Technical Name", required=True, readonly=True)
    label = fields.Char(string="Name for the Customer")
    version = fields.Char(readonly=True)
    line_count = fields.Integer(string="Lines of Code", readonly=True)
    previous_count = fields.Integer(string="Counted Before", readonly=True)
    module_id = fields.Many2one(
        comodel_name="support.custom.module", string="In the Register", readonly=True
    )
    note = fields.Text(readonly=True)

    def _prepare_count_vals(self):
        """Return what a new count changes of a module in the register.

        :rtype: dict
        """
        self.ensure_one()
        today = self.count_id.company_id._get_support_day(fields.Datetime.now())
        vals = {"line_count": self.line_count, "counted_on": today}
        if self.version:
            vals["version"] = self.version
        return vals

    def _prepare_module_vals(self):
        """Return the values of a module that is new in the register.

        :rtype: dict
        """
        return {
            **self._prepare_count_vals(),
            "name": self.name,
            "label": self.label,
            "kind": "module",
            "partner_id": self.count_id.partner_id.id,
            "company_id": self.count_id.company_id.id,
        }
