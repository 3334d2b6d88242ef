# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Nobody pages further; what is more is told as "10 000+".
PORTAL_COUNT_LIMIT = 10_000
MAX_WORDS = 8
# What the function of the mixin of likeness makes of a text: no accents, no capitals.
FOLDED = "support_fold(%s)"
WITHOUT_TAGS = r"regexp_replace(%s, '<[^>]*>', ' ', 'g')"


class SupportPortalListMixin(models.AbstractModel):
    """What the customer's list finds, and how many.

    All of it asks for what the user may read: the record rule is applied once, by the
    ORM.
    """

    _name = "support.portal.list.mixin"
    _inherit = ["support.alike.mixin"]
    _description = "Support Portal: List"

    # For the counts by stage, which then read no ticket: the rule on companies too.
    _customer_stage_idx = models.Index(
        "(commercial_partner_id, stage_id) INCLUDE (company_id) WHERE active IS TRUE"
    )

    # === FILTERS === #

    @api.model
    def _get_portal_filters(self):
        """Return what the list may be limited to.

        :return: by name in the address
        :rtype: dict[str, Domain]
        """
        # In sudo mode because a stage may be another company's: only which ones close
        # a ticket is looked at. By id, so that PostgreSQL can look them up.
        closed = (
            self.env["helpdesk.ticket.stage"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch([], ["closed"])
        )
        is_closed = closed.filtered("closed")
        return {
            "open": Domain("stage_id", "in", [*(closed - is_closed).ids, False]),
            "waiting": self._get_portal_waiting_domain(),
            "closed": Domain("stage_id", "in", is_closed.ids),
            "all": Domain.TRUE,
        }

    @api.model
    def _get_portal_waiting_domain(self):
        """Return the tickets that wait for the customer, for one reason or another.

        Looked up reason by reason, each by its own indexes: an alternative of them in
        the condition would have PostgreSQL read all the tickets of the customer.

        :rtype: Domain
        """
        domains = self._get_portal_waiting_domains()

        def to_sql(model, alias, query):
            ids = [model._search(domain).select() for domain in domains]
            return SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), SQL(" UNION ALL ").join(ids)
            )

        return Domain.custom(to_sql=to_sql) if domains else Domain.FALSE

    @api.model
    def _count_portal(self, domain):
        """Return how many tickets the user may read, up to one above the limit.

        :param Domain domain: which tickets
        :rtype: int
        """
        return self.search_count(domain, limit=PORTAL_COUNT_LIMIT + 1)

    @api.model
    def _count_portal_filters(self, filters, domain):
        """Return how many tickets each filter finds, up to one above the limit.

        In one statement.

        :param dict filters: domains by name, with "open" and "closed"
        :param Domain domain: what is asked besides
        :rtype: dict[str, int]
        """
        names = [name for name in filters if name != "all"]
        counts = [
            SQL(
                "(SELECT COUNT(*) FROM (%s) AS counted)",
                self._search(
                    filters[name] & domain, limit=PORTAL_COUNT_LIMIT + 1
                ).select(),
            )
            for name in names
        ]
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(counts)))
        found = dict(zip(names, row, strict=True))
        # Each ticket is either open or closed.
        found["all"] = min(found["open"] + found["closed"], PORTAL_COUNT_LIMIT + 1)
        return found

    # === SEARCH === #

    @api.model
    def _get_portal_search_domain(self, text, search_in="all"):
        """Return the tickets in which all words of a text are found.

        Accents and capitals are ignored.

        :param str text: as typed
        :param str search_in: "number", "name", "content", or "all" of these
        :rtype: Domain
        """
        return Domain.AND(
            self._get_portal_word_domain(word, search_in)
            for word in text.split()[:MAX_WORDS]
        )

    @api.model
    def _get_portal_word_domain(self, word, search_in):
        def to_sql(model, alias, query):
            # The pattern is folded by the database too, after its own signs.
            escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
            pattern = SQL(FOLDED, f"%{escaped}%")
            texts = {
                "number": model._field_to_sql(alias, "number", query),
                "name": model._field_to_sql(alias, "name", query),
                "content": SQL(
                    WITHOUT_TAGS, model._field_to_sql(alias, "description", query)
                ),
            }
            return SQL(
                "(%s)",
                SQL(" OR ").join(
                    SQL("%s LIKE %s", SQL(FOLDED, texts[name]), pattern)
                    for name in ([search_in] if search_in in texts else texts)
                ),
            )

        return Domain.custom(to_sql=to_sql)
