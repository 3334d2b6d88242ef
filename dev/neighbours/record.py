# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Outcomes as text files, and what differs between two of them.

A recorded file has a line for each test class and below it one for each test; what did
not pass says so before its name. A first line says of which sample they are, if so::

    # One class in 12
    account/tests/test_account_tax.py::TestTax
      test_one
      failed test_two
"""

from fnmatch import fnmatchcase
from itertools import groupby

SAMPLE = "# One class in "


def write(path, outcomes, every=1):
    """Write outcomes into a file.

    :param path: the file
    :param outcomes: a dict of name and outcome
    :param every: one class in so many was run
    """
    lines = [] if every == 1 else [f"{SAMPLE}{every}"]
    for owner, names in groupby(
        sorted(outcomes), lambda name: name.rpartition("::")[0]
    ):
        lines.append(owner)
        for name in names:
            mark = "" if outcomes[name] == "passed" else f"{outcomes[name]} "
            lines.append(f"  {mark}{name.rpartition('::')[2]}")
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def read(path):
    """Return the outcomes of a file: a dict of name and outcome."""
    outcomes, owner = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith("  "):
            owner = line
            continue
        mark, _, name = line.strip().rpartition(" ")
        outcomes[f"{owner}::{name}"] = mark or "passed"
    return outcomes


def read_sample(path):
    """Return of which sample the outcomes of a file are: one class in so many."""
    first = path.read_text().partition("\n")[0]
    return int(first.removeprefix(SAMPLE)) if first.startswith(SAMPLE) else 1


def differences(without, found, whole=True):
    """Return what differs: a dict of test and sentence.

    :param without: the outcomes without our addon
    :param found: those with it
    :param whole: whether a test that did not run counts
    """
    names = set(without) | set(found) if whole else set(found)
    told = {}
    for name in sorted(names):
        before, after = without.get(name, "absent"), found.get(name, "absent")
        if before != after:
            told[name] = f"{before} without us, {after} with us"
    return told


class Purpose:
    """What differs on purpose: lines ``pattern<space>reason`` of a file."""

    def __init__(self, path):
        self.reasons = {}
        self.used = set()
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                pattern, _, reason = line.partition(" ")
                if not reason.strip():
                    raise ValueError(f"{path}: {pattern} has no reason")
                self.reasons[pattern] = reason.strip()

    def get_reason(self, test):
        """Return why a test differs on purpose, or None."""
        for pattern, reason in self.reasons.items():
            # A test's name may hold brackets: only the star means something.
            if fnmatchcase(test, pattern.replace("[", "[[]")):
                self.used.add(pattern)
                return reason
        return None
