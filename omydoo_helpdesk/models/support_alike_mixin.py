# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import re

import psycopg2

from odoo import api, models
from odoo.modules.db import has_trigram
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# A text without accents, ligatures and capitals. Of what PostgreSQL brings itself, not
# of its extension unaccent: that one is not immutable, to make it so takes a
# superuser, and once installed it changes every other search of Odoo. The accents go
# before the capitals, so that the locale of the database does not matter.
FOLD_FUNCTION = r"""
CREATE OR REPLACE FUNCTION support_fold(value text) RETURNS text AS $$
    SELECT replace(replace(replace(
        lower(regexp_replace(normalize(
            replace(replace(value, 'Œ', 'oe'), 'Æ', 'ae'), NFKD
        ), '[\u0300-\u036f]', '', 'g')),
        'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss')
$$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
"""
# How much of what is sought must be found in a text, from 0 to 1.
THRESHOLD = 0.45
MAX_SOUGHT_LENGTH = 100
MIN_WORD_LENGTH = 4
WORD = re.compile(r"\w+")


class SupportAlikeMixin(models.AbstractModel):
    """Found by likeness: whatever the accents, the capitals and small mistakes.

    By trigrams where PostgreSQL has them (``pg_trgm``), else by words.
    """

    _name = "support.alike.mixin"
    _description = "Found by Likeness"

    # The field with an index for it: worth it for a big table only.
    _alike_index_field = None

    def init(self):
        super().init()
        if self._abstract:
            return
        self.env.cr.execute(FOLD_FUNCTION)
        if self._alike_index_field and self._alike_ensure_trigram():
            self._alike_create_index()

    @api.model
    def _alike_ensure_trigram(self):
        """Install the extension if it is not there and may be.

        :return: whether it is there
        :rtype: bool
        """
        cr = self.env.cr
        if not has_trigram(cr):
            try:
                with cr.savepoint(flush=False):
                    cr.execute(
                        "CREATE EXTENSION IF NOT EXISTS pg_trgm", log_exceptions=False
                    )
            except psycopg2.Error as error:
                _logger.info("No search by likeness without pg_trgm: %s", error)
                return False
            self.env.registry.has_trigram = has_trigram(cr)
        return self.env.registry.has_trigram

    @api.model
    def _alike_create_index(self):
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                cr.execute(
                    SQL(
                        "CREATE INDEX IF NOT EXISTS %s ON %s "
                        "USING gin (support_fold(%s) gin_trgm_ops)",
                        SQL.identifier(f"{self._table}_alike_idx"),
                        SQL.identifier(self._table),
                        SQL.identifier(self._alike_index_field),
                    ),
                    log_exceptions=False,
                )
        except psycopg2.Error as error:
            # The search works without it, slower.
            _logger.info("No index for the search by likeness: %s", error)

    @api.model
    def _alike_get_text(self, query):
        """Return the text in which to search.

        :param query: a query on the model
        :rtype: SQL
        """
        return self._field_to_sql(query.table, self._alike_index_field, query)

    @api.model
    def _alike_get_words(self, text):
        """Return the words of a text that say something.

        Short ones are taken only if there is nothing else: they are articles.

        :param str text: as typed
        :rtype: list[str]
        """
        words = WORD.findall(text[:MAX_SOUGHT_LENGTH].replace("_", " "))
        return [word for word in words if len(word) >= MIN_WORD_LENGTH] or [
            word for word in words if len(word) > 1
        ]

    @api.model
    def _search_alike(self, text, domain, limit):
        """Find the records that the user may read and that resemble a text most.

        :param str text: as typed, anything
        :param domain: which records to search
        :param int limit: how many at most
        :return: the records, the most alike first
        """
        words = self._alike_get_words(text)
        if not words:
            return self.browse()
        query = self._search(domain)
        if query.is_empty():
            return self.browse()
        found_in = SQL("support_fold(%s)", self._alike_get_text(query))
        add = (
            self._alike_add_trigrams
            if self.env.registry.has_trigram
            else self._alike_add_words
        )
        add(query, found_in, words)
        query.limit = limit
        return self.browse(query.get_result_ids())

    @api.model
    def _alike_add_trigrams(self, query, found_in, words):
        """Restrict and sort a query by the trigrams that texts have in common.

        :param query: completed in place
        :param SQL found_in: the text in which to search, folded
        :param list words: sought
        """
        sought = SQL("support_fold(%s)", " ".join(words))
        # Of this transaction only: the operator, which the index knows, reads it.
        self.env.cr.execute(
            SQL("SET LOCAL pg_trgm.word_similarity_threshold = %s", THRESHOLD)
        )
        query.add_where(SQL("%s %%> %s", found_in, sought))
        query.order = SQL(
            "word_similarity(%(sought)s, %(text)s) DESC, "
            "similarity(%(sought)s, %(text)s) DESC, %(id)s DESC",
            sought=sought,
            text=found_in,
            id=SQL.identifier(query.table, "id"),
        )

    @api.model
    def _alike_add_words(self, query, found_in, words):
        """Restrict and sort a query by the words that it finds, without extension."""
        matches = [
            SQL(
                "(%s LIKE '%%' || support_fold(%s) || '%%')",
                found_in,
                # What the pattern gives a meaning is no part of a word.
                word,
            )
            for word in words
        ]
        query.add_where(SQL("(%s)", SQL(" OR ").join(matches)))
        query.order = SQL(
            "%s DESC, %s DESC",
            SQL(" + ").join(SQL("%s::int", match) for match in matches),
            SQL.identifier(query.table, "id"),
        )
