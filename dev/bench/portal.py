# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the portal over HTTP, without our addon and with it.

One Odoo server serves both databases, which take turns at each request. Of each page
the time that the customer waits is measured, and what the server's log says of it:
how many statements it took and how long they were.
"""

import re
import socket
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg2
import requests
from bench_db import BenchError, Databases
from bench_process import Progress, Worker
from bench_tickets import insert_tickets
from lxml import html

WITHOUT, WITH = "without", "with"
MODULES = {WITHOUT: (), WITH: ("omydoo_helpdesk",)}
PASSWORD = "bench_portal"
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
SECONDS = {"template": 90, "copy": 30, "insert": 30, "start": 20, "page": 3}
PERFORMANCE = re.compile(
    r'"[A-Z]+ (\S+) HTTP/[\d.]+" (\d+) \S+ (\d+) ([\d.]+) ([\d.]+)'
)


class Server:
    """An Odoo server of several databases.

    :param args: the command line's arguments
    :param list databases: their names
    """

    def __init__(self, args, databases):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(args.work) / "logs" / f"{args.database}-portal.log"
        self.log.write_text("")
        self.read_to = 0
        command = [sys.executable, "-m", "odoo", "-c", args.conf]
        command += ["-d", ",".join(databases), "--http-port", str(self.port)]
        command += ["--http-interface=127.0.0.1", "--workers=0"]
        command += ["--max-cron-threads=0", "--logfile", str(self.log)]
        command += ["--log-handler=:WARNING", "--log-handler=werkzeug:INFO"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def login(self, database, login):
        """Sign in.

        :return: a session of requests
        :raise BenchError: if the server does not answer in time
        """
        session = requests.Session()
        parameters = {"db": database, "login": login, "password": PASSWORD}
        for _attempt in range(120):
            if self.process.poll() is not None:
                raise BenchError(f"The server has ended (see {self.log})")
            try:
                answer = session.post(
                    f"{self.url}/web/session/authenticate",
                    json={"jsonrpc": "2.0", "params": parameters},
                    timeout=120,
                ).json()
            except requests.ConnectionError:
                time.sleep(0.5)
                continue
            if "error" in answer or not answer["result"].get("uid"):
                raise BenchError(f"Nobody could sign in as {login}: {answer}")
            return session
        raise BenchError(f"The server does not answer (see {self.log})")

    def measure(self, send, path):
        """Send a request.

        :param send: what sends it
        :param str path: what the log calls it
        :return: the response, and the figures
        """
        self._read_log()
        start = time.perf_counter()
        response = send()
        seconds = time.perf_counter() - start
        for _attempt in range(200):
            for found_path, _status, statements, sql, _rest in self._read_log():
                if found_path.split("?")[0] == path.split("?")[0]:
                    return response, {
                        "seconds": seconds,
                        "statements": int(statements),
                        "sql": float(sql),
                    }
            time.sleep(0.005)
        raise BenchError(f"The log tells nothing of {path} (see {self.log})")

    def _read_log(self):
        """Return what the log says of the requests since the last time."""
        with self.log.open() as log:
            log.seek(self.read_to)
            text = log.read()
            self.read_to = log.tell()
        return PERFORMANCE.findall(text)


class PortalBench:
    def __init__(self, args):
        self.args = args
        self.names = {side: f"{args.database}_portal_{side}" for side in MODULES}
        steps = len(PAGES) + 2
        self.progress = Progress(
            SECONDS["template"]
            + len(MODULES) * (SECONDS["copy"] + SECONDS["insert"])
            + SECONDS["start"]
            + steps * SECONDS["page"]
        )
        self.databases = Databases(args, self.progress)
        self.sessions = {}
        self.workers = {}

    def run(self):
        """Build the databases, measure, and clean up.

        :return: the figures by row and side
        """
        results = {}
        try:
            self._build()
            with ExitStack() as stack:
                for side, name in self.names.items():
                    self.workers[side] = stack.enter_context(
                        Worker(self.args, name, "bench_portal_worker.py")
                    )
                tickets = self._fill()
                self.progress.start("server", SECONDS["start"])
                server = stack.enter_context(Server(self.args, self.names.values()))
                for side, name in self.names.items():
                    for login in ("many", "few"):
                        self.sessions[side, login] = server.login(name, login)
                for label, login, *paths in PAGES:
                    self.progress.start(label, SECONDS["page"])
                    results[label] = self._measure_page(server, login, paths, tickets)
                self.progress.start(COUNTERS, SECONDS["page"])
                results[COUNTERS] = self._measure_counters(server)
                self.progress.start(FILING, SECONDS["page"])
                results[FILING] = self._measure_filing(server)
                for label, name in QUERIES:
                    results[label] = self._query(name)
                for worker in self.workers.values():
                    for login in ("many", "few"):
                        worker.ask("set_role", login, "own")
                for label, name in OWN_QUERIES:
                    results[label] = self._query(name)
            self.progress.end()
        finally:
            if not self.args.keep:
                for name in self.names.values():
                    self.databases.drop(name)
        return results

    # === SET-UP === #

    def _build(self):
        if not self.databases.has_template():
            self.progress.start("database with the dependencies", SECONDS["template"])
            self.databases.build_template()
        for side, modules in MODULES.items():
            what = " ".join(modules) or "nothing else"
            self.progress.start(f"copy of it, with {what}", SECONDS["copy"])
            self.databases.copy(self.names[side], modules)

    def _fill(self):
        """Write the tickets of both customers.

        :return: by side a ticket of the one who has few
        """
        for worker in self.workers.values():
            worker.send("set_up_portal")
        for side, name in self.names.items():
            desks = self.workers[side].receive()
            self.progress.start(f"{self.args.tickets:,} tickets", SECONDS["insert"])
            with closing(psycopg2.connect(dbname=name)) as connected:
                for login, count in (("many", self.args.tickets), ("few", FEW)):
                    with connected, connected.cursor() as cr:
                        insert_tickets(cr, desks[login], count)
            self.databases.vacuum(name)
        return {
            side: worker.ask("get_ticket", "few")
            for side, worker in self.workers.items()
        }

    # === PAGES === #

    def _measure_page(self, server, login, paths, tickets):
        paths = {
            side: path and path.format(ticket=tickets[side])
            for side, path in zip(MODULES, paths, strict=True)
        }

        def get(side):
            path = paths[side]
            response, figures = server.measure(
                lambda: self.sessions[side, login].get(server.url + path), path
            )
            if response.status_code != 200:
                raise BenchError(f"{path}, {side}: {response.status_code}")
            return figures

        return self._take_turns(get, [side for side in MODULES if paths[side]])

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

        return self._take_turns(count, list(MODULES))

    def _measure_filing(self, server):
        numbers = iter(range(1_000_000))

        def file(side):
            session = self.sessions[side, "few"]
            values = self._fill_in(session.get(f"{server.url}/new/ticket"))
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
                    f"{_get_text(response)[:2000]}"
                )
            return figures

        return self._take_turns(file, list(MODULES))

    def _fill_in(self, response):
        """Return what a browser sends from the form, with what has to be chosen."""
        page = html.fromstring(response.content)
        forms = page.xpath("//form[contains(@action, '/submitted/ticket')]")
        if not forms:
            raise BenchError(f"No form: {response.status_code} {_get_text(response)}")
        form = forms[0]
        values = dict(form.form_values())
        for field in form.xpath(".//input[@type='radio' or @type='checkbox']"):
            if field.get("required") or field.get("name") == "category":
                values.setdefault(field.get("name"), field.get("value") or "on")
        for field in form.xpath(".//select[@required]"):
            options = [value for value in field.value_options if value]
            if options and not values.get(field.get("name")):
                values[field.get("name")] = options[0]
        return values

    def _take_turns(self, work, sides):
        """Do something for each side in turn.

        :param work: function of the side, which returns figures
        :return: the medians by side
        """
        figures = {side: [] for side in sides}
        for number in range(WARM_UPS + self.args.runs * RUNS_PER_RUN):
            for side in sides:
                measured = work(side)
                if number >= WARM_UPS:
                    figures[side].append(measured)
            sides.append(sides.pop(0))  # nobody is always the first
        return {
            side: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            for side, runs in figures.items()
        }

    # === QUERIES === #

    def _query(self, name):
        return {
            side: figures
            for side, worker in self.workers.items()
            if (figures := worker.ask("query", name, 4 * self.args.runs))
        }


def _get_text(response):
    return " ".join(html.fromstring(response.content).text_content().split())
