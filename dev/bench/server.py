# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo servers: one process of several databases, of which the log says how long each
request took; and several processes, as in production."""

import re
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import requests

from .databases import BenchError
from .memory import read_memory

PERFORMANCE = re.compile(
    r'"[A-Z]+ (\S+) HTTP/[\d.]+" (\d+) \S+ (\d+) ([\d.]+) ([\d.]+)'
)


# What Odoo says of a request that it tries again by itself.
RETRY = re.compile(r"([\w()',. ]+), \d+ tries left")
# A line of the log that tells a failure; whatever follows is on lines of its own.
FAILURE = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ (.*)$", re.MULTILINE)
SERIALIZATION = "could not serialize"
SCRIPT = Path(__file__).parents[1] / "workers" / "odoo_server.py"


class Server:
    """An Odoo server of several databases.

    :param args: the command line's arguments
    :param list databases: their names
    :param str name: of its log
    """

    command = ("-m", "odoo")

    def __init__(self, args, databases, name="portal"):
        self.port, self.evented_port = _find_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(args.work) / "logs" / f"{args.database}-{name}.log"
        self.log.write_text("")
        self.read_to = 0
        # It ends with the benchmark, even if that is killed.
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, *self.command]
        command += ["-c", args.conf]
        command += ["-d", ",".join(databases), "--http-port", str(self.port)]
        command += ["--http-interface=127.0.0.1", "--max-cron-threads=0"]
        command += ["--logfile", str(self.log), "--log-handler=:WARNING"]
        self.process = subprocess.Popen(
            command + self._get_options(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )

    def _get_options(self):
        """Return what is said on the command line of this kind of server."""
        return ["--workers=0", "--log-handler=werkzeug:INFO"]

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        children = self._get_processes()[1:]
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for child in children:
            if child.is_running():  # never another one with its number
                child.kill()

    def _get_processes(self):
        """Return the process of the server, and those that it has started."""
        try:
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def wait(self):
        """Wait until the server answers.

        :raise BenchError: if it does not in time
        """
        for _attempt in range(120):
            if self.process.poll() is not None:
                raise BenchError(f"The server has ended (see {self.log})")
            try:
                requests.get(f"{self.url}/web/health", timeout=120)
                return
            except requests.ConnectionError:
                time.sleep(0.5)
        raise BenchError(f"The server does not answer (see {self.log})")

    def login(self, database, login, password):
        """Sign in.

        :return: a session of requests
        :raise BenchError: if the server does not answer in time
        """
        session = requests.Session()
        parameters = {"db": database, "login": login, "password": password}
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

    def get_memory(self):
        """Return the memory of its process, as ``read_memory``."""
        return read_memory(self.process.pid)

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


class PreforkServer(Server):
    """An Odoo server of several processes, as in production, of one database.

    :param args: the command line's arguments
    :param str database: its name
    """

    WORKERS = 4
    # How many may wait to be taken, which Odoo sets: whoever comes then is not heard.
    CONNECTIONS = 8 * WORKERS
    command = (str(SCRIPT),)

    def __init__(self, args, database):
        super().__init__(args, [database], name=database)

    def _get_options(self):
        # Each worker is stopped at a limit, and by default here there is none.
        return [
            f"--workers={self.WORKERS}",
            f"--gevent-port={self.evented_port}",
            "--limit-time-cpu=600",
            "--limit-time-real=1200",
            "--log-handler=odoo.service.model:INFO",
            "--log-handler=werkzeug:INFO",
        ]

    def get_cpu_seconds(self):
        """Return how long its processes have computed.

        :rtype: float
        """
        seconds = 0
        for process in self._get_processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            seconds += times.user + times.system
        return seconds

    def skip_log(self):
        """Leave out what the log says until now."""
        self.read_to = self.log.stat().st_size

    def judge_log(self):
        """Return what the log says of what went wrong since ``skip_log``.

        :return: ``retries`` by reason, ``serialization`` (how often PostgreSQL
            refused) and ``failures``, the first lines of all others
        :rtype: dict
        """
        with self.log.open() as log:
            log.seek(self.read_to)
            text = log.read()
        # A query that is refused and tried again is told as an error, on two lines.
        failures = [line for line in FAILURE.findall(text) if "bad query:" not in line]
        return {
            "retries": Counter(RETRY.findall(text)),
            "serialization": text.count(SERIALIZATION),
            "failures": failures,
        }


def _find_ports(count):
    """Return ports of this machine that are free."""
    with ExitStack() as stack:
        probes = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
