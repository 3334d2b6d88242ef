# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from pathlib import Path

from odoo.tests import tagged

from .rest_common import CommandCase

CSV = "id;title;filed_at;team\n1;One;2026-06-01;Support\n"


@tagged("post_install", "-at_install")
class TestMoveCommand(CommandCase):
    """What the manual says to type does what it says."""

    def _write_desk(self, *tickets):
        Path("desk.jsonl").write_bytes(self._write_file(*tickets).read())

    def test_lines_of_the_manual(self):
        look, look_again, take, csv, out = self._get_manual_lines("sh")
        self._write_desk(
            self._make_ticket(1), self._make_ticket(2, stage="Nearly there")
        )
        Path("tickets.csv").write_text(CSV)
        moved = self.links.sudo()
        with self.subTest(line=look):
            status, output = self._run(look)
            self.assertEqual(status, 1, output)
            names = json.loads(Path("names.json").read_text())
            self.assertEqual(names, {"stages": {"Nearly there": None}})
        Path("names.json").write_text('{"stages": {"Nearly there": "Done"}}')
        with self.subTest(line=look_again):
            status, output = self._run(look_again)
            self.assertEqual(status, 0, output)
            self.assertIn("Would be taken: 2", output)
            self.assertFalse(moved._find_moved("old"))
        with self.subTest(line=take):
            status, output = self._run(take)
            self.assertEqual(status, 0, output)
            self.assertIn("Taken: 2", output)
            self.assertEqual(len(moved._find_moved("old")), 2)
            self.assertEqual(Path("kept.tsv").read_text(), "")
        with self.subTest(line=csv):
            status, output = self._run(csv)
            self.assertEqual(status, 0, output)
            self.assertIn("Would be taken: 1", output)
        with self.subTest(line=out):
            status, output = self._run(out)
            self.assertEqual(status, 0, output)
            lines = Path("desk.jsonl").read_bytes().splitlines()
            self.assertEqual(
                len(lines), 1 + self.env["helpdesk.ticket"].search_count([])
            )

    def test_what_is_kept_back_is_written_down(self):
        self._write_desk(self._make_ticket(1), b"none", self._make_ticket(2))
        line = "odoo-bin support_move in desk.jsonl -d my_database -u"
        status, _output = self._run(f"{line} {self.manager.login} --report kept.tsv")
        self.assertEqual(status, 1)
        self.assertEqual(Path("kept.tsv").read_text(), "3\t\tThe line is no JSON.\n")

    def test_what_cannot_be_is_said(self):
        self._write_desk(self._make_ticket(1))
        Path("names.json").write_text('{"steps": {}}')
        line = "odoo-bin support_move in {} -d my_database -u {} {}"
        manager = self.manager.login
        for words, expected in (
            (("none.jsonl", manager, ""), "No such file"),
            (("desk.jsonl", "nobody", ""), "there is no user nobody"),
            (("desk.jsonl", self.agent.login, ""), "Only a manager of the desk"),
            (("desk.jsonl", manager, "--company Theirs"), "has no company Theirs"),
            (("desk.jsonl", manager, "--mapping names.json"), "steps"),
        ):
            with self.subTest(words=words):
                status, output = self._run(line.format(*words))
                self.assertEqual(status, 2)
                self.assertIn(expected, output)
        self.assertFalse(self.links.sudo()._find_moved("old"))
