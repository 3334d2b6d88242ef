# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parts of the benchmark share: a progress bar, and Odoo in a process."""

import json
import subprocess
import sys
import time
from pathlib import Path

from .databases import BenchError


class Progress:
    """A bar on a terminal, else a line for each step.

    :param float total: expected seconds in all
    """

    WIDTH = 30

    def __init__(self, total):
        self.total = total
        self.done = self.step = 0
        self.text = ""
        self.started = time.monotonic()
        self.is_terminal = sys.stderr.isatty()

    def start(self, text, seconds):
        """Begin a step; the one before is done."""
        self.done += self.step
        self.step = seconds
        self.text = text
        self._show(self.done)
        if not self.is_terminal:
            sys.stderr.write("\n")

    def advance(self, share):
        """Say which share of the step is done."""
        if self.is_terminal:
            self._show(self.done + share * self.step)

    def end(self):
        self.start("done", 0)
        if self.is_terminal:
            sys.stderr.write("\n")

    def _show(self, done):
        share = min(done / self.total, 1)
        bar = "#" * round(share * self.WIDTH)
        minutes, seconds = divmod(round(time.monotonic() - self.started), 60)
        clear = "\r\033[K" if self.is_terminal else ""
        sys.stderr.write(
            f"{clear}[{bar:-<{self.WIDTH}}] {share:4.0%} {minutes}:{seconds:02} "
            f"{self.text}"
        )
        sys.stderr.flush()


class OdooProcess:
    """An Odoo process on a database, which runs one of the workers of this package.

    :param args: the command line's arguments
    :param str database: its name
    :param str worker: the module
    """

    def __init__(self, args, database, worker):
        self.log = Path(args.work) / "logs" / f"{database}-{worker}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.{worker}", args.conf, database],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def send(self, *request):
        """Have the worker call a method with arguments; ``receive`` the result."""
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # said when there is no answer

    def receive(self):
        """Return the result of a call.

        :raise BenchError: if it failed
        """
        line = self.process.stdout.readline()
        if not line:
            raise BenchError(f"An Odoo process has ended (see {self.log})")
        answer = json.loads(line)
        if "error" in answer:
            raise BenchError(answer["error"])
        return answer["result"]

    def ask(self, *request):
        """Call a method with arguments and return its result."""
        self.send(*request)
        return self.receive()
