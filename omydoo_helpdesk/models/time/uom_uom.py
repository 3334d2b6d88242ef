# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import ormcache


class UomUom(models.Model):
    """Which units are a time is looked up once.

    Each form and each ticket of who may have prepaid hours asks for them: three
    statements of 26 for the form (measured on 29 Nov 2026).
    """

    _name = "uom.uom"
    _inherit = ["uom.uom"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        self.env.registry.clear_cache()
        return units

    def write(self, vals):
        res = super().write(vals)
        if "relative_uom_id" in vals:
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    # === BUSINESS METHODS === #

    @api.model
    @ormcache("unit_id")
    def _find_time_units(self, unit_id):
        """Return the ids of a unit and of those that are measured by it.

        In sudo mode: what they are is nobody's to be told.

        :param int unit_id: of the unit
        :rtype: tuple[int]
        """
        root = self.browse(unit_id).parent_path.split("/")[0]
        units = self.with_context(active_test=False).search(
            [("parent_path", "=like", f"{root}/%")]
        )
        return units._ids
