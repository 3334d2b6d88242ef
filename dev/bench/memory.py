# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The memory of a process, as Linux tells it."""

import re
from pathlib import Path

FIGURE = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE)
KILO = 1024  # as Linux counts


def read_memory(pid):
    """Return the memory of a process.

    :param int pid: of the process
    :return: in MB: ``resident``, and ``amount``, what it shares with no other process
        and would be free without it
    :rtype: dict
    """
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = {name: int(size) / KILO for name, size in FIGURE.findall(text)}
    return {
        "resident": sizes["Rss"],
        "amount": sizes["Private_Clean"] + sizes["Private_Dirty"],
    }
