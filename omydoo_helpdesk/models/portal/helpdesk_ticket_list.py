# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...const import PORTAL_COUNT_LIMIT

MAX_WORDS = 8

# What the functions of the mixin of likeness make of a text, and of HTML without its
# tags: no accents, no capitals.
FOLDED = "support_fold(%s)"
FOLDED_HTML = "support_fold_html(%s)"


def _get_text_index(text):
    """Return an index by which words are found in a text, where PostgreSQL has it.

    Of words of three characters or more. How many tickets have a word decides whether
    PostgreSQL looks for the word first, or for the tickets of the customer: it knows
    that of an index of all tickets only, not of one of those that are active.

    :param str text: an expression of the ticket's columns, folded
    :rtype: models.Index
    """
    definition = f"USING gin ({text} gin_trgm_ops)"
    return models.Index(lambda registry: definition if registry.has_trigram else "")


MAX_LOOKALIKES = 4
# Of a customer with more the filters are counted one by one: of many tickets that takes
# less than to tell them apart.
FEW_COUNTED = 1000


# What agents search, by what it is called in the customer's search.
SEARCHED = {"number": "number", "name": "name", "description": "content"}
# Signs of a pattern, and of what is markup: left to the ORM.
PATTERN_SIGNS = frozenset("%_\\<>")
# Records with a name that is looked for: more are left to PostgreSQL.
MAX_NAMED = 500


class TicketPortalList(models.Model):
    """What the customer's list finds, how many, and what is there about a request.

    All of it asks for what the user may read: the record rule is applied once, by the
    ORM.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "support.alike.mixin"]
    # For the search, each with the very expression that is looked for.
    _number_text_idx = _get_text_index(FOLDED % "number")
    _name_text_idx = _get_text_index(FOLDED % "name")
    _content_text_idx = _get_text_index(FOLDED_HTML % "description")

    # For the counts by stage, which then read no ticket: nor do the rules, of companies
    # and of what is whose.
    _customer_stage_idx = models.Index(
        "(commercial_partner_id, stage_id) INCLUDE (company_id, partner_id, id)"
        " WHERE active IS TRUE"
    )
    # The newest tickets of a customer.
    _alike_customer_idx = models.Index(
        "(commercial_partner_id, id DESC) WHERE active IS TRUE"
    )

    # === FILTERS === #

    @api.model
    def _get_portal_filters(self):
        """Return what the list may be limited to.

        :return: by name in the address
        :rtype: dict[str, Domain]
        """
        # By id, so that PostgreSQL can look them up.
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        return {
            "open": Domain("stage_id", "in", [*stages["open"], False]),
            "waiting": self._get_portal_waiting_domain(),
            "closed": Domain("stage_id", "in", stages["closed"]),
            "all": Domain.TRUE,
        }

    @api.model
    def _get_portal_waiting_domain(self):
        """Return the tickets that wait for the customer, for one reason or another.

        :rtype: Domain
        """
        return self._get_portal_any_domain(self._get_portal_waiting_domains())

    @api.model
    def _get_portal_any_domain(self, domains):
        """Return the tickets that one of several domains finds.

        Looked up one by one, each by its own indexes: an alternative of them in the
        condition would have PostgreSQL read all the tickets of the customer.

        :param list domains: maybe none
        :rtype: Domain
        """
        if len(domains) < 2:
            return Domain.OR(domains)

        def to_sql(model, alias, query):
            ids = [model._search(domain).select() for domain in domains]
            return SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), SQL(" UNION ALL ").join(ids)
            )

        return Domain.custom(to_sql=to_sql)

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

        In one statement, and one more for the few customers with many tickets.

        :param dict filters: domains by name, as ``_get_portal_filters`` returns them
        :param Domain domain: what is asked besides
        :rtype: dict[str, int]
        """
        limit = min(FEW_COUNTED, PORTAL_COUNT_LIMIT)
        found = self._count_portal_stages(filters["waiting"], domain, limit)
        if found["all"] <= limit:
            return found
        return self._count_portal_apart(filters, domain)

    @api.model
    def _count_portal_stages(self, waiting, domain, limit):
        """Return how many tickets each filter finds, among the first ones.

        They are looked up once, and told apart by their stage: to plan a statement
        for each filter takes longer than to run it.

        :param Domain waiting: which tickets wait for the customer
        :param Domain domain: what is asked besides
        :param int limit: how many are looked at, and one more
        :rtype: dict[str, int]
        """
        is_by_stage = waiting == self._get_portal_waiting_stage_domain()
        tickets = self._search(domain, limit=limit + 1)
        stage_id = SQL.identifier(tickets.table, "stage_id")
        rows = self.env.execute_query(
            SQL(
                "SELECT stage_id, COUNT(*), %s FROM (%s) AS counted GROUP BY stage_id",
                # Mostly nothing but a stage says so.
                0 if is_by_stage else self._count_portal_sql(waiting & domain),
                tickets.select(SQL("%s AS stage_id", stage_id)),
            )
        )
        counts = {stage_id: count for stage_id, count, _waiting in rows}
        found = {
            name: sum(counts.get(stage_id, 0) for stage_id in stage_ids)
            for name, stage_ids in (
                self.env["helpdesk.ticket.stage"]._get_portal_stages().items()
            )
        }
        found["open"] += counts.get(None, 0)
        if rows and not is_by_stage:
            found["waiting"] = rows[0][2]
        return {**found, "all": sum(counts.values())}

    @api.model
    def _count_portal_apart(self, filters, domain):
        """Return how many tickets each filter finds, each up to one above the limit.

        :param dict filters: domains by name, with "open" and "closed"
        :param Domain domain: what is asked besides
        :rtype: dict[str, int]
        """
        names = [name for name in filters if name != "all"]
        counts = [self._count_portal_sql(filters[name] & domain) for name in names]
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(counts)))
        found = dict(zip(names, row, strict=True))
        # Each ticket is either open or closed.
        found["all"] = min(found["open"] + found["closed"], PORTAL_COUNT_LIMIT + 1)
        return found

    @api.model
    def _count_portal_sql(self, domain):
        """Return an expression of how many tickets there are, as ``_count_portal``.

        :param Domain domain: which tickets
        :rtype: SQL
        """
        tickets = self._search(domain, limit=PORTAL_COUNT_LIMIT + 1)
        # No column: PostgreSQL would pass the id of each on, to nobody.
        return SQL("(SELECT COUNT(*) FROM (%s) AS counted)", tickets.select(""))

    # === SEARCH === #

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find words as the customer's search does, whoever looks for them.

        Whatever the accents, and in what is read of the content, not in its markup: by
        the indexes there are. A word in a million tickets: 900 → 2 ms.
        """
        domain = Domain(domain).map_conditions(self._find_by_index)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _search_display_name(self, operator, value):
        domain = Domain(super()._search_display_name(operator, value))
        # Odoo says each condition twice, and finds out only as long as it knows them.
        return domain.optimize(self).map_conditions(self._find_by_index)

    @api.model
    def _find_by_index(self, condition):
        """Return a condition in the form that an index answers, if it looks for words.

        :param Domain condition: any
        :rtype: Domain
        """
        name, operator, value = (
            condition.field_expr,
            condition.operator,
            condition.value,
        )
        if operator not in ("ilike", "not ilike") or not isinstance(value, str):
            return condition
        field = self._fields.get(name)
        if operator == "ilike" and field and field.type == "many2one" and field.store:
            return self._find_by_name(condition, field)
        if (
            name not in SEARCHED
            or not value
            or PATTERN_SIGNS & set(value)
            # With which more is alike for every search than what we fold.
            or self.env.registry.has_unaccent
        ):
            return condition
        found = self._get_portal_word_domain(value, SEARCHED[name])
        return found if operator == "ilike" else ~found

    @api.model
    def _find_by_name(self, condition, field):
        """Return a condition on the name of a record as one on ids, if these are few.

        PostgreSQL cannot tell how many tickets the rows of another table will have. Of
        a million it read all, in the order of the list, for a name that nobody has: 520
        → 0.5 ms.

        :param Domain condition: on a many2one field
        :param field: that one
        :rtype: Domain
        """
        self._check_field_access(field, "read")
        named = self.env[field.comodel_name]._search(
            Domain("display_name", "ilike", condition.value),
            limit=MAX_NAMED + 1,
            # As the ORM does.
            active_test=False,
            bypass_access=field.bypass_search_access,
        )
        ids = list(named)
        return condition if len(ids) > MAX_NAMED else Domain(field.name, "in", ids)

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
                name: SQL(folded, model._field_to_sql(alias, field, query))
                for name, folded, field in (
                    ("number", FOLDED, "number"),
                    ("name", FOLDED, "name"),
                    ("content", FOLDED_HTML, "description"),
                )
            }
            return SQL(
                "(%s)",
                SQL(" OR ").join(
                    SQL("%s LIKE %s", texts[name], pattern)
                    for name in ([search_in] if search_in in texts else texts)
                ),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _find_portal_by_number(self, text, search_in=""):
        """Return the ticket whose number is looked for, open or closed.

        Of those that the user may read: a word that happens to be the number of
        somebody else's ticket finds nothing.

        :param str text: as typed
        :param str search_in: as ``_get_portal_search_domain``, maybe empty
        :rtype: recordset, at most one
        """
        number = text.strip().lstrip("#").strip()
        if search_in not in ("", "all", "number") or not any(map(str.isdigit, number)):
            return self.browse()
        numbers = {number, number.upper()}
        found = self.search(Domain("number", "in", list(numbers)), limit=2)
        return found if len(found) == 1 else self.browse()

    @api.model
    def _count_portal_elsewhere(self, filters, domain):
        """Return how many open and closed tickets a search finds, if it finds any.

        For a filter in which it finds none: one look through the texts tells that there
        is nothing anywhere, which is the rule.

        :param dict filters: domains by name, as ``_get_portal_filters`` returns them
        :param Domain domain: what is searched
        :rtype: dict[str, int]
        """
        if not self._count_portal(domain):
            return {}
        return {
            name: self._count_portal(filters[name] & domain)
            for name in ("open", "closed")
        }

    # === BUSINESS METHODS === #

    @api.model
    def _find_portal_lookalikes(self, text):
        """Return what a customer should see before filing: each group if it has any.

        To be extended by whatever else may answer a request. It is called as the
        customer: nothing here may find what that user may not read.

        :param str text: what is typed as the subject, anything
        :return: for each group its ``name``, ``title`` and ``items``, each with a
            ``title``, a ``detail`` in a few words, a ``url``, maybe empty, and
            ``is_external`` if it leads elsewhere
        :rtype: list[dict]
        """
        groups = [
            {
                "name": "tickets",
                "title": self.env._("Your open requests that look alike"),
                "items": self._find_portal_alike_tickets(text),
            },
            {
                "name": "bugs",
                "title": self.env._("Known bugs"),
                "items": self.env["support.upstream.bug"]._find_portal_bugs(text),
            },
            {
                "name": "articles",
                "title": self.env._("Help articles"),
                "items": self.env["support.help.article"]._find_portal_articles(text),
            },
        ]
        return [group for group in groups if group["items"]]

    @api.model
    def _find_portal_alike_tickets(self, text):
        tickets = self._search_alike(
            text, self._get_portal_alike_domain(), MAX_LOOKALIKES
        )
        tickets.fetch(["name", "number", "stage_id", "create_date"])
        return [
            {
                "title": self.env._(
                    "%(number)s: %(name)s", number=ticket.number, name=ticket.name
                ),
                "detail": self.env._(
                    "%(stage)s, sent on %(date)s",
                    stage=ticket.stage_id.name,
                    date=format_date(self.env, ticket.create_date),
                ),
                "url": ticket.access_url,
                "is_external": False,
            }
            for ticket in tickets
        ]

    @api.model
    def _get_portal_alike_domain(self):
        """Return which tickets are worth showing: those of the user's own company.

        An agent who opens the form may read others.

        :rtype: Domain
        """
        customer = self.env.user.commercial_partner_id
        return Domain("commercial_partner_id", "=", customer.id) & Domain(
            "closed", "=", False
        )
