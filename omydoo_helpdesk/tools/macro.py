# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Texts with placeholders: names of a closed list, never expressions."""

from markupsafe import Markup, escape

from odoo.tools.rendering_tools import parse_inline_template


def find_names(text):
    """Return what stands in the placeholders of a text, known or not.

    >>> find_names("<p>{{ customer }}, {{ due ||| soon }} {{ 1 + 1 }}</p>")
    ['customer', 'due', '1 + 1']

    :param str text: HTML
    :rtype: list[str]
    """
    return [name for _text, name, _default in parse_inline_template(text or "") if name]


def fill(text, values):
    """Return a text with the values of its placeholders, escaped.

    What has no value is replaced by what follows ``|||``, as in Odoo's own templates.

    >>> fill("<p>{{ customer }}: {{ due ||| soon }}</p>", {"customer": "A & B"})
    (Markup('<p>A &amp; B: soon</p>'), [])
    >>> fill("<p>{{ due }}.</p>", {"due": ""})
    (Markup('<p>.</p>'), ['due'])

    :param str text: HTML that is sanitised already
    :param dict values: by name, plain texts
    :return: HTML, and the names that have neither a value nor a text instead
    :rtype: tuple[Markup, list[str]]
    """
    parts, empty = [], []
    for literal, name, default in parse_inline_template(str(text or "")):
        # Sanitised already, with whatever is written between placeholders.
        parts.append(Markup(literal))  # noqa: S704
        if not name:
            continue
        value = values.get(name)
        if value:
            parts.append(escape(value))
        elif default:
            # A part of the text, as what stands around it.
            parts.append(Markup(default.strip()))  # noqa: S704
        else:
            empty.append(name)
    return Markup().join(parts), empty
