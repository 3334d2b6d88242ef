# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Plugin of pytest: each test's outcome, in the file of ``--outcomes``.

One line a test, ``outcome<tab>test``, sorted. A test is called
``module/tests/file.py::Class::test`` wherever its module lies. A class whose set-up
fails makes each of its tests ``failed``. What drives a browser is ``skipped``; what
Odoo's own runner leaves out by its tags (``-standard``) is not run.
"""

import os
import unittest
from pathlib import Path

import pytest

from odoo.tests import HttpCase


def pytest_addoption(parser):
    """Add the options of this plugin."""
    parser.addoption("--outcomes", help="File for the outcome of each test")
    parser.addoption(
        "--one-class-in", type=int, default=1, help="Run every n-th test class only"
    )


def pytest_configure(config):
    """Take the browser away, and collect outcomes."""
    HttpCase.browser_js = _skip_browser
    if target := config.getoption("--outcomes"):
        config.pluginmanager.register(_Outcomes(Path(target)), "outcomes_file")


def _skip_browser(*args, **kwargs):
    raise unittest.SkipTest("needs a browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave out what Odoo's runner would not run, and what is not drawn."""
    classes = sorted({_class_of(item.nodeid) for item in items})
    drawn = set(classes[:: config.getoption("--one-class-in")])
    items[:] = [
        item
        for item in items
        if _class_of(item.nodeid) in drawn
        and "standard" in (getattr(item.cls, "test_tags", None) or {"standard"})
    ]


def _class_of(nodeid):
    return nodeid.rpartition("::")[0]


def name_of(nodeid):
    """Return a test's name from its module's folder on, which is above ``tests``."""
    path, _, rest = nodeid.partition("::")
    parts = Path(path).parts
    return f"{'/'.join(parts[parts.index('tests', _addons_end(parts)) - 1 :])}::{rest}"


def _addons_end(parts):
    """Return where to look for ``tests``: behind the last folder ``addons``."""
    return max((i for i, part in enumerate(parts) if part == "addons"), default=0)


class _Outcomes:
    def __init__(self, target):
        self.target = target
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        """Keep the worst of a test's phases: its set-up, itself, its end."""
        name = name_of(report.nodeid)
        rank = ["passed", "skipped", "failed"]
        known = self.outcomes.get(name, "passed")
        self.outcomes[name] = max(known, report.outcome, key=rank.index)

    def pytest_collectreport(self, report):
        """Count a file that cannot be imported as one failed test."""
        if report.failed:
            self.outcomes[name_of(f"{report.nodeid}::import")] = "failed"

    def pytest_sessionfinish(self):
        """Write the file whole, or not at all."""
        part = self.target.with_suffix(".part")
        part.write_text(
            "".join(f"{o}\t{name}\n" for name, o in sorted(self.outcomes.items()))
        )
        os.replace(part, self.target)
