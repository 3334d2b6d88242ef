# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pages of the portal, as a browser has them: what it fills in, what it asks for."""

from lxml import html

from .databases import BenchError

THREAD_LIMIT = 30  # messages that the browser asks for at once


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


def get_thread_requests(response):
    """Return what a browser asks for at once, to show the conversation of a page.

    As portal_chatter_service.js of Odoo does where a page has no conversation in it.

    :param response: the page
    :return: addresses and parameters of JSON-RPC; none where the page asks for nothing
    :rtype: list[tuple[str, dict]]
    """
    thread = find_thread(response)
    if thread is None:
        return []
    parameters = {
        "thread_model": thread.get("data-res_model"),
        "thread_id": int(thread.get("data-res_id")),
        **get_secrets(thread),
    }
    fetched = {**parameters, "fetch_params": {"limit": THREAD_LIMIT}}
    return [("/portal/chatter_init", parameters), ("/mail/chatter_fetch", fetched)]


def find_thread(response):
    """Return where the browser puts the conversation of a page, or None."""
    page = html.fromstring(response.content)
    threads = page.xpath("//*[contains(@class, 'o_portal_chatter')]")
    return threads[0] if threads else None


def get_secrets(thread):
    """Return what shows that its page may be seen, of whoever came by a link."""
    return {
        name: thread.get(f"data-{name}")
        for name in ("token", "pid", "hash")
        if thread.get(f"data-{name}")
    }


def get_text(response):
    """Return what a page says."""
    return " ".join(html.fromstring(response.content).text_content().split())
