# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The neutral format in which a desk moves: JSON Lines.

The first line says what the file is, each other line is one ticket with all that
belongs to it. Nothing here knows the ORM: a line comes in as bytes, and goes out as a
dictionary of checked values, in which moments are naive UTC, or as a ``FormatError``
that names the place. What each key means is told in ``docs/move.md``.

>>> head = parse_header(b'{"format": "support-desk", "version": 1, "source": "old"}')
>>> head["source"]
'old'
>>> ticket = parse_ticket(
...     b'{"id": "7", "title": "Hello", "filed_at": "2026-06-01T10:00:00+02:00"}'
... )
>>> ticket["title"], str(ticket["filed_at"])
('Hello', '2026-06-01 08:00:00')
>>> try:
...     parse_ticket(b'{"id": "7", "title": "Hello", "filed_at": "June"}')
... except FormatError as error:
...     print(error)
filed_at: moment
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from . import sla_clock
from .sla_event import MOVED
from .text import clean_line, clean_text

FORMAT = "support-desk"
VERSION = 1
# What is longer is no ticket: the files of one are in its line.
MAX_LINE = 256 * 1024 * 1024
MAX_TEXT = 10_000_000
MAX_WORDS = 2_000
MAX_ITEMS = 100_000
MAX_HOURS = 10_000
# Keys of whoever writes the file, which nobody else reads
PRIVATE = "x_"
# Whitespace but for that which does not break
BREAKS = re.compile(r"[^\S\u00a0\u202f]+")

LINE = "line"  # a text on one line
TEXT = "text"  # of several lines
HTML = "html"
MOMENT = "moment"
DAY = "day"
NUMBER = "number"
FLAG = "flag"
DATA = "data"  # base64
LINES = "lines"  # a list of texts on one line

REPLY, NOTE, NOTICE, SYSTEM = "reply", "note", "notice", "system"
CUSTOMER, DESK = "customer", "desk"


class FormatError(ValueError):
    """Why a line is not in the format.

    :param str code: what is wrong: the kind that was expected, or a word of
        ``ERRORS``
    :param str where: the key, as in ``messages[2].at``
    """

    def __init__(self, code, where=""):
        super().__init__(": ".join(filter(None, (where, code))))
        self.code = code
        self.where = where


# What can be wrong beside the kind of a value
ERRORS = (
    "json",
    "object",
    "list",
    "missing",
    "unknown",
    "choice",
    "long",
    "format",
    "version",
    "twice",
    "columns",
)


@dataclass(frozen=True)
class Key:
    """What a key holds: a kind, a choice of words, or a structure, maybe many."""

    kind: str | dict | tuple
    required: bool = False
    many: bool = False


PERSON = {
    "name": Key(LINE),
    "email": Key(LINE),
    "company": Key(LINE),
    "phone": Key(LINE),
}
FILE = {
    "id": Key(LINE),
    "name": Key(LINE, required=True),
    "type": Key(LINE),
    "by": Key((CUSTOMER, DESK)),
    "data": Key(DATA, required=True),
}
MESSAGE = {
    "id": Key(LINE),
    "at": Key(MOMENT, required=True),
    "kind": Key((REPLY, NOTE, NOTICE, SYSTEM), required=True),
    "by": Key((CUSTOMER, DESK, SYSTEM), required=True),
    "author": Key(PERSON),
    "by_mail": Key(FLAG),
    "message_id": Key(LINE),
    "subject": Key(LINE),
    "body": Key(HTML),
    "text": Key(TEXT),
    "files": Key(FILE, many=True),
}
EVENT = {
    "at": Key(MOMENT, required=True),
    "kind": Key(
        (
            sla_clock.FILED,
            sla_clock.ANSWERED,
            sla_clock.HOLD,
            sla_clock.RESUME,
            sla_clock.SOLVED,
            sla_clock.DISMISSED,
            sla_clock.REOPENED,
            sla_clock.BREACHED,
            sla_clock.CHANGED,
            sla_clock.CORRECTED,
            sla_clock.NOTICED,
            sla_clock.ASKED,
            MOVED,
            sla_clock.JUDGED,
        ),
        required=True,
    ),
    "cause": Key(LINE),
    "party": Key(("customer", "editor", "third_party", "update")),
    "clock": Key(sla_clock.CLOCKS),
    "until": Key(MOMENT),
    "note": Key(LINE),
    "by": Key(PERSON),
}
TIME = {
    "id": Key(LINE),
    "on": Key(DAY, required=True),
    "hours": Key(NUMBER, required=True),
    "by": Key(PERSON, required=True),
    "text": Key(LINE),
    "told": Key(LINE),
    "free": Key(LINE),
}
RATING = {
    "at": Key(MOMENT, required=True),
    "value": Key(NUMBER, required=True),
    "text": Key(TEXT),
    "by": Key(PERSON),
}
URGENT = {
    "priority": Key(LINE),
    "reason": Key(LINE),
    "who": Key(LINE),
    "what": Key(TEXT),
    "at": Key(MOMENT),
}
VERDICT = {
    "scope": Key(("in_scope", "out_of_scope"), required=True),
    "reason": Key(TEXT, required=True),
    "by": Key(PERSON),
}
HOLD = {"reason": Key(LINE), "until": Key(MOMENT)}
RESULT = (sla_clock.MET, sla_clock.MISSED, sla_clock.NOT_APPLICABLE)
RESULTS = {clock: Key(RESULT) for clock in sla_clock.CLOCKS}
TICKET = {
    "id": Key(LINE, required=True),
    "number": Key(LINE),
    "title": Key(LINE, required=True),
    "description": Key(HTML),
    "text": Key(TEXT),
    "customer": Key(PERSON),
    "sender": Key(PERSON),
    "cc": Key(LINE),
    "followers": Key(PERSON, many=True),
    "team": Key(LINE),
    "stage": Key(LINE),
    "category": Key(LINE),
    "priority": Key(LINE),
    "channel": Key(LINE),
    "application": Key(LINE),
    "environment": Key(("production", "test")),
    "tags": Key(LINES),
    "assignee": Key(PERSON),
    "filed_at": Key(MOMENT, required=True),
    "answered_at": Key(MOMENT),
    "assigned_at": Key(MOMENT),
    "moved_at": Key(MOMENT),
    "closed": Key(FLAG),
    "closed_at": Key(MOMENT),
    "archived": Key(FLAG),
    "hold": Key(HOLD),
    "urgent": Key(URGENT),
    "verdict": Key(VERDICT),
    "planned_hours": Key(NUMBER),
    "extra_minutes": Key(NUMBER),
    "duplicate_of": Key(LINE),
    "follows": Key(LINE),
    "split_from": Key(LINE),
    "split_message": Key(LINE),
    "messages": Key(MESSAGE, many=True),
    "files": Key(FILE, many=True),
    "events": Key(EVENT, many=True),
    "results": Key(RESULTS),
    "times": Key(TIME, many=True),
    "ratings": Key(RATING, many=True),
}
STAGE = {
    "name": Key(LINE, required=True),
    "closed": Key(FLAG),
    "dismisses": Key(FLAG),
    "waits_for": Key(("customer", "editor", "third_party", "update")),
}
CATEGORY = {
    "name": Key(LINE, required=True),
    "scope": Key(("in_scope", "out_of_scope")),
}
HEADER = {
    "format": Key(LINE, required=True),
    "version": Key(NUMBER, required=True),
    "source": Key(LINE, required=True),
    "made_at": Key(MOMENT),
    "stages": Key(STAGE, many=True),
    "categories": Key(CATEGORY, many=True),
}
# Where nothing says that there was nothing, and not that nobody knows
TOLD_EMPTY = ("messages", "events", "followers", "sender")
# What names another ticket, and the field that does here
REFERENCES = {
    "duplicate_of": "duplicate_id",
    "follows": "previous_ticket_id",
    "split_from": "split_from_id",
}


# === READING === #


def parse_header(line):
    """Return what the first line says.

    :param bytes line: of a file
    :rtype: dict
    :raise FormatError: if it is no file of this format, or of a later version
    """
    values = _parse_json(line)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise FormatError("format")
    if values.get("version") != VERSION:
        raise FormatError("version")
    return check_value(values, HEADER)


def parse_ticket(line):
    """Return the ticket of a line.

    :param bytes line: of a file
    :rtype: dict
    :raise FormatError: naming the place
    """
    if len(line) > MAX_LINE:
        raise FormatError("long")
    return check_value(_parse_json(line), TICKET)


def _parse_json(line):
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FormatError("json") from error


def read_lines(stream):
    """Return the lines of a file, one at a time.

    Of a line that is too long a part is given that is too long as well.

    :param stream: binary
    :return: the position of each line in the file, its number, from 1, and its bytes
    :rtype: Iterator[tuple[int, int, bytes]]
    """
    number, position = 0, stream.tell()
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        if line.strip():
            yield position, number, line
        position = stream.tell()


def check_value(value, spec, where=""):
    """Return a structure in which every value is what it should be.

    What is empty is left out; keys that begin with ``x_`` are passed over.

    :param value: as parsed from JSON
    :param dict spec: what is expected, by key
    :param str where: the place of the structure, to be named in errors
    :rtype: dict
    :raise FormatError: naming the place
    """
    if not isinstance(value, dict):
        raise FormatError("object", where)
    prefix = f"{where}." if where else ""
    result = {}
    for name, given in value.items():
        if name.startswith(PRIVATE):
            continue
        if name not in spec:
            raise FormatError("unknown", prefix + clean_line(name)[:80])
        key = spec[name]
        if given is None:
            continue
        if key.many:
            result[name] = _check_list(given, key.kind, prefix + name)
            continue
        checked = _check_one(given, key.kind, prefix + name)
        if checked is not None:
            result[name] = checked
    for name, key in spec.items():
        if key.required and name not in result:
            raise FormatError("missing", prefix + name)
    return result


def _check_list(value, spec, where):
    if not isinstance(value, list):
        raise FormatError("list", where)
    if len(value) > MAX_ITEMS:
        raise FormatError("long", where)
    return [
        check_value(item, spec, f"{where}[{index}]") for index, item in enumerate(value)
    ]


def _check_one(value, kind, where):
    if isinstance(kind, dict):
        return check_value(value, kind, where)
    if isinstance(kind, tuple):
        if value not in kind:
            raise FormatError("choice", where)
        return value
    return CHECKS[kind](value, where)


def _check_line(value, where):
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # an id or a number, as many write them
    if not isinstance(value, str):
        raise FormatError(LINE, where)
    # Spaces that hold a line together stay: French has them before a colon.
    value = BREAKS.sub(" ", clean_text(value))
    if len(value) > MAX_WORDS:
        raise FormatError("long", where)
    return value or None


def _check_text(value, where):
    if not isinstance(value, str):
        raise FormatError(TEXT, where)
    if len(value) > MAX_TEXT:
        raise FormatError("long", where)
    return clean_text(value) or None


def _check_html(value, where):
    if not isinstance(value, str):
        raise FormatError(HTML, where)
    if len(value) > MAX_TEXT:
        raise FormatError("long", where)
    # PostgreSQL refuses the first, UTF-8 the halves of characters.
    value = value.replace("\x00", "").encode(errors="ignore").decode()
    return value or None


def _check_moment(value, where):
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError) as error:
        raise FormatError(MOMENT, where) from error
    if not 1970 <= moment.year <= 2999:
        raise FormatError(MOMENT, where)
    return moment.replace(microsecond=0)


def _check_day(value, where):
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FormatError(DAY, where) from error
    if not 1970 <= day.year <= 2999:
        raise FormatError(DAY, where)
    return day


def _check_number(value, where):
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError(NUMBER, where)
    if not -MAX_HOURS * 60 <= value <= MAX_HOURS * 60:
        raise FormatError(NUMBER, where)
    return value


def _check_flag(value, where):
    if not isinstance(value, bool):
        raise FormatError(FLAG, where)
    return value


def _check_data(value, where):
    if not isinstance(value, str):
        raise FormatError(DATA, where)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(DATA, where) from error


def _check_lines(value, where):
    if not isinstance(value, list):
        raise FormatError("list", where)
    if len(value) > MAX_ITEMS:
        raise FormatError("long", where)
    lines = (_check_line(item, f"{where}[{index}]") for index, item in enumerate(value))
    return [line for line in lines if line]


CHECKS = {
    LINE: _check_line,
    TEXT: _check_text,
    HTML: _check_html,
    MOMENT: _check_moment,
    DAY: _check_day,
    NUMBER: _check_number,
    FLAG: _check_flag,
    DATA: _check_data,
    LINES: _check_lines,
}


# === WRITING === #


def write_header(source, **values):
    """Return the first line of a file.

    :param str source: which desk it is, the same each time
    :param values: other keys of ``HEADER``
    :rtype: bytes
    """
    return write_line(
        {"format": FORMAT, "version": VERSION, "source": source, **values}
    )


def write_line(values):
    """Return a line of a file.

    :param dict values: of which what is empty is left out
    :rtype: bytes

    >>> write_line({"id": "7", "tags": [], "closed": False, "planned_hours": 0})
    b'{"id": "7", "planned_hours": 0}\\n'
    >>> write_line({"filed_at": datetime(2026, 6, 1, 8), "data": b"hello"})
    b'{"filed_at": "2026-06-01T08:00:00Z", "data": "aGVsbG8="}\\n'
    """
    text = json.dumps(_strip(values), ensure_ascii=False, default=_encode)
    return text.encode() + b"\n"


def _strip(value):
    if isinstance(value, dict):
        stripped = {name: _strip(item) for name, item in value.items()}
        return {
            name: item
            for name, item in stripped.items()
            # A zero says something, and False what is said by nothing.
            if (item or item == 0 or name in TOLD_EMPTY) and item is not False
        }
    if isinstance(value, list):
        return [_strip(item) for item in value]
    return value


def _encode(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value))
