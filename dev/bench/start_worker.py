# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long a process takes until it knows all models, and its memory then."""

import os
import time

from .memory import read_memory
from .worker import Worker, serve


class StartWorker(Worker):
    def __init__(self, database):
        start = time.perf_counter()
        super().__init__(database)
        self.seconds = time.perf_counter() - start

    def get_start(self):
        """Return the seconds and the memory.

        :rtype: dict
        """
        return {"seconds": self.seconds, **read_memory(os.getpid())}


if __name__ == "__main__":
    serve(StartWorker)
