# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import contextlib
import io
import json
import os
import re
import shlex
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from odoo.cli.command import find_command
from odoo.tests import get_db_name
from odoo.tools import config

from ...tools import remote_rest
from .move_common import NOW, MoveCase

MANUAL = Path(__file__).parents[2] / "docs/move.md"


class CommandCase(MoveCase):
    """The command, run as Odoo's command line does, in a folder of its own."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(contextlib.chdir(self.folder))

    def _run(self, line):
        """Run a command.

        :param str line: as typed
        :return: its status and what it says
        :rtype: tuple[int, str]
        """
        program, name, *args = shlex.split(line)
        self.assertEqual(program, "odoo-bin")
        output = io.StringIO()
        with (
            self.at(NOW),
            self.enter_registry_test_mode(),
            patch.object(config, "parse_config") as parse,
            patch.dict(config.options, {"db_name": [get_db_name()]}),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            # Not by assertRaises, which undoes what was done.
            try:
                find_command(name)().run(args)
            except SystemExit as stop:
                status = stop.code
        if parse.called:
            self.assertIn("my_database", parse.call_args[0][0])
        self.env.invalidate_all()
        return status, output.getvalue()

    def _get_manual_lines(self, language):
        """Return the commands of the manual, for the manager of these tests.

        :param str language: of the blocks
        :rtype: list[str]
        """
        pattern = rf"```{language}\n(.*?)```"
        blocks = re.findall(pattern, MANUAL.read_text(), re.DOTALL)
        text = "\n".join(blocks).replace("\\\n", "")
        return [
            line.replace("-u manager", f"-u {self.manager.login}")
            for line in text.splitlines()
            if line.startswith("odoo-bin")
        ]


class RestSite:
    """A desk that answers by REST, on this machine, from tables written by hand.

    Each test says what goes wrong: ``mishaps`` has, by the number of the request, what
    is answered instead.
    """

    def __init__(self):
        self.requests = []  # path and query of each
        self.mishaps = {}
        self.gone = set()  # paths of what is there no more
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                place = urlsplit(self.path)
                query = dict(parse_qsl(place.query))
                site.requests.append((place.path, query))
                mishap = site.mishaps.pop(len(site.requests), None)
                if mishap == "hang up":
                    self.close_connection = True
                    return
                if mishap:
                    self._send(*mishap)
                    return
                if place.path in site.gone:
                    self._send(404, {}, site.refuse(404))
                    return
                self._send(*site.answer(place.path, query, self.headers))

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                values = json.loads(self.rfile.read(length))
                path = urlsplit(self.path).path
                site.requests.append((path, values))
                self._send(*site.receive(path, values, self.headers))

            def _send(self, status, headers, body):
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        """Be there no more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def receive(self, path, values, headers):
        """Answer what was sent: nothing is taken."""
        return 405, {}, self.refuse(405)

    def count(self, path):
        """Return how often something was asked for."""
        return sum(place == path for place, _query in self.requests)


class RestCase(CommandCase):
    """Another desk is read by the command that the manual has, and taken in."""

    def setUp(self):
        super().setUp()
        self.site = self._make_site()
        self.addCleanup(self.site.close)
        self.waits = []
        self.patch(remote_rest.time, "sleep", self.waits.append)
        self.patch(remote_rest, "TIMEOUT", 5)
        os_environ = {"SUPPORT_MOVE_KEY": "the-key", "no_proxy": "127.0.0.1"}
        self.enterContext(patch.dict(os.environ, os_environ))

    def _read(self, way, more=""):
        """Read the desk as the manual says.

        :return: the status of the command, and what it says
        """
        line = next(
            line for line in self._get_manual_lines("text") if f"--way {way}" in line
        )
        line = re.sub(r"https://\S+", self.site.address, line)
        return self._run(f"{line} {more}")

    def _take(self, mapping):
        """Take in what was read.

        :return: the status of the command, what it says, and the tickets by number
        """
        Path("names.json").write_text(json.dumps(mapping))
        status, output = self._run(
            "odoo-bin support_move in desk.jsonl -d my_database "
            f"-u {self.manager.login} --mapping names.json"
        )
        tickets = self.links.sudo()._find_moved(self.site.address)
        return status, output, tickets.grouped("number")

    def _read_lines(self):
        lines = Path("desk.jsonl").read_bytes().splitlines()
        return [json.loads(line) for line in lines]
