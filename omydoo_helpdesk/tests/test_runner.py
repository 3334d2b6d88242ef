# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import ast
import inspect
import unittest
from collections import Counter
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tests.loader import get_module_test_cases, get_test_modules

ROOT = Path(__file__).parent
ADDON = ROOT.parent.name


@tagged("post_install", "-at_install")
class TestRunner(BaseCase):
    """Odoo's runner and pytest find the same tests, in whatever room they lie.

    pytest opens every file ``test_*.py``. Odoo sees only modules that the package of
    the tests has by name, and takes of a class only the methods in its own body.
    """

    # === HELPERS === #

    def _get_modules(self):
        """Return the modules whose tests Odoo runs, less those of the migrations."""
        return [
            module
            for module in get_test_modules(ADDON)
            if module.__name__.startswith(f"{__package__}.")
        ]

    def _get_name(self, file):
        return ".".join([__package__, *file.relative_to(ROOT).with_suffix("").parts])

    def _get_pytest_names(self, module):
        """Return what pytest collects of a module: functions, classes and methods.

        What a class inherits from another module is left out, as dev/pytest does.
        """
        names = set()
        for name, value in vars(module).items():
            if inspect.isfunction(value) and name.startswith("test"):
                names.add((None, name))
            if not inspect.isclass(value) or value.__module__ != module.__name__:
                continue
            if not issubclass(value, unittest.TestCase):
                if name.startswith("Test"):
                    names.add((name, None))
                continue
            for method in unittest.defaultTestLoader.getTestCaseNames(value):
                owner = next(base for base in value.__mro__ if method in vars(base))
                if owner.__module__ == module.__name__ or getattr(
                    value, "allow_inherited_tests_method", False
                ):
                    names.add((name, method))
        return names

    # === TESTS === #

    def test_names_of_files_are_unique(self):
        # Of two of one name, the package of the tests would have the later one.
        names = Counter(file.name for file in ROOT.rglob("*.py"))
        del names["__init__.py"]
        self.assertFalse([name for name, count in names.items() if count > 1])

    def test_every_file_is_run(self):
        self.assertEqual(
            {self._get_name(file) for file in ROOT.rglob("test_*.py")},
            {module.__name__ for module in self._get_modules()},
        )

    def test_same_tests(self):
        for module in self._get_modules():
            with self.subTest(module.__name__):
                found = {
                    (type(case).__name__, case._testMethodName)
                    for case in get_module_test_cases(module)
                }
                self.assertTrue(found)
                self.assertEqual(self._get_pytest_names(module), found)

    def test_no_test_where_nobody_looks(self):
        for file in ROOT.rglob("*.py"):
            if file.name.startswith("test_"):
                continue
            with self.subTest(file.name):
                tests = [
                    node.name
                    for node in ast.walk(ast.parse(file.read_text()))
                    if isinstance(node, ast.FunctionDef)
                    and node.name.startswith("test")
                ]
                self.assertFalse(tests)
