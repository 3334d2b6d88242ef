# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
import io
import json
import re
from datetime import datetime
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ...tools import desk_csv, desk_format, desk_history, desk_pictures, desk_run
from ...tools.desk_format import FormatError

MANUAL = Path(__file__).parents[2] / "docs/move.md"
TICKET = {"id": "7", "title": "Hello", "filed_at": "2026-06-01T08:00:00Z"}


def parse(**values):
    """Return what a line says that has these keys besides those it must have."""
    return desk_format.parse_ticket(json.dumps({**TICKET, **values}).encode())


def read_csv(text):
    return list(desk_csv.read_csv(io.BytesIO(text.encode())))


@tagged("post_install", "-at_install")
class TestDeskFormat(BaseCase):
    """The format is checked line by line, and each refusal names its place."""

    def test_doctests(self):
        for module in (desk_csv, desk_format, desk_history, desk_pictures, desk_run):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted, module)
            self.assertFalse(result.failed, module)

    def test_values_are_what_they_should_be(self):
        cases = [
            ({"title": 5, "id": 12}, {"title": "5", "id": "12"}),
            ({"title": "  a\n b "}, {"title": "a b"}),
            (
                {"closed_at": "2026-06-01T12:00:00+05:30"},
                {"closed_at": datetime(2026, 6, 1, 6, 30)},
            ),
            ({"tags": ["a", "", " b"]}, {"tags": ["a", "b"]}),
            ({"description": "a\x00b"}, {"description": "ab"}),
            ({"x_colour": {"any": "thing"}}, {}),
            ({"team": None, "customer": {"name": ""}}, {"customer": {}}),
            ({"messages": []}, {"messages": []}),
        ]
        base = parse()
        for given, expected in cases:
            with self.subTest(given=given):
                self.assertEqual(parse(**given), {**base, **expected})

    def test_wrong_values_are_named(self):
        message = {"at": "2026-06-01", "kind": "reply", "by": "desk"}
        cases = [
            ({"id": None}, "id: missing"),
            ({"title": ["a"]}, "title: line"),
            ({"filed_at": 12}, "filed_at: moment"),
            ({"filed_at": "0001-01-01"}, "filed_at: moment"),
            ({"filed_at": "0001-01-01T00:00:00+23:00"}, "filed_at: moment"),
            ({"team": "x" * 3000}, "team: long"),
            ({"closed": "yes"}, "closed: flag"),
            ({"planned_hours": True}, "planned_hours: number"),
            ({"planned_hours": 1e9}, "planned_hours: number"),
            ({"tags": "a"}, "tags: list"),
            ({"messages": {}}, "messages: list"),
            ({"messages": [message, {}]}, "messages[1].at: missing"),
            ({"messages": [{**message, "kind": "x"}]}, "messages[0].kind: choice"),
            ({"messages": [{**message, "kind": []}]}, "messages[0].kind: choice"),
            (
                {"messages": [{**message, "files": [{"name": "a", "data": "%"}]}]},
                "messages[0].files[0].data: data",
            ),
            ({"customer": "me"}, "customer: object"),
            ({"customer": {"mail": "a"}}, "customer.mail: unknown"),
            ({"verdict": {"scope": "in_scope"}}, "verdict.reason: missing"),
        ]
        for given, expected in cases:
            with self.subTest(given=given), self.assertRaises(FormatError) as caught:
                parse(**given)
            self.assertEqual(str(caught.exception), expected)

    def test_numbers_that_are_none_are_refused(self):
        for word in (b"NaN", b"Infinity", b"-1e999"):
            line = json.dumps(TICKET).encode()[:-1] + b', "planned_hours": %s}' % word
            with self.subTest(word=word), self.assertRaises(FormatError):
                desk_format.parse_ticket(line)

    def test_lines_that_are_none(self):
        for line in (b"", b"[]", b"7", b"\xff", b"[" * 100_000):
            with self.subTest(line=line[:5]), self.assertRaises(FormatError):
                desk_format.parse_ticket(line)

    def test_other_versions_are_refused(self):
        head = {"format": "support-desk", "version": 2, "source": "old"}
        with self.assertRaisesRegex(FormatError, "version"):
            desk_format.parse_header(json.dumps(head).encode())

    def test_lines_are_read_with_their_places(self):
        stream = io.BytesIO(b"one\n\ntwo\nthree")
        lines = list(desk_format.read_lines(stream))
        self.assertEqual(lines, [(0, 1, b"one\n"), (5, 3, b"two\n"), (9, 4, b"three")])

    # === CSV === #

    def test_csv_rows_are_tickets(self):
        rows = read_csv(
            "\ufeffid;title;filed_at;customer_email;closed;tags;text\n"
            '7;"Hello; you";2026-06-01 08:00:00;a@b.example;oui;x, y;"Two\nlines"\n'
            "8;Again;2026-06-01;;;;\n"
        )
        tickets = [desk_format.parse_ticket(line) for _number, line in rows]
        self.assertEqual(
            tickets,
            [
                {
                    "id": "7",
                    "title": "Hello; you",
                    "filed_at": datetime(2026, 6, 1, 8),
                    "customer": {"email": "a@b.example"},
                    "closed": True,
                    "tags": ["x", "y"],
                    "text": "Two\nlines",
                },
                {"id": "8", "title": "Again", "filed_at": datetime(2026, 6, 1)},
            ],
        )

    def test_csv_columns_are_checked(self):
        for head in (
            "",
            "id,title",
            "id,title,filed_at,colour",
            "id,id,title,filed_at",
        ):
            with self.subTest(head=head), self.assertRaisesRegex(FormatError, "col"):
                read_csv(f"{head}\n1,2,3,4\n")

    # === THE MANUAL === #

    def test_manual_tells_of_every_key(self):
        text = MANUAL.read_text()
        words = set(re.findall(r"`([\w.]+)`", text))
        keys = set()

        def collect(spec):
            for name, key in spec.items():
                keys.add(name)
                if isinstance(key.kind, dict):
                    collect(key.kind)
                elif isinstance(key.kind, tuple):
                    keys.update(key.kind)

        collect(desk_format.HEADER)
        collect(desk_format.TICKET)
        self.assertFalse(keys - words)
        self.assertFalse(set(desk_csv.COLUMNS) - words)

    def test_example_of_the_manual_is_in_the_format(self):
        block = re.search(r"```json\n(.*?)```", MANUAL.read_text(), re.DOTALL)[1]
        head, *lines = block.strip().encode().splitlines()
        self.assertEqual(desk_format.parse_header(head)["source"], "former-desk")
        tickets = [desk_format.parse_ticket(line) for line in lines]
        self.assertEqual(tickets[0]["messages"][0]["by"], "desk")
