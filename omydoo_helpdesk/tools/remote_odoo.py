# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How another Odoo is asked: by XML-RPC up to 18, by JSON-2 from 19 on.

With the standard library only, and with the rights of whoever's key it is. Nothing is
written there.
"""

import json
import urllib.error
import urllib.request
import xmlrpc.client

TIMEOUT = 120  # seconds
# What may be asked: nothing that writes
METHODS = frozenset(("fields_get", "search_read"))


class RemoteError(Exception):
    """What the other Odoo answered instead, or why it was not reached."""


class XmlRpc:
    """An Odoo of 16 to 18.

    :param str address: of the site
    :param str database: there
    :param str user: login there
    :param str key: an API key, or the password
    """

    def __init__(self, address, database, user, key):
        self.database, self.key = database, key
        address = address.rstrip("/")
        common = xmlrpc.client.ServerProxy(f"{address}/xmlrpc/2/common")
        self.models = xmlrpc.client.ServerProxy(
            f"{address}/xmlrpc/2/object", allow_none=True
        )
        try:
            self.user_id = common.authenticate(database, user, key, {})
        except (OSError, xmlrpc.client.Error) as error:
            raise RemoteError(_shorten(error)) from error
        if not self.user_id:
            raise RemoteError("the user or the key is not known there")

    def __call__(self, model, method, **arguments):
        _check(method)
        try:
            return self.models.execute_kw(
                self.database, self.user_id, self.key, model, method, [], arguments
            )
        except (OSError, xmlrpc.client.Error) as error:
            raise RemoteError(_shorten(error)) from error


class Json2:
    """An Odoo of 19 or later.

    :param str address: of the site
    :param str database: there
    :param str user: not needed: a key is somebody's
    :param str key: an API key
    """

    def __init__(self, address, database, user, key):
        self.address = address.rstrip("/")
        self.headers = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json",
            "X-Odoo-Database": database,
        }

    def __call__(self, model, method, **arguments):
        _check(method)
        request = urllib.request.Request(
            f"{self.address}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers=self.headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return json.load(response)
        except (OSError, ValueError) as error:
            raise RemoteError(_shorten(error)) from error


WAYS = {"xmlrpc": XmlRpc, "json2": Json2}


def _check(method):
    if method not in METHODS:
        raise RemoteError(f"{method} is not asked of another Odoo")


def _shorten(error):
    text = getattr(error, "faultString", None) or str(error)
    return text.strip().splitlines()[-1][:300] if text.strip() else repr(error)
