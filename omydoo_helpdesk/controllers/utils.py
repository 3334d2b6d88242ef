# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What several controllers do with a request."""

from odoo.http import SAFE_HTTP_METHODS, request


def format_size(env, size):
    """Return a number of bytes in megabytes, as the reader writes numbers.

    :param env: with the reader's language
    :param int size: bytes
    :rtype: str
    """
    number = env["res.lang"]._lang_get(env.lang).format("%.3g", size / 1024**2)
    return env._("%(number)s MB", number=number)


def reads_only(controller, rule, args):
    """Say whether a request only reads, so that a read replica can serve it.

    The value of ``readonly=`` for the routes of Odoo and OCA: one of them may only be
    made so by a function, and a method that changes something is never so.

    :rtype: bool
    """
    return request.httprequest.method in SAFE_HTTP_METHODS
