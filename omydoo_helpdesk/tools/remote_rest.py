# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How a desk that answers by REST is asked: politely, and again if it was not heard.

With the standard library only. Nothing is written there. What is slow, full or away for
a moment is waited for, as long as it says itself; what is gone is told to be gone.
"""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .remote_odoo import TIMEOUT, RemoteError

TRIES = 7
MAX_WAIT = 120  # seconds, whatever it asks for
# What is worth asking again: too many requests, and what is away for a moment
PASSING = frozenset((429, 500, 502, 503, 504))
GONE = frozenset((404, 410))
REFUSED = frozenset((401, 403))
MAX_JSON = 64 * 1024 * 1024
GO_ON = "Run the same again: it goes on where it was."


class RestError(RemoteError):
    """What was answered instead of what was asked for.

    :param str text: in words
    :param int status: of HTTP; 0 if nothing was answered
    :param str code: as the other desk calls it, maybe empty
    """

    def __init__(self, text, status=0, code=""):
        super().__init__(text)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    content: bytes
    headers: object  # by name, in whichever case

    def parse(self):
        """Return what the JSON holds.

        :raise RestError: if it is none
        """
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise RestError(
                "what answers there is no such desk: it is no JSON"
            ) from error


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the key would go along."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


class Rest:
    """A site that answers by REST.

    :param str address: of the site, with what all paths begin with
    :param dict headers: of each request
    :param tell: called with a sentence on what is waited for
    """

    def __init__(self, address, headers, tell):
        if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
            raise RestError(f"{address} is no address of a site: it begins with https:")
        self.address = address.rstrip("/")
        self.headers = dict(headers)
        self.tell = tell
        self.opener = urllib.request.build_opener(_Stay)

    def get(self, path, limit=MAX_JSON, tries=TRIES, headers=None, **params):
        """Ask for something.

        :param str path: below the address
        :param int limit: in bytes
        :param int tries: after which it is given up
        :param dict headers: beside those of each request
        :param params: of the query
        :rtype: Answer
        :raise RestError: if it is refused, gone, too long, or never answered
        """
        url = f"{self.address}/{path}"
        if params:
            url = f"{url}?{urllib.parse.urlencode(params)}"
        return self._ask(path, url, limit, tries, headers or {})

    def post(self, path, values):
        """Say something of which nothing there is changed but our own session.

        :param str path: below the address
        :param dict values: to be sent as JSON
        :rtype: Answer
        :raise RestError: as ``get``
        """
        url = f"{self.address}/{path}"
        return self._ask(path, url, MAX_JSON, TRIES, {}, json.dumps(values).encode())

    def _ask(self, path, url, limit, tries, headers, data=None):
        for attempt in range(1, tries + 1):
            request = urllib.request.Request(
                url, data=data, headers={**self.headers, **headers}
            )
            asked = None
            try:
                with self.opener.open(request, timeout=TIMEOUT) as response:
                    content = response.read(limit + 1)
                    if len(content) > limit:
                        raise RestError(f"{path} is too long", 413)
                    return Answer(content, response.headers)
            except urllib.error.HTTPError as error:
                with error:
                    refusal = self._explain(path, error)
                if refusal.status not in PASSING:
                    raise refusal from error
                asked = error.headers.get("Retry-After")
            except (OSError, http.client.HTTPException) as error:
                refusal = RestError(
                    f"{self.address} was not reached: {_shorten(error)}"
                )
            if attempt < tries:
                wait = _get_wait(asked, attempt)
                self.tell(f"{refusal} Asked again in {wait:.0f} s.")
                time.sleep(wait)
        raise RestError(
            f"{refusal} Given up after {tries} tries. {GO_ON}",
            refusal.status,
            refusal.code,
        ) from None

    def _explain(self, path, error):
        """Return in words why something was refused."""
        code, words = _read_refusal(error)
        status = error.code
        if status in REFUSED:
            text = f"the key is not known there, or may not read {path}"
        elif status in GONE:
            text = f"{path} is not there"
        elif status == 429:
            text = "it asks not to be asked so often."
        elif 300 <= status < 400:
            place = urllib.parse.urlsplit(error.headers.get("Location", ""))
            text = (
                f"it answers from elsewhere: give the address "
                f"{place.scheme}://{place.netloc}"
            )
        else:
            text = f"{path} was answered by {status}."
        return RestError(": ".join(filter(None, (text, words))), status, code)


def _read_refusal(error):
    """Return what a refusal says: a code, and words."""
    try:
        body = json.loads(error.read(100_000))
    except (ValueError, OSError, http.client.HTTPException):
        return "", ""
    if isinstance(body, list) and body:
        # As GLPI does
        words = str(body[1]) if len(body) > 1 else ""
        return str(body[0]), (words or str(body[0]))[:300]
    if isinstance(body, dict):
        words = body.get("error_human") or body.get("error") or ""
        return "", str(words)[:300]
    return "", ""


def _get_wait(asked, attempt):
    """Return how long to wait, in seconds.

    :param str asked: what the header Retry-After says, if any
    :param int attempt: how many times it was tried

    >>> _get_wait("7", 1), _get_wait(None, 3), _get_wait("100000", 1)
    (7.0, 8.0, 120.0)
    >>> _get_wait("soon", 1)
    2.0
    """
    wait = _read_seconds(asked) if asked else None
    if wait is None:
        wait = 2.0**attempt
    return min(max(wait, 1.0), float(MAX_WAIT))


def _read_seconds(asked):
    """Return how many seconds from now a header means; None if it is neither."""
    try:
        return float(asked)
    except ValueError:
        try:
            moment = parsedate_to_datetime(asked)
            return (moment - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None


def _shorten(error):
    reason = getattr(error, "reason", None) or error
    return f"{str(reason).strip() or repr(reason)}."[:300]
