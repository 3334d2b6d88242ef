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
_FOLDED = r"""
    replace(replace(replace(
        lower(regexp_replace(normalize(
            replace(replace(%s, 'Œ', 'oe'), 'Æ', 'ae'), NFKD
        ), '[\u0300-\u036f]', '', 'g')),
        'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss')
"""
_WITHOUT_TAGS = "regexp_replace(value, '<[^>]*>', ' ', 'g')"
# Of a text of as many bytes as characters there is nothing but capitals to fold: a
# quarter of the time. Not strict, or PostgreSQL would call them for each text, rather
# than write them out in the statement. Out of HTML by a function of its own: written
# out, what is given to the first one would be made three times.
FOLD_FUNCTIONS = [
    f"""
CREATE OR REPLACE FUNCTION {name}(value text) RETURNS text AS $$
    SELECT CASE WHEN octet_length(value) = length(value) THEN lower({text})
    ELSE {_FOLDED % text} END
$$ LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
"""
    for name, text in (("support_fold", "value"), ("support_fold_html", _WITHOUT_TAGS))
]

# How much of what is sought must be found in a text, from 0 to 1.
THRESHOLD = 0.45

# The newest ones that the user may read are compared, and no more: an index on the
# trigrams would find those of everybody first, and of a common word a tenth of all
# tickets is compared before the access is looked at.
MAX_CANDIDATES = 1500

MAX_SOUGHT_LENGTH = 100

MIN_WORD_LENGTH = 3  # shorter ones are articles mostly

WORD = re.compile(r"[^\W_]+")


class SupportAlikeMixin(models.AbstractModel):
    """Found by likeness: whatever the accents, the capitals and small mistakes.

    By trigrams where PostgreSQL has them (``pg_trgm``), else by words.
    """

    _name = "support.alike.mixin"
    _description = "Found by Likeness"

    # === COMPUTE METHODS === #

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
        query = self._search(domain, order="id desc", limit=MAX_CANDIDATES)
        if query.is_empty():
            return self.browse()
        candidates = query.select(
            SQL("%s AS id", SQL.identifier(query.table, "id")),
            SQL("support_fold(%s) AS folded", self._alike_get_text(query)),
        )
        get_score = (
            self._alike_get_trigram_score
            if self.env.registry.has_trigram
            else self._alike_get_word_score
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (SELECT id, folded, %s AS score FROM (%s) AS candidate)"
                " AS scored WHERE score >= %s ORDER BY score DESC, length(folded), "
                "id DESC LIMIT %s",
                get_score(words),
                candidates,
                THRESHOLD,
                limit,
            )
        )
        return self.browse(row[0] for row in rows)

    # === BUSINESS METHODS === #

    def _auto_init(self):
        # Before the table's own indexes, which may use both.
        if not self._abstract:
            for function in FOLD_FUNCTIONS:
                self.env.cr.execute(function)
            self._alike_ensure_trigram()
        return super()._auto_init()

    @api.model
    def _alike_ensure_trigram(self):
        """Install the extension if it is not there and may be: Odoo does so only in
        the databases that it creates itself.
        """
        cr = self.env.cr
        if has_trigram(cr):
            return
        try:
            with cr.savepoint(flush=False):
                cr.execute(
                    "CREATE EXTENSION IF NOT EXISTS pg_trgm", log_exceptions=False
                )
        except psycopg2.Error as error:
            _logger.info("No search by likeness without pg_trgm: %s", error)
            return
        self.env.registry.has_trigram = has_trigram(cr)

    @api.model
    def _alike_get_text(self, query):
        """Return the text in which to search.

        :param query: a query on the model
        :rtype: SQL
        """
        return self._field_to_sql(query.table, "name", query)

    @api.model
    def _alike_get_words(self, text):
        """Return the words of a text that say something, each once.

        :param str text: as typed
        :rtype: list[str]
        """
        words = WORD.findall(text[:MAX_SOUGHT_LENGTH])
        return list(
            dict.fromkeys(word for word in words if len(word) >= MIN_WORD_LENGTH)
        )

    @api.model
    def _alike_get_trigram_score(self, words):
        """Return how much of what is sought a text has, by trigrams.

        :param list words: sought
        :return: an expression of the column ``folded``, from 0 to 1
        :rtype: SQL
        """
        return SQL("word_similarity(support_fold(%s), folded)", " ".join(words))

    @api.model
    def _alike_get_word_score(self, words):
        """Return the share of the words sought that a text has, without any extension.

        :param list words: sought
        :return: an expression of the column ``folded``, from 0 to 1
        :rtype: SQL
        """
        found = SQL(" + ").join(
            SQL("(strpos(folded, support_fold(%s)) > 0)::int", word) for word in words
        )
        return SQL("(%s) / %s::float", found, len(words))
