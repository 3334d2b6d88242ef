# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import ormcache


class IrDefault(models.Model):
    _name = "ir.default"
    _inherit = ["ir.default"]

    @api.model
    def _get(
        self, model_name, field_name, user_id=False, company_id=False, condition=False
    ):
        if (model_name, field_name) == ("res.partner", "lang") and not (
            user_id or company_id or condition
        ):
            return self._get_default_language()
        return super()._get(
            model_name,
            field_name,
            user_id=user_id,
            company_id=company_id,
            condition=condition,
        )

    @api.model
    @ormcache()
    def _get_default_language(self):
        """Return the language of new contacts, which is the portal's first.

        Each page of the portal asks for it, and Odoo looks it up in two statements.
        The cache is cleared whenever a default changes.

        :rtype: str
        """
        # pylint: disable-next=super-method-mismatch
        return super()._get("res.partner", "lang")
