# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Plugin of pytest: collect what Odoo's own loader would, wherever a test file lies.

Odoo runs a test class only from the module that defines it, and not the test methods
it inherits from elsewhere (``odoo.tests.loader``). pytest also collects classes that a
test file imports, so that importing ``WebSuite`` would run the tests of the web client.
Odoo also skips browser tests where the browser is missing: here they fail.
"""

import inspect
import unittest
from contextlib import nullcontext

import pytest
import pytest_odoo

from odoo.tests import BaseCase

# pytest-odoo has the processes of pytest-xdist share the files of one database: what a
# test of one process has Odoo clean up is missing in the other. See dev/test.
pytest_odoo._shared_filestore = lambda _original, _copy: nullcontext()


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector, name, obj):
    """Collect no test class that the module only imports."""
    if (
        inspect.isclass(obj)
        and issubclass(obj, unittest.TestCase)
        and isinstance(collector, pytest.Module)
        and obj.__module__ != collector.obj.__name__
    ):
        return []
    # Odoo tags the classes of addons only; a file outside of them has tests too.
    if (
        inspect.isclass(obj)
        and issubclass(obj, BaseCase)
        and getattr(obj, "test_tags", None) is None
    ):
        obj.test_tags = {"standard", "at_install"}
        obj.test_module = obj.__module__
    return None


def pytest_collection_modifyitems(items):
    """Drop test methods inherited from a class of another module."""
    items[:] = [item for item in items if not _is_inherited(item)]


def _is_inherited(item):
    cls = getattr(item, "cls", None)
    if cls is None or not issubclass(cls, unittest.TestCase):
        return False
    if getattr(cls, "allow_inherited_tests_method", False):
        return False
    name = getattr(item, "originalname", None) or item.name
    owner = next(base for base in cls.__mro__ if name in vars(base))
    return owner.__module__ != cls.__module__


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail where Odoo would skip because the browser is missing or did not start."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if any(word in reason.lower() for word in ("chrome", "websocket")):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: {reason}"
