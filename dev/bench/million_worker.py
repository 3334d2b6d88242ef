# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The lists, searches and figures of a desk with a million tickets."""

from lxml import etree

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from .desk_worker import COUNT_LIMIT, PAGE
from .portal import LOGINS
from .portal_worker import PortalWorker
from .queue_worker import OPEN, QueueWorker
from .worker import of_tickets, serve, traced

# What is typed: in some tickets, in all of them by one of two fields, and in none.
WORDS = ("4711", "request", "invoice", "zeppelin")
# The same in the fields that are records.
NAMES = {
    "partner_id": ("77", "contact"),
    "commercial_partner_id": ("77", "customer"),
    "user_id": ("agent 1",),
    "category_id": ("trouble",),
    "stage_id": ("progress", "done"),
    "support_plan_id": ("bench",),
}
NOBODY = "zeppelin"
ROLES = ("company", "own")
PORTAL_PAGE = 30
PORTAL_LAST = 9_990  # the list shows ten thousand
PORTAL_ORDERS = {
    "newest": "create_date desc, id desc",
    "oldest": "create_date, id",
    "deadline": "next_deadline, create_date desc, id desc",
}
LOGS = ("log of one", "log of a page")


class MillionWorker(QueueWorker, PortalWorker):
    judged_tables = ("helpdesk_ticket", "support_ticket_event")
    small_table = 10_000

    def __init__(self, database):
        super().__init__(database)
        self.roles = {}

    def set_up_million(self, customers, logins, password):
        """Make a desk, and customers with a portal user each.

        :param int customers: how many others there are
        :param list logins: of the users
        :param str password: of all of them
        :return: by login, and of the ``others``, what their tickets belong to
        """
        desk = self.set_up(customers)
        with self._environment(context={"no_reset_password": True}) as env:
            self.customers = self._make_portal(env, desk, logins, password)
            leader = env["res.users"].search([("login", "=", "leader")])
            self.ids["leader"] = leader.id
        self.customers["others"] = desk
        return self.customers

    def get_rows(self):
        """Return the rows there are to measure, each as ``_get_queries`` takes it.

        Beside those of the queue, the search by words, the lists of a customer, what
        *The Desk* counts, the log of tickets, and the portal in both roles.

        :rtype: list[str]
        """
        rows = super().get_rows()
        with self._environment(self.ids["agent"], self.context) as env:
            searched = [
                f"{name} {word}"
                for name, field in self._get_searched(env)
                for word in self._get_words(field, name)
            ]
        rows += [
            f"{what} search {where} {name}"
            for where in ("open", "all")
            for name in [
                "anything",
                *searched,
                *(f"customer {login}" for login in (*LOGINS, "others")),
                *(f"firm {login}" for login in (*LOGINS, "others")),
            ]
            for what in ("list", "count")
        ]
        with self._environment(self.ids["leader"]) as env:
            blocks = env["helpdesk.ticket"].get_desk_overview()
        rows += [f"desk {block['name']}" for block in blocks]
        rows += LOGS
        rows += [
            f"portal {role} {login} {what}"
            for role in ROLES
            for login in LOGINS
            for what in self._get_portal_rows()
        ]
        # What this database has none of is not measured.
        return [row for row in rows if self._get_queries(row)]

    def _get_searched(self, env):
        """Yield the fields of the search bar, by name."""
        fields = env["helpdesk.ticket"]._fields
        for name in self._get_search_domains(env):
            yield name, fields[name]

    def _get_search_domains(self, env):
        """Return what the search bar looks for by field, as functions of a word."""
        view = env["helpdesk.ticket"].get_view(
            env.ref("helpdesk_mgmt.helpdesk_ticket_view_search").id, "search"
        )

        def to_domain(node):
            domain = node.get("filter_domain")
            if domain:
                return lambda word: safe_eval(domain, {"self": word})
            operator = node.get("operator") or "ilike"
            return lambda word: [(node.get("name"), operator, word)]

        return {
            node.get("name"): to_domain(node)
            for node in etree.fromstring(view["arch"]).iter("field")
        }

    def _get_words(self, field, name):
        if field.relational:
            return [*NAMES.get(name, ()), NOBODY]
        return WORDS

    def _get_portal_rows(self):
        filters = ("open", "waiting", "closed", "all")
        return [
            "counts",
            "home",
            *(f"list {name} newest 0" for name in filters),
            *(f"list all {order} 0" for order in PORTAL_ORDERS),
            *(f"list {name} newest {PORTAL_LAST}" for name in ("closed", "all")),
            *(
                f"{what} {name} {word}"
                for name in ("open", "all")
                for word in WORDS
                for what in ("search", "found")
            ),
        ]

    # === QUERIES === #

    def _get_queries(self, name):
        kind, *rest = name.split(" ", 1)
        if kind == "portal":
            return self._get_portal_queries(*rest[0].split(" ", 2))
        if kind == "desk":
            return self._get_overview_queries(*rest)
        if name in LOGS:
            return self._get_log_queries(1 if name == LOGS[0] else PAGE)
        if " search " in name:
            return self._get_search_queries(name)
        return super()._get_queries(name)

    def _get_search_queries(self, name):
        what, _search, where, looked_for = name.split(" ", 3)
        with self._environment(self.ids["agent"], self.context) as env:
            tickets = env["helpdesk.ticket"]
            arch = tickets.get_view(view_type="list")["arch"]
            order = etree.fromstring(arch).get("default_order")
            domain = self._get_looked_for(env, looked_for)
            if where == "open":
                domain = [*OPEN, *domain]
            tickets.search([], limit=1)  # what is cached is asked once
            with traced() as statements:
                if what == "list":
                    tickets.search(domain, order=order, limit=PAGE)
                else:
                    tickets.search_count(domain, limit=COUNT_LIMIT)
            return of_tickets(statements)

    def _get_looked_for(self, env, looked_for):
        name, *word = looked_for.split(" ", 1)
        if name == "anything":
            return []
        if name in ("customer", "firm"):
            desk = self.customers[word[0]]
            if name == "customer":
                return [("partner_id", "=", desk["contacts"][0])]
            return [("partner_id", "child_of", desk["companies"][0])]
        return self._get_search_domains(env)[name](*word)

    def _get_overview_queries(self, name):
        with self._environment(self.ids["leader"]) as env:
            tickets = env["helpdesk.ticket"]
            tickets.search([], limit=1)
            with traced() as statements:
                getattr(tickets, f"_get_overview_{name}")()
            return of_tickets(statements)

    def _get_log_queries(self, count):
        with self._environment(self.ids["agent"], self.context) as env:
            tickets = env["helpdesk.ticket"].search(OPEN, limit=count)
            with traced() as statements:
                env["support.ticket.event"]._read_log(tickets)
            return [text for text in statements if "support_ticket_event" in text]

    def _get_portal_queries(self, role, login, what):
        if self.roles.get(login) != role:
            self.set_role(login, role)
            self.roles[login] = role
        what, *rest = what.split(" ")
        with self._environment(self.users[login]) as env:
            tickets = env["helpdesk.ticket"]
            tickets.search([], limit=1)
            filters = tickets._get_portal_filters()
            with traced() as statements:
                if what == "counts":
                    tickets._count_portal_filters(filters, Domain.TRUE)
                elif what == "home":
                    for name in ("all", "waiting"):
                        tickets._count_portal(filters[name])
                elif what == "list":
                    name, order, offset = rest
                    tickets.search(
                        filters[name],
                        order=PORTAL_ORDERS[order],
                        limit=PORTAL_PAGE,
                        offset=int(offset),
                    )
                else:
                    name, word = rest
                    domain = filters[name] & tickets._get_portal_search_domain(word)
                    if what == "found":
                        tickets._count_portal(domain)
                    else:
                        order = PORTAL_ORDERS["newest"]
                        tickets.search(domain, order=order, limit=PORTAL_PAGE)
            return of_tickets(statements)


if __name__ == "__main__":
    serve(MillionWorker)
