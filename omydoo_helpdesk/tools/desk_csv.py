# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk that moves in a CSV file, for who has only that: its rows become lines."""

import csv
import io

from .desk_format import FormatError, write_line
from .text import clean_line

# The columns of a CSV file, and the key of each
COLUMNS = {
    **{
        name: (name,)
        for name in (
            "id",
            "number",
            "title",
            "text",
            "cc",
            "team",
            "stage",
            "category",
            "priority",
            "channel",
            "application",
            "environment",
            "filed_at",
            "answered_at",
            "assigned_at",
            "closed_at",
        )
    },
    "description": ("text",),
    "closed": ("closed",),
    "archived": ("archived",),
    "tags": ("tags",),
    "customer": ("customer", "name"),
    "customer_email": ("customer", "email"),
    "customer_company": ("customer", "company"),
    "customer_phone": ("customer", "phone"),
    "assignee": ("assignee", "name"),
    "assignee_email": ("assignee", "email"),
}
NEEDED_COLUMNS = ("id", "title", "filed_at")
TRUE_WORDS = frozenset(("1", "true", "yes", "oui", "x"))


def read_csv(stream):
    """Return the tickets of a CSV file, as lines of JSON.

    In UTF-8, with commas or semicolons; the first row names the columns, in any order.
    Several tags are set apart by commas.

    :param stream: binary
    :return: of each row its number in the file and its line, or the error in it
    :rtype: Iterator[tuple[int, bytes | FormatError]]
    :raise FormatError: if the columns are not those of ``COLUMNS``
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="replace")
    try:
        first = text.readline()
        delimiter = ";" if first.count(";") > first.count(",") else ","
        names = [
            clean_line(name).lower()
            for name in next(csv.reader([first], delimiter=delimiter), [])
        ]
        wrong = [name for name in names if name not in COLUMNS]
        missing = [name for name in NEEDED_COLUMNS if name not in names]
        if wrong or missing or len(set(names)) != len(names):
            raise FormatError("columns", ", ".join(wrong or missing))
        reader = csv.reader(text, delimiter=delimiter)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield reader.line_num + 1, FormatError("json")
                continue
            if any(row):
                yield reader.line_num + 1, write_line(_nest_row(names, row))
    finally:
        # The stream is its owner's to close.
        text.detach()


def _nest_row(names, row):
    """Return a row of a CSV file as the ticket that it tells of.

    >>> _nest_row(["id", "customer_email", "tags"], ["7", "a@b.example", "x, y"])
    {'id': '7', 'customer': {'email': 'a@b.example'}, 'tags': ['x', 'y']}
    """
    ticket = {}
    for name, value in zip(names, row, strict=False):
        value = value.strip()
        if not value:
            continue
        *outer, inner = COLUMNS[name]
        if name in ("closed", "archived"):
            value = value.lower() in TRUE_WORDS
        elif name == "tags":
            value = [tag.strip() for tag in value.split(",") if tag.strip()]
        target = ticket
        for step in outer:
            target = target.setdefault(step, {})
        target[inner] = value
    return ticket
