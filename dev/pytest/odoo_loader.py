# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Plugin of pytest: collect what Odoo's own loader would, wherever a test file lies.

Odoo runs a test class only from the module that defines it, and not the test methods
it inherits from elsewhere (``odoo.tests.loader``). pytest also collects classes that a
test file imports, so that importing ``WebSuite`` would run the tests of the web client.
Odoo also skips browser tests where the browser is missing: here they fail.

What each test would work out again, and never depends on it, is worked out once.
"""

import inspect
import unittest
from contextlib import ExitStack, nullcontext
from functools import cache
from unittest.mock import patch

import pytest
import pytest_odoo
from freezegun import api as freezegun_api

from odoo.tests import BaseCase

# pytest-odoo has the processes of pytest-xdist share the files of one database: what a
# test of one process has Odoo clean up is missing in the other. See dev/test.
pytest_odoo._shared_filestore = lambda _original, _copy: nullcontext()

_get_module_attributes_hash = freezegun_api._get_module_attributes_hash


def _get_module_size(module):
    """Return what tells that a module has new names since time stood still last.

    freezegun asks all modules, 2,500 here, each time: their number of names is read at
    once, where it lists and hashes the names. No module renames one while tests run.
    """
    try:
        return f"{id(module)}-{len(vars(module))}"
    except TypeError:
        return _get_module_attributes_hash(module)


freezegun_api._get_module_attributes_hash = _get_module_size


@pytest.fixture(scope="session", autouse=True)
def work_out_once(load_registry):
    """Have what follows from a text or a folder alone worked out once a process.

    Odoo forgets after each test what it has worked out, for it may follow from records
    that are gone: each test that opens a page would compile its templates again, and
    look for the files of its scripts and styles. Nothing of this reads the database.
    """
    from odoo.addons.base.models import ir_asset, ir_qweb

    compile_expr = ir_qweb.IrQweb._compile_expr
    known = {}

    def compile_expr_once(self, expr, raise_on_missing=False):
        key = expr, raise_on_missing
        if key not in known:
            known[key] = compile_expr(self, expr, raise_on_missing)
        return known[key]

    with ExitStack() as stack:
        for owner, name, function in (
            (ir_qweb.IrQweb, "_compile_expr", compile_expr_once),
            (ir_qweb, "compile", cache(compile)),
            (ir_qweb, "indent_code", cache(ir_qweb.indent_code)),
            (ir_asset, "_glob_static_file", cache(ir_asset._glob_static_file)),
        ):
            stack.enter_context(patch.object(owner, name, function, create=True))
        yield


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
    """Drop test methods inherited from a class of another module.

    Those that go through everything there is, which lie beside the folders, come first:
    they take minutes, and at the end one process would wait for the other.
    """
    items[:] = [item for item in items if not _is_inherited(item)]
    items.sort(key=lambda item: item.path.parent.name != "tests")


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
