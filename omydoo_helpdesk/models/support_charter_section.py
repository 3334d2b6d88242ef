# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


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

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sections = super().create(vals_list)
        sections.charter_id._check_is_draft()
        return sections

    def write(self, vals):
        self.charter_id._check_is_draft()
        res = super().write(vals)
        if "charter_id" in vals:
            # Nor may a section be slipped into a published version.
            self.charter_id._check_is_draft()
        return res

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # The road of the translation dialog, which does not pass by write().
        self.charter_id._check_is_draft()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.charter_id._check_is_draft()
