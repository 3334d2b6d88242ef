# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keeps what opens a ticket out of the log of requests.

A link in a mail opens a ticket to who has no account. The server logs the address of
each request, and more people read logs than tickets.
"""

import logging
import re

SECRET = re.compile(
    r"""
    ((?:[?&]|%3F|%26)(?:access_token|hash)(?:=|%3D))[^&\s"\#%]+
    | (/my/ticket/\d+/)[^/?\s"]+
    """,
    re.VERBOSE | re.IGNORECASE,
)
HIDDEN = "***"


def hide_secrets(text):
    """Return a text without the tokens in the addresses it contains.

    :param text: anything; what is not a text is returned as it is
    """
    if not isinstance(text, str):
        return text
    return SECRET.sub(lambda match: (match[1] or match[2]) + HIDDEN, text)


class SecretFilter(logging.Filter):
    """Hides tokens in each line of a log; lets every line through."""

    def filter(self, record):
        record.msg = hide_secrets(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(hide_secrets, record.args))
        return True


logging.getLogger("werkzeug").addFilter(SecretFilter())
