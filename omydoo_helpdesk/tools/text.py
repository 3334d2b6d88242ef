# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is done to a text before it is believed."""

import re
import unicodedata

# Control characters, which PostgreSQL (NUL) or a reader cannot take, and halves of
# characters, which cannot be written in UTF-8.
UNWANTED = frozenset({"Cc", "Cs"})
# They turn the order of what follows: "exe.gnp" is shown as "png.exe".
DIRECTION_OVERRIDES = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# A 1 that a name of a month follows
FIRST_DAY = re.compile(r"\b1(?= [^\W\d_])")
MAX_INTEGER = 2**31 - 1  # of PostgreSQL
# ELF, and Mach-O of 32 and 64 bits in both orders of bytes
PROGRAM_MAGIC = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
)


def clean_text(value):
    """Return a text of several lines without what is not text.

    :param value: as received, anything
    :rtype: str
    """
    if not isinstance(value, str):
        return ""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(
        char
        for char in value
        if char in "\n\t"
        or (
            unicodedata.category(char) not in UNWANTED
            and char not in DIRECTION_OVERRIDES
        )
    )
    return value.strip() if is_readable(value) else ""


def clean_line(value):
    """Return a text on one line, without what is not text.

    :param value: as received, anything
    :rtype: str
    """
    return " ".join(clean_text(value).split())


def is_readable(value):
    """Say whether there is anything to see in a text.

    :param str value: a text, maybe of blanks and invisible characters only
    :rtype: bool
    """
    return any(char.isprintable() and not char.isspace() for char in value)


def given_id(value):
    """Return the id that a client gives as a many2one: whatever else is looked at by
    the ORM alone, which refuses it.

    :param value: as given to ``create`` or ``write``, anything
    :rtype: int or False
    """
    is_id = isinstance(value, int) and not isinstance(value, bool)
    return value if is_id and 0 < value <= MAX_INTEGER else False


def given_text(value):
    """Return the text that a client gives, without blanks around it.

    :param value: as given to ``create`` or ``write``, anything
    :return: empty if it is no text
    :rtype: str
    """
    return value.strip() if isinstance(value, str) else ""


def parse_id(value):
    """Return the id of a record as a number.

    :param value: as received, anything
    :return: the number, None if it is not one
    """
    value = clean_line(value)
    if value.isascii() and value.isdecimal() and len(value) <= 10:
        number = int(value)
        return number if 0 < number <= MAX_INTEGER else None
    return None


def parse_page(value):
    """Return the number of a page of a list, the first if it is none.

    :param value: of the address, a number, or of its query, anything
    :rtype: int
    """
    return parse_id(str(value)) or 1


def clean_file_name(value):
    """Return the name of a file without its path.

    :param value: as received: some browsers, and all attackers, send a path
    :return: a name, empty if there is none
    :rtype: str
    """
    name = clean_line(value).replace("\\", "/").rpartition("/")[2].strip(" .")
    stem, dot, extension = name.rpartition(".")
    if dot and stem:
        return f"{stem[:200]}.{extension[:20]}"
    return name[:200]


def get_extension(name):
    """Return the extension of a file's name.

    :param str name: cleaned
    :return: in small letters and without dot, empty if there is none
    :rtype: str
    """
    _stem, dot, extension = name.rpartition(".")
    # Invisible characters hide an extension from us only.
    return "".join(filter(str.isalnum, extension)).lower() if dot else ""


def is_program(stream):
    """Say whether a file is a program of Windows, Linux or macOS, whatever its name.

    :param stream: binary, read from its start and left there
    :rtype: bool
    """
    stream.seek(0)
    head = stream.read(64)
    is_one = head.startswith(PROGRAM_MAGIC)
    if head.startswith(b"MZ") and len(head) == 64:
        # A text may begin so: the header says where the one of Windows is.
        stream.seek(int.from_bytes(head[60:64], "little"))
        is_one = stream.read(2) in (b"PE", b"NE", b"LE", b"LX")
    stream.seek(0)
    return is_one


def write_first_day(text, lang):
    """Return a date in words with the first of the month as the language writes it.

    :param str text: as Babel writes it
    :param str lang: code
    :rtype: str

    >>> write_first_day("mardi 1 décembre 2026", "fr_FR")
    'mardi 1er décembre 2026'
    >>> write_first_day("mardi 11 décembre 2026", "fr_FR")
    'mardi 11 décembre 2026'
    >>> write_first_day("Dienstag, 1. Dezember 2026", "de_DE")
    'Dienstag, 1. Dezember 2026'
    """
    return FIRST_DAY.sub("1er", text) if lang.startswith("fr") else text


def format_hours(hours):
    """Return a number of hours in words that English and French share.

    :param float hours: rounded to the minute
    :rtype: str

    >>> format_hours(1.5), format_hours(2), format_hours(0.75), format_hours(0)
    ('1 h 30', '2 h', '45 min', '0 min')
    >>> format_hours(1.9999), format_hours(-0.5), format_hours(7 / 60)
    ('2 h', '-30 min', '7 min')
    """
    total = round(hours * 60)
    sign = "-" if total < 0 else ""
    whole, minutes = divmod(abs(total), 60)
    if not whole:
        return f"{sign}{minutes} min"
    return f"{sign}{whole} h {minutes:02}" if minutes else f"{sign}{whole} h"
