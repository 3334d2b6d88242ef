# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fields that other addons add to the base's form for a new ticket.

Our form takes the place of the base's. What other addons put into the base's, by its
template, is looked for there and shown in ours.
"""

from copy import deepcopy

from lxml import etree, html

PRIORITY = "priority"

CONTROLS = "input select textarea".split()
# What the base makes two columns with.
LAYOUT = ("form-group", "control-label")


def find_guests(form, known):
    """Return the parts of a form that hold none of the known fields.

    :param form: element of the form, as in a template: fields may depend on a ``t-if``
    :param known: names of the fields that are no guests
    :return: copies of the largest elements that hold guests only, in the page's order
    :rtype: list[etree._Element]
    """
    parts = []
    for control in form.iter(*CONTROLS):
        if _is_guest(control, known):
            part = control
            while part.getparent() is not form and _holds_guests_only(
                part.getparent(), known
            ):
                part = part.getparent()
            if not any(part in found.iter() for found in parts):
                parts.append(part)
    return [_restyle(deepcopy(part)) for part in parts]


def _is_guest(control, known):
    # Neither what has no name nor what sends the form.
    return control.get("name") not in {None, *known} and control.get("type") != "submit"


def _holds_guests_only(element, known):
    named = [control for control in element.iter(*CONTROLS) if control.get("name")]
    return all(_is_guest(control, known) for control in named)


def _restyle(part):
    """Give a part of the base's form the looks of ours: labels above their fields."""
    part.tail = None
    for element in part.iter(etree.Element):
        classes = [
            name
            for name in element.get("class", "").split()
            if not name.startswith("col-") and name not in LAYOUT
        ]
        if element.tag == "label":
            classes.append("form-label")
        if element.tag == "select":
            classes = [name for name in classes if name != "form-control"]
            classes.append("form-select")
        if classes:
            element.set("class", " ".join(classes))
        else:
            element.attrib.pop("class", None)
    part.set("class", f"{part.get('class', '')} mb-3".strip())
    return part


def fill_guests(text, typed):
    """Return the HTML of guests with what was typed in them.

    :param str text: HTML of the rendered parts
    :param dict typed: for each name what was sent, anything
    :rtype: str
    """
    root = html.fragment_fromstring(text, create_parent="div")
    for control in root.iter(*CONTROLS):
        value = typed.get(control.get("name"))
        if isinstance(value, str):
            _fill(control, value)
    inner = html.tostring(root, encoding="unicode", with_tail=False)
    return inner.removeprefix("<div>").removesuffix("</div>")


def _fill(control, value):
    kind = control.get("type")
    if control.tag == "select":
        for option in control.iter("option"):
            option.attrib.pop("selected", None)
            if option.get("value") == value:
                option.set("selected", "selected")
    elif control.tag == "textarea":
        control.text = value
    elif kind in ("checkbox", "radio"):
        control.attrib.pop("checked", None)
        if control.get("value", "on") == value:
            control.set("checked", "checked")
    elif kind not in ("file", "hidden", "password"):
        control.set("value", value)
