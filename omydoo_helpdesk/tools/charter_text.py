# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The charter as plain text: pure functions, without the ORM.

What a customer accepts is proved by the hash of a text. That text must come out the
same in years, whatever becomes of the editor's markup: it is plain, one line for each
paragraph or item, and anybody can check its hash with a tool of their own.
"""

import hashlib
import re
from difflib import SequenceMatcher
from typing import NamedTuple

from lxml import html
from markupsafe import Markup

BLOCKS = frozenset(
    "address article aside blockquote caption dd div dl dt figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot "
    "thead tr ul".split()
)
# Not the non-breaking space of French punctuation.
SPACES = re.compile(r"[ \t\r\n\f\v]+")
TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
EQUAL, ADDED, REMOVED, CHANGED = "equal", "added", "removed", "changed"
# Lines that share less than this are another line, not the same one changed.
ALIKE = 0.4


class Section(NamedTuple):
    kind: str
    title: str
    lines: list


class Line(NamedTuple):
    status: str
    # pairs of "equal", "added" or "removed" and a text
    parts: list


class Change(NamedTuple):
    status: str
    kind: str
    title: list
    lines: list


class _Writer:
    """Collects the lines of a document."""

    def __init__(self):
        self.lines = []
        self.current = ""
        self.prefix = ""

    def write(self, text):  # pylint: disable=method-required-super
        self.current += text or ""

    def end_line(self):
        line = SPACES.sub(" ", self.current).strip(" ")
        if line:
            self.lines.append(self.prefix + line)
            self.prefix = ""
        self.current = ""


def to_lines(body):
    """Return the text of a piece of HTML, a line for each paragraph, item or row.

    >>> to_lines("<p>Read <b>this</b>:</p><ul><li>one</li><li><p>two</p></li></ul>")
    ['Read this:', '- one', '- two']
    >>> to_lines('<ol><li>See <a href="https://a.example">here</a><br/>now</li></ol>')
    ['1. See here (https://a.example)', 'now']
    >>> to_lines("<table><tr><th>High</th><td>4 h</td></tr></table>")
    ['High | 4 h']
    >>> to_lines("") + to_lines("<p> <br/></p>")
    []

    :param str body: HTML, as the editor saves it
    :rtype: list[str]
    """
    if not body or not str(body).strip():
        return []
    writer = _Writer()
    _write_children(html.fragment_fromstring(str(body), create_parent="div"), writer)
    writer.end_line()
    return writer.lines


def _write_children(node, writer):
    writer.write(node.text)
    number = 0
    for child in node:
        # Comments and the like have no text of their own.
        if isinstance(child.tag, str):
            if child.tag == "li":
                number += 1
            _write_element(child, number, writer)
        writer.write(child.tail)


def _write_element(node, number, writer):
    if node.tag in ("script", "style"):
        return
    if node.tag in BLOCKS or node.tag == "br":
        writer.end_line()
    if node.tag == "li":
        parent = node.getparent()
        writer.prefix = f"{number}. " if parent.tag == "ol" else "- "
    elif node.tag in ("td", "th") and node.getprevious() is not None:
        writer.write(" | ")
    elif node.tag == "img":
        writer.write(node.get("alt"))
    _write_children(node, writer)
    if node.tag == "a":
        address = (node.get("href") or "").strip()
        if address and address != node.text_content().strip():
            writer.write(f" ({address})")
    if node.tag in BLOCKS:
        writer.end_line()
        writer.prefix = ""


def to_text(title, sections):
    """Return the whole charter as the text that is hashed.

    >>> to_text("Charter", [Section("scope", "Scope", ["a", "b"])])
    'Charter\\n\\nScope\\na\\nb\\n'

    :param str title: of the charter
    :param list[Section] sections: in order
    :rtype: str
    """
    parts = [[title], *([section.title, *section.lines] for section in sections)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def get_hash(text):
    """Return the SHA-256 of a text in UTF-8, in hexadecimal.

    :param str text: of the charter
    :rtype: str
    """
    return hashlib.sha256(text.encode()).hexdigest()


def compare(old, new):
    """Return what changed from one version to another, section by section.

    >>> old = [Section("scope", "Scope", ["Answer in 24 h", "Same"])]
    >>> new = [Section("scope", "Scope", ["Answer in 48 h", "Same"])]
    >>> compare(old, new)[0].lines[0].parts
    [('equal', 'Answer in '), ('removed', '24'), ('added', '48'), ('equal', ' h')]
    >>> compare(old, old)
    []

    :param list[Section] old: the sections of the earlier version
    :param list[Section] new: those of the later one
    :return: added and changed sections in the order of the later version, then removed
        ones
    :rtype: list[Change]
    """
    changes = []
    partners = _pair_sections(old, new)
    for index, section in enumerate(new):
        before = partners.get(index)
        if before is None:
            changes.append(_whole(ADDED, section))
        elif before != section:
            changes.append(
                Change(
                    CHANGED,
                    section.kind,
                    _compare_words(before.title, section.title),
                    _compare_lines(before.lines, section.lines),
                )
            )
    kept = {id(section) for section in partners.values()}
    return changes + [_whole(REMOVED, gone) for gone in old if id(gone) not in kept]


def _whole(status, section):
    return Change(
        status,
        section.kind,
        [(status, section.title)],
        [Line(status, [(status, line)]) for line in section.lines],
    )


def _pair_sections(old, new):
    """Return for the index of each later section the earlier one that it replaces.

    The same kind and title first, then the same kind in order.
    """
    partners = {}
    left = list(old)
    for key in (lambda s: (s.kind, s.title), lambda s: s.kind):
        for index, section in enumerate(new):
            if index in partners:
                continue
            match = next((s for s in left if key(s) == key(section)), None)
            if match is not None:
                partners[index] = match
                left = [s for s in left if s is not match]
    return partners


def _compare_lines(old, new):
    """Return the lines that changed; those that did not are left out."""
    lines = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            lines += _compare_block(old[i1:i2], new[j1:j2])
    return lines


def _compare_block(old, new):
    lines = []
    left = list(old)
    for line in new:
        match = max(left, key=lambda other: _ratio(other, line), default=None)
        if match is not None and _ratio(match, line) >= ALIKE:
            # What stood before it, and has no successor, goes before it.
            position = left.index(match)
            lines += [Line(REMOVED, [(REMOVED, gone)]) for gone in left[:position]]
            left = left[position + 1 :]
            lines.append(Line(CHANGED, _compare_words(match, line)))
        else:
            lines.append(Line(ADDED, [(ADDED, line)]))
    return lines + [Line(REMOVED, [(REMOVED, gone)]) for gone in left]


def _ratio(old, new):
    words = (TOKENS.findall(text) for text in (old, new))
    return SequenceMatcher(None, *words, autojunk=False).ratio()


def _compare_words(old, new):
    """Return the parts of a line that stayed, were removed and were added.

    A lone space between two changes goes with them: a changed phrase reads as one.
    """
    a, b = TOKENS.findall(old), TOKENS.findall(new)
    runs = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, a, b, autojunk=False
    ).get_opcodes():
        removed, added = "".join(a[i1:i2]), "".join(b[j1:j2])
        runs.append([tag == "equal", removed, added])
    merged = []
    for index, run in enumerate(runs):
        inside = 0 < index < len(runs) - 1
        if run[0] and inside and not run[1].strip():
            run = [False, run[1], run[2]]
        if merged and merged[-1][0] == run[0]:
            merged[-1][1] += run[1]
            merged[-1][2] += run[2]
        else:
            merged.append(list(run))
    parts = []
    for is_equal, removed, added in merged:
        if is_equal:
            parts.append((EQUAL, added))
        else:
            parts += [
                (status, text)
                for status, text in ((REMOVED, removed), (ADDED, added))
                if text
            ]
    return parts


def to_markup(parts, labels):
    """Return a line with its changes marked, not by colour only.

    >>> print(to_markup([("equal", "in "), ("added", "<4> h")], {"added": "Added:"}))
    in <ins><span class="visually-hidden">Added: </span>&lt;4&gt; h</ins>

    :param list parts: pairs of a status and a text
    :param dict labels: for "added" and "removed", what a screen reader says
    :rtype: markupsafe.Markup
    """
    marks = {
        EQUAL: Markup("%(text)s"),
        ADDED: Markup(
            '<ins><span class="visually-hidden">%(label)s </span>%(text)s</ins>'
        ),
        REMOVED: Markup(
            '<del><span class="visually-hidden">%(label)s </span>%(text)s</del>'
        ),
    }
    return Markup("").join(
        marks[status] % {"text": text, "label": labels.get(status, "")}
        for status, text in parts
    )
