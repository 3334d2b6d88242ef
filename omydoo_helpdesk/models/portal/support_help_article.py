# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

MAX_ARTICLES = 4

MIN_TOPIC_LENGTH = 5


class SupportHelpArticle(models.Model):
    """A link to an answer that customers can find themselves."""

    _name = "support.help.article"
    _inherit = ["support.alike.mixin", "support.untranslated.mixin"]
    _description = "Help Article"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(string="Title", required=True, translate=True)
    url = fields.Char(
        string="Address",
        required=True,
        translate=True,
        help="Of the page, which opens in a new tab; may differ by language.",
    )
    keywords = fields.Char(
        translate=True,
        help="Other words customers may use, which find the article too.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Leave empty to show it to the customers of every company.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # === CONSTRAINT METHODS === #

    @api.constrains("url")
    def _check_url(self):
        """Refuse what is no address of a web page.

        :raise ValidationError: for scripts and the like too
        """
        for article in self:
            try:
                parts = urlsplit((article.url or "").strip())
                is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
            except ValueError:
                is_web = False
            if not is_web:
                raise ValidationError(
                    self.env._(
                        "“%(url)s” is not the address of a web page: it must begin "
                        "with https:// or http://.",
                        url=article.url,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_strip_url(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_strip_url(vals))

    # === BUSINESS METHODS === #

    @api.model
    def _get_translated_fields(self):
        return [*super()._get_translated_fields(), "name", "keywords"]

    @api.model
    def _alike_get_text(self, query):
        return SQL(
            "concat_ws(' ', %s, %s)",
            self._field_to_sql(query.table, "name", query),
            self._field_to_sql(query.table, "keywords", query),
        )

    @api.model
    def _alike_get_trigram_score(self, words):
        # One word of a long subject is enough, after what resembles all of it: an
        # article is about something, and nobody describes their trouble like it.
        scores = [super()._alike_get_trigram_score(words)]
        scores += [
            SQL("0.8 * word_similarity(support_fold(%s), folded)", word)
            for word in words
            if len(word) >= MIN_TOPIC_LENGTH
        ]
        return SQL("GREATEST(%s)", SQL(", ").join(scores))

    @api.model
    def _find_portal_articles(self, text):
        """Return the articles that may answer a request.

        :param str text: as typed
        :return: as in ``_find_portal_lookalikes``
        :rtype: list[dict]
        """
        domain = Domain("company_id", "in", [False, self.env.company.id])
        return [
            {
                "title": article.name,
                "detail": urlsplit(article.url).hostname,
                "url": article.url,
                "is_external": True,
            }
            for article in self._search_alike(text, domain, MAX_ARTICLES)
        ]


def _strip_url(vals):
    """Return values without blanks around the address.

    :param dict vals: of an article
    :rtype: dict
    """
    if isinstance(vals.get("url"), str):
        return {**vals, "url": vals["url"].strip()}
    return vals
