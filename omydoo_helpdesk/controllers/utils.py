# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What several controllers do with a request."""

from werkzeug.exceptions import RequestEntityTooLarge

from odoo.http import DEFAULT_MAX_CONTENT_LENGTH, SAFE_HTTP_METHODS, request


def format_size(env, size):
    """Return a number of bytes in megabytes, as the reader writes numbers.

    :param env: with the reader's language
    :param int size: bytes
    :rtype: str
    """
    return env["helpdesk.ticket"]._format_portal_size(size)


def reads_only(controller, rule, args):
    """Say whether a request only reads, so that a read replica can serve it.

    The value of ``readonly=`` for the routes of Odoo and OCA: one of them may only be
    made so by a function, and a method that changes something is never so.

    :rtype: bool
    """
    return request.httprequest.method in SAFE_HTTP_METHODS


def read_refused_form(error):
    """Return what was typed in a form that Odoo refuses before it is read, and why.

    :param error: the HTTP exception: too large a body, or an expired session
    :return: the parameters of the request, empty where it is too large even without
        its files, and for the field concerned what to tell
    :rtype: tuple[dict, dict[str, str]]
    """
    if isinstance(error, RequestEntityTooLarge):
        # Read the text nevertheless, up to a limit; files go to the disk and vanish
        # with the request.
        limit = request.httprequest.max_content_length
        request.httprequest.max_content_length = (
            limit or 0
        ) + DEFAULT_MAX_CONTENT_LENGTH
        errors = {
            "attachment": request.env._(
                "Your files are larger than %(size)s together: choose fewer or smaller "
                "ones. Your text was kept.",
                size=format_size(request.env, limit),
            )
        }
    else:
        errors = {
            "form": request.env._(
                "Your session had expired. Your text was kept: check it and send it "
                "again, with your files."
            )
        }
    try:
        params = request.get_http_params()
    except RequestEntityTooLarge:
        params = {}
    return params, errors
