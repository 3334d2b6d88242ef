# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the portal over HTTP, without our addon and with it.

One Odoo server serves both databases, which take turns at each request. Of each page
the time that the customer waits is measured, and what the server's log says of it:
how many statements it took and how long they were.
"""

from .base import WITH, WITHOUT, Bench
from .databases import BenchError
from .forms import fill_in, get_text, get_thread_requests
from .server import Server

PASSWORD = "bench_portal"
LOGINS = ("many", "few")
FEW = 50
WARM_UPS = 3
RUNS_PER_RUN = 4  # a page is quick: several requests for one run asked for
# Name, login, address; an address of ours where it is another one.
PAGES = (
    ("list, all of many, page 1", "many", "/my/tickets", "/my/tickets?filterby=all"),
    (
        "list, all of many, last page",
        "many",
        "/my/tickets/page/999999",
        "/my/tickets/page/999999?filterby=all",
    ),
    ("list, open ones of many", "many", None, "/my/tickets"),
    (
        "search of many, a rare word",
        "many",
        "/my/tickets?search=4711",
        "/my/tickets?filterby=all&search=4711",
    ),
    (
        "search of many, a word of all",
        "many",
        "/my/tickets?search=request",
        "/my/tickets?filterby=all&search=request",
    ),
    (f"list, all of {FEW}", "few", "/my/tickets", "/my/tickets?filterby=all"),
    (f"list, open ones of {FEW}", "few", None, "/my/tickets"),
    ("/my", "many", "/my", "/my"),
    ("a ticket's page", "few", "/my/ticket/{ticket}", "/my/ticket/{ticket}"),
    ("the form", "few", "/new/ticket", "/new/ticket"),
    ("export as CSV", "few", None, "/my/tickets/export?filterby=all"),
)
COUNTERS = "/my/counters, tickets"
READING = "a ticket's page, and its conversation"
FILING = "a ticket filed"
QUERIES = (
    ("SQL: first page of many", "many all"),
    ("SQL: open ones of many", "many open"),
    ("SQL: counts of many", "many counts"),
    (f"SQL: first page of {FEW}", "few all"),
    (f"SQL: open ones of {FEW}", "few open"),
    (f"SQL: counts of {FEW}", "few counts"),
)
OWN_QUERIES = (
    ("SQL: first page of many, role own", "many all"),
    ("SQL: counts of many, role own", "many counts"),
    (f"SQL: first page of {FEW}, role own", "few all"),
    (f"SQL: counts of {FEW}, role own", "few counts"),
)
SECONDS = {"start": 20, "page": 3}


class PortalBench(Bench):
    modules = {WITHOUT: (), WITH: ("omydoo_helpdesk",)}
    suffix = "_portal"
    worker = "portal_worker"
    copy_seconds = 30
    insert_seconds = 30

    def __init__(self, args):
        super().__init__(args)
        self.sessions = {}

    def _expect_seconds(self):
        return SECONDS["start"] + (len(PAGES) + 3) * SECONDS["page"]

    def _measure_all(self, stack):
        tickets = self._fill()
        self.progress.start("server", SECONDS["start"])
        server = stack.enter_context(Server(self.args, self.names.values()))
        for side, name in self.names.items():
            for login in LOGINS:
                self.sessions[side, login] = server.login(name, login, PASSWORD)
        for label, login, *paths in PAGES:
            self._measure_page(server, label, login, paths, tickets)
        self._measure_reading(server, tickets)
        self._measure_counters(server)
        self._measure_filing(server)
        for label, name in QUERIES:
            self._query(label, name, self.args.runs * RUNS_PER_RUN)
        for worker in self.workers.values():
            for login in LOGINS:
                worker.ask("set_role", login, "own")
        for label, name in OWN_QUERIES:
            self._query(label, name, self.args.runs * RUNS_PER_RUN)

    def _fill(self):
        """Write the tickets of both customers.

        :return: by side a ticket of the one who has few
        """
        for worker in self.workers.values():
            worker.send("set_up_portal", LOGINS, PASSWORD)
        for side, worker in self.workers.items():
            desks = worker.receive()
            counts = {"many": self.args.tickets, "few": FEW}
            self._insert(side, [(desks[login], counts[login]) for login in LOGINS])
        return {
            side: worker.ask("get_ticket", "few")
            for side, worker in self.workers.items()
        }

    # === PAGES === #

    def _take_turns(self, label, measure, sides):
        self.progress.start(label, SECONDS["page"])
        runs = self.args.runs * RUNS_PER_RUN
        super()._take_turns(label, measure, sides, runs, warm_ups=WARM_UPS)

    def _measure_page(self, server, label, login, paths, tickets):
        paths = {
            side: path and path.format(ticket=tickets[side])
            for side, path in zip(self.modules, paths, strict=True)
        }

        def get(side):
            path = paths[side]
            response, figures = server.measure(
                lambda: self.sessions[side, login].get(server.url + path), path
            )
            if response.status_code != 200:
                raise BenchError(f"{path}, {side}: {response.status_code}")
            return figures

        self._take_turns(label, get, [side for side in paths if paths[side]])

    def _measure_reading(self, server, tickets):
        """Measure until a ticket can be read, as a browser gets it: with what it asks
        for after the page where that has no conversation in it."""

        def read(side):
            session = self.sessions[side, "few"]
            path = f"/my/ticket/{tickets[side]}"
            response, figures = server.measure(
                lambda: session.get(server.url + path), path
            )
            for address, parameters in get_thread_requests(response):
                request = {"jsonrpc": "2.0", "params": parameters}
                answer, more = server.measure(
                    lambda address=address, request=request: session.post(
                        server.url + address, json=request
                    ),
                    address,
                )
                if "result" not in answer.json():
                    raise BenchError(f"{address}, {side}: {answer.text}")
                figures = {key: value + more[key] for key, value in figures.items()}
            return figures

        self._take_turns(READING, read, self.modules)

    def _measure_counters(self, server):
        request = {"jsonrpc": "2.0", "params": {"counters": ["ticket_count"]}}

        def count(side):
            response, figures = server.measure(
                lambda: self.sessions[side, "many"].post(
                    f"{server.url}/my/counters", json=request
                ),
                "/my/counters",
            )
            if not response.json().get("result", {}).get("ticket_count"):
                raise BenchError(f"/my/counters, {side}: {response.text}")
            return figures

        self._take_turns(COUNTERS, count, self.modules)

    def _measure_filing(self, server):
        numbers = iter(range(1_000_000))

        def file(side):
            session = self.sessions[side, "few"]
            values = fill_in(session.get(f"{server.url}/new/ticket"))
            values["subject"] = f"The invoice {next(numbers)} cannot be printed"
            values["description"] = "It says error.\n" * 5
            response, figures = server.measure(
                lambda: session.post(
                    f"{server.url}/submitted/ticket",
                    data=values,
                    files={"attachment": ("", b"")},
                    allow_redirects=False,
                ),
                "/submitted/ticket",
            )
            if "/my/ticket/" not in response.headers.get("Location", ""):
                raise BenchError(
                    f"No ticket was filed, {side}: {response.status_code} "
                    f"{get_text(response)[:2000]}"
                )
            return figures

        self._take_turns(FILING, file, self.modules)
