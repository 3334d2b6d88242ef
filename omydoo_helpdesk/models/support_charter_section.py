# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class SupportCharterSection(models.Model):
    _name = "support.charter.section"
    _description = "Support Charter Section"
    _order = "charter_id, sequence, id"

    charter_id = fields.Many2one(
        comodel_name="support.charter",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=[
            ("scope", "In scope"),
            ("out_of_scope", "Out of scope"),
            ("contact", "Contact and deadlines"),
            ("good_practice", "Good practice"),
            ("backup", "Backups and tests"),
            ("contract", "Contract"),
        ],
        required=True,
    )
    name = fields.Char(string="Title", required=True, translate=True)
    body = fields.Html(translate=True, sanitize_style=True, required=True)

    def write(self, vals):
        self._check_charter_is_draft()
        return super().write(vals)

    def unlink(self):
        self._check_charter_is_draft()
        return super().unlink()

    def _check_charter_is_draft(self):
        """Refuse to change a text that customers have read.

        :raise UserError: if the charter is not a draft
        """
        if any(section.charter_id.state != "draft" for section in self):
            raise UserError(
                self.env._(
                    "This version of the charter is published: duplicate it, and "
                    "publish the new version."
                )
            )
