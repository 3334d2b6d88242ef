# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import shlex
from pathlib import Path

from odoo.cli.command import find_command
from odoo.tests import BaseCase, tagged
from odoo.tools.translate import PoFileReader

ADDON = Path(__file__).parents[1]
MANUAL = ADDON / "docs/manuel.md"
# Of Odoo, not ours to translate.
OF_ODOO = {"Suivi d’activité"}


@tagged("post_install", "-at_install")
class TestManual(BaseCase):
    """The French manual names what the screens show, and what there is to type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = MANUAL.read_text(encoding="utf-8")
        cls.prose = re.sub(r"```.*?```", "", cls.text, flags=re.DOTALL)

    def _read_labels(self):
        labels = re.findall(r"(?<!\*)\*([^*]+?)\*(?!\*)", self.prose)
        return {" ".join(label.split()) for label in labels}

    def test_words_of_the_screen(self):
        french = {
            " ".join(row["value"].split())
            for row in PoFileReader(str(ADDON / "i18n/fr.po"))
        }
        labels = self._read_labels()
        self.assertGreater(len(labels), 50)
        self.assertEqual(sorted(labels - french - OF_ODOO), [])

    def test_places_it_leads_to(self):
        titles = {
            re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)
        }
        for place in re.findall(r"\]\(([^)]+)\)", self.prose):
            with self.subTest(place=place):
                if place.startswith("#"):
                    self.assertIn(place[1:], titles)
                else:
                    self.assertTrue((MANUAL.parent / place).is_file())

    def test_lines_to_type(self):
        lines = [
            line
            for block in re.findall(r"```sh\n(.*?)```", self.text, re.DOTALL)
            for line in block.splitlines()
        ]
        self.assertTrue(lines)
        for line in lines:
            with self.subTest(line=line):
                program, name, *args = shlex.split(line)
                self.assertEqual(program, "odoo-bin")
                parsed = find_command(name)().parser.parse_args(args)
                self.assertEqual(parsed.database, "ma_base")
