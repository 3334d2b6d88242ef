# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "readme" / "ASVS.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \|(.*)\|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
CHAPTERS = 10  # each with the heads of a table
ANSWERS = ("yes", "no", "Odoo", "server", "n/a")


@tagged("post_install", "-at_install")
class TestAsvs(BaseCase):
    """The page on OWASP's standard names tests that exist."""

    def test_each_row_is_answered(self):
        rows = ROW.findall(PAGE.read_text())
        self.assertEqual(len(rows), PAGE.read_text().count("\n| ") - CHAPTERS)
        for number, _requirement, answer, shown in rows:
            with self.subTest(number):
                self.assertTrue(answer.startswith(ANSWERS), answer)
                if answer == "yes":
                    self.assertRegex(shown, NAMED)

    def test_no_requirement_twice(self):
        numbers = [row[0] for row in ROW.findall(PAGE.read_text())]
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_tests_exist(self):
        named = NAMED.findall(PAGE.read_text())
        self.assertTrue(named)
        for path, name in named:
            with self.subTest(f"{path}::{name}"):
                source = (TESTS / path).read_text()
                self.assertRegex(source, rf"\n    def {name}\(self")
