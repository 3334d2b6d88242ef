# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An Odoo server, and what its log says of each request."""

import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import requests

from .databases import BenchError

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
