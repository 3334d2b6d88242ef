# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is repaired in a mail that Odoo would lose: charsets, nesting and pictures.

Python's codecs know names that are no charset of a text (``hex``, ``rot13``), and some
that refuse to replace what they cannot read (``idna``, ``undefined``): Odoo asks them
all to decode. What lxml finds nested deeper than 256 elements it drops, with the words.
"""

import re

from lxml import etree, html

# The charset of RFC 2047: =?charset*language?encoding?text?=
ENCODED_WORD = re.compile(r"=\?([^?*]*)((?:\*[^?]*)?\?[bq]\?)", re.IGNORECASE)

# The charset of RFC 2231: name*0*=charset'language'text
EXTENDED_VALUE = re.compile(rb"""(\*[0-9]*\*?=[ \t"]*)([^\s'";]+)(?=')""")

# The address of a picture that is none: a name of another part of the mail.
PICTURE_SOURCE = re.compile(r"""(<img\b[^<>]*?\ssrc=["'])([^"':/]+)(?=["'])""", re.I)

TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)([^<>]*)>")

# Deeper than this is laid flat: lxml stops at 256, and who cleans wraps a few times.
MAX_DEPTH = 200

# Of a mail that is laid flat, the elements that may lie in each other. A table holds
# three more for each of its own, which are not counted: their ends may be left out.
KEPT_DEPTH = 40

UNCOUNTED_TAGS = frozenset(
    "area base br col embed hr img input link meta param source track wbr"
    " p li dt dd tr td th tbody thead tfoot option colgroup html head body".split()
)

BLOCKS = frozenset("article aside blockquote center div dl form ol section ul".split())


def repair_source(source):
    """Name a charset that exists where the parser itself would stop at its name.

    :param bytes source: of a mail
    :rtype: bytes

    >>> repair_source(b"Content-Type: text/plain; name*=idna'en'x")
    b"Content-Type: text/plain; name*=utf-8'en'x"
    """

    def repair(match):
        start, charset = match.groups()
        name = charset.decode("ascii", "replace")
        return match[0] if _is_header_charset(name) else start + b"utf-8"

    return EXTENDED_VALUE.sub(repair, source)


def repair_charsets(message):
    """Name a charset that exists wherever a mail names one that does not.

    :param email.message.EmailMessage message: changed in place, with its parts
    """
    for part in message.walk():
        _repair_headers(part)
        if not part.is_multipart():
            _repair_content(part)


def is_charset(name, content=b"a"):
    """Say whether a text can be read with a charset, whatever it holds.

    :param str name: as the mail has it
    :param bytes content: to be read
    :rtype: bool

    >>> [is_charset(name) for name in ("utf-8", "CP1252", "utf-16")]
    [True, True, True]
    >>> [is_charset(name) for name in ("x-unknown", "hex", "rot13", "a" + chr(0))]
    [False, False, False, False]
    >>> [is_charset(name) for name in ("idna", "undefined", "punycode")]
    [False, False, False]
    """
    try:
        # As the standard library reads contents, and headers.
        content.decode(name, "replace")
        b"\xff\xfe\x00\x80".decode(name, "replace")
    except (LookupError, ValueError, OverflowError, SystemError):
        return False
    return True


def _is_header_charset(name):
    """Say whether Python reads any encoded word with a charset."""
    try:
        # What a charset of several bytes, cut anywhere, cannot.
        return is_charset(name) and b"a".decode(name, "surrogateescape") == "a"
    except ValueError:
        return False


def find_charset(content):
    """Return the charset in which a text without one is most likely written.

    :param bytes content: of the text
    :rtype: str

    >>> find_charset("café".encode()), find_charset("café".encode("cp1252"))
    ('utf-8', 'cp1252')
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _repair_headers(part):
    """Repair the encoded words of headers, before anybody reads these."""

    def repair(match):
        charset, rest = match.groups()
        return match[0] if _is_header_charset(charset) else f"=?utf-8{rest}"

    headers = list(part.raw_items())
    repaired = [
        (name, ENCODED_WORD.sub(repair, value) if isinstance(value, str) else value)
        for name, value in headers
    ]
    if repaired == headers:
        return
    for name in {name for name, _value in headers}:
        del part[name]
    for name, value in repaired:
        part.set_raw(name, value)


def _repair_content(part):
    # As the standard library reads it, which refuses what is no name at all.
    charset = part.get_param("charset")
    if charset is None:
        return
    content = part.get_payload(decode=True) or b""
    if not isinstance(charset, str) or not is_charset(charset, content):
        # One that is there and empty is not replaced.
        part.del_param("charset")
        part.set_param("charset", find_charset(content))


def repair_nesting(message):
    """Lay flat the HTML of a mail that is nested deeper than anybody reads it.

    :param email.message.EmailMessage message: changed in place, with its parts
    """
    for part in message.walk():
        if part.get_content_type() != "text/html" or part.is_attachment():
            continue
        text = part.get_content()
        flat = make_shallow(text)
        if flat is not text:
            part.set_content(flat, subtype="html", charset="utf-8")


def repair_pictures(message):
    """Have the pictures of a mail found that it names without the ``cid:`` of RFC 2392.

    :param email.message.EmailMessage message: changed in place, with its parts
    """
    names = {
        str(part["Content-ID"]).strip("<> ")
        for part in message.walk()
        if part["Content-ID"]
    }
    if not names:
        return
    for part in message.walk():
        if part.get_content_type() != "text/html" or part.is_attachment():
            continue
        text = part.get_content()
        found = PICTURE_SOURCE.sub(
            lambda match: (
                f"{match[1]}cid:{match[2]}" if match[2] in names else match[0]
            ),
            text,
        )
        if found != text:
            part.set_content(found, subtype="html", charset="utf-8")


def make_shallow(text):
    """Return HTML that lxml reads without losing a word.

    :param str text: HTML
    :return: the same object where it is not nested too deep
    :rtype: str

    >>> make_shallow("<p>One</p>")
    '<p>One</p>'
    >>> deep = make_shallow("<div>" * 300 + "a<br>b" + "</div>" * 300 + "<p>c</p>")
    >>> deep.count("<div>"), deep.count("</div>"), deep.endswith("</div><p>c</p>")
    (40, 40, True)
    >>> html.fromstring(deep).text_content()
    'abc'
    """
    if _count_open(text) <= MAX_DEPTH // 5 or _measure_depth(text) <= MAX_DEPTH:
        return text
    stack, result, end = [], [], 0
    for match in TAG.finditer(text):
        closing, name, rest = match[1], match[2].lower(), match[3]
        if name in UNCOUNTED_TAGS or rest.endswith("/"):
            continue
        result.append(text[end : match.start()])
        end = match.end()
        if not closing:
            stack.append(name)
            is_kept = len(stack) <= KEPT_DEPTH
        elif stack and stack[-1] == name:
            is_kept = len(stack) <= KEPT_DEPTH
            stack.pop()
        else:
            is_kept = True  # ends nothing: lxml leaves it out
        if is_kept:
            result.append(match[0])
        elif name in BLOCKS:
            result.append("<br>")
    return "".join([*result, text[end:]])


def _count_open(text):
    """Return how many elements lie in each other at most, as far as tags tell."""
    depth = deepest = 0
    for match in TAG.finditer(text):
        if match[2].lower() not in UNCOUNTED_TAGS and not match[3].endswith("/"):
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _measure_depth(text):
    """Return how many elements lie in each other for the parser that cleans.

    It stops where it drops the rest.
    """
    try:
        root = html.document_fromstring(text)
    except (etree.ParserError, ValueError):
        return MAX_DEPTH + 1
    depth = deepest = 0
    for event, _node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
