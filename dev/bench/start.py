# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures what our addon costs before anybody asks for anything, beside the base: the
start of a process, its memory and what it comes to after a thousand requests, the
installation, and the files that a browser loads."""

from argparse import Namespace

from .assets import weigh_bundle, weigh_page
from .base import WITH
from .crowd import CrowdBench
from .people import Record
from .process import OdooProcess
from .server import Server

TICKETS = 20_000
AGENTS = 4
CUSTOMERS = 10
REQUESTS = 1000
INSTALLATION = "installation"
REGISTRY = "registry built"
MEMORY = "memory after the start"
USED_MEMORY = f"memory after {REQUESTS:,} requests"
# Name, whether it is an agent's, address.
PAGES = (
    ("files of /my/tickets", False, "/my/tickets"),
    ("files of the form", False, "/new/ticket"),
    ("files of a ticket's page", False, "/my/ticket/{ticket}"),
    ("files of the web client", True, "/odoo"),
)
# Asked for with the first chart.
BUNDLES = (("files of the charts", "web.assets_backend_lazy"),)
SECONDS = {"registry": 4, "server": 5, "files": 30, "requests": 120}


class StartBench(CrowdBench):
    suffix = "_start"
    agents = AGENTS
    customers = CUSTOMERS

    def __init__(self, args):
        # Of its own number, which the other parts do not have.
        args = Namespace(**vars(args))
        args.tickets = TICKETS
        super().__init__(args)
        self.records = {side: Record() for side in self.modules}

    def _expect_seconds(self):
        sides = len(self.modules)
        of_side = SECONDS["server"] + SECONDS["files"]
        of_side += (1 + self.args.runs) * SECONDS["registry"]
        return SECONDS["requests"] + sides * of_side

    def _measure_all(self, stack):
        self.results[INSTALLATION] = {WITH: self.installed[WITH]}
        people = self._fill()
        stack.close()  # each process has the machine for itself
        self.progress.start(
            REGISTRY, SECONDS["registry"] * len(self.modules) * (1 + self.args.runs)
        )
        # Once before: Python keeps what it has compiled.
        self._take_turns(
            REGISTRY, self._start_process, self.modules, self.args.runs, warm_ups=1
        )
        servers = {}
        for side, name in self.names.items():
            self.progress.start(f"server, {side}", SECONDS["server"])
            server = stack.enter_context(Server(self.args, [name], name))
            server.wait()
            servers[side] = server
            self._keep(MEMORY, side, server.get_memory())
        crowds = {
            side: self._let_in(server, side, people[side])
            for side, server in servers.items()
        }
        self._ask(crowds)
        for side, server in servers.items():
            self._keep(USED_MEMORY, side, server.get_memory())
            # Afterwards: to make them takes memory, once in the life of a database.
            self.progress.start(f"files, {side}", SECONDS["files"])
            self._weigh(side, server.url, *crowds[side])

    def _start_process(self, side):
        with OdooProcess(self.args, self.names[side], "start_worker") as process:
            return process.ask("get_start")

    def _ask(self, crowds):
        """Have people do what they do, one after the other, the sides in turn."""
        self.progress.start(f"{REQUESTS:,} requests", SECONDS["requests"])
        people = {side: [*agents, *rest] for side, (agents, rest) in crowds.items()}
        for number in range(REQUESTS):  # one at least, each time
            counts = [record.requests for record in self.records.values()]
            failed = any(record.errors for record in self.records.values())
            if min(counts) >= REQUESTS or failed:
                break
            for side, of_side in people.items():
                person = of_side[number % len(of_side)]
                person.record = self.records[side]
                if person.record.requests < REQUESTS:
                    person.act()
            self.progress.advance(min(counts) / REQUESTS)

    def _weigh(self, side, url, agents, customers):
        """Load what pages load.

        :param str url: of the server
        """
        for row, is_agent, path in PAGES:
            person = agents[0] if is_agent else customers[0]
            path = path.format(ticket=person.tickets[0] if not is_agent else "")
            self._keep(row, side, weigh_page(person.session, url, path))
        for row, bundle in BUNDLES:
            self._keep(row, side, weigh_bundle(agents[0].session, url, bundle))

    def _keep(self, row, side, figures):
        self.results.setdefault(row, {})[side] = figures
