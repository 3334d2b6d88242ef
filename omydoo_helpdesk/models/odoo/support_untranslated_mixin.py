# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

# Shorter texts may well be the same in two languages: "Support 24 h".
MIN_WORDS = 4


class SupportUntranslatedMixin(models.AbstractModel):
    """Texts that customers read, each in their language: which lack a translation.

    What is typed is kept in the language of whoever types it, and read in it by
    everybody until somebody translates it. Whoever edits the record is told.
    """

    _name = "support.untranslated.mixin"
    _description = "Texts for Customers to Be Translated"

    untranslated = fields.Char(
        string="Lacks a Translation",
        compute="_compute_untranslated",
        help="Texts that customers read, and that are the same in two languages.",
    )

    @api.depends(lambda self: self._get_translated_fields())
    @api.depends_context("lang")
    def _compute_untranslated(self):
        langs = dict(self.env["res.lang"].get_installed())
        for record in self:
            lacking = record._get_untranslated(langs)
            record.untranslated = ", ".join(
                self.env._(
                    "%(field)s (%(languages)s)",
                    field=record._fields[name]._description_string(self.env),
                    languages=", ".join(langs[code].split(" / ")[-1] for code in codes),
                )
                for name, codes in lacking.items()
            )

    @api.model
    def _get_translated_fields(self):
        """Return the fields whose text customers read in their language.

        :rtype: list[str]
        """
        return []

    def _get_untranslated(self, langs):
        """Return which texts lack a translation.

        A text lacks it in a language where there is none, or where it is, word by word,
        that of another one.

        :param langs: codes of the languages that are read
        :return: for each field the codes of the languages that read the same
        :rtype: dict[str, list[str]]
        """
        self.ensure_one()
        record = self._origin
        lacking = {}
        for name in self._get_translated_fields() if record and len(langs) > 1 else ():
            stored = record._fields[name]._get_stored_translations(record) or {}
            by_text = {}
            for code in langs:
                text = stored.get(code) or stored.get("en_US") or ""
                by_text.setdefault(text.strip(), []).append(code)
            same = [
                codes
                for text, codes in by_text.items()
                if len(codes) > 1 and len(text.split()) >= MIN_WORDS
            ]
            if same:
                lacking[name] = same[0]
        return lacking
