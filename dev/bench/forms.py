# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Forms of the portal, filled in as by a browser."""

from lxml import html

from .databases import BenchError


def fill_in(response, action="/submitted/ticket"):
    """Return what a browser sends from a form, with what has to be chosen.

    :param response: the page
    :param str action: what the address has in it that the form is sent to
    :rtype: dict
    :raise BenchError: if the page has no such form
    """
    form = find_form(response, action)
    if form is None:
        raise BenchError(f"No form: {response.status_code} {get_text(response)}")
    values = dict(form.form_values())
    for field in form.xpath(".//input[@type='radio' or @type='checkbox']"):
        if field.get("required") or field.get("name") == "category":
            values.setdefault(field.get("name"), field.get("value") or "on")
    for field in form.xpath(".//select[@required]"):
        options = [value for value in field.value_options if value]
        if options and not values.get(field.get("name")):
            values[field.get("name")] = options[0]
    return values


def find_form(response, action):
    """Return the first form that is sent to an address, or None."""
    page = html.fromstring(response.content)
    forms = page.xpath("//form[contains(@action, $action)]", action=action)
    return forms[0] if forms else None


def get_text(response):
    """Return what a page says."""
    return " ".join(html.fromstring(response.content).text_content().split())
