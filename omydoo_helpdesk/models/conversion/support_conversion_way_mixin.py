# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportConversionWayMixin(models.AbstractModel):
    """Which way out of a ticket is meant: the one list of ways, with their labels.

    Each way adds itself (``wizards/conversion/ways``). Used by the wizards that choose
    one, by what is handed over, by the log and by the report.
    """

    _name = "support.conversion.way.mixin"
    _description = "Way of Conversion"

    action = fields.Selection(selection=[], string="Converted Into")

    @api.model
    def _get_ways(self):
        """Return the ways there are, in the user's language.

        :return: the label by the way
        :rtype: dict[str, str]
        """
        return dict(self._fields["action"]._description_selection(self.env))
