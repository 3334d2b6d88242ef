# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a browser loads with a page for the first time: its scripts and styles."""

import gzip

from lxml import html

from .databases import BenchError

# Scripts that are read once the page stands have their address in another attribute.
SCRIPTS = "//script/@src | //script/@data-src"
STYLES = "//link[@rel='stylesheet']/@href"
LEVEL = 6  # of gzip, as a proxy's


def weigh_page(session, url, path):
    """Return how much is loaded with a page, but the page itself.

    :param session: of requests
    :param str url: of the server
    :param str path: of the page
    :rtype: dict
    """
    page = html.fromstring(_get(session, url + path))
    addresses = {"js": page.xpath(SCRIPTS), "css": page.xpath(STYLES)}
    return _weigh(session, url, addresses)


def weigh_bundle(session, url, bundle):
    """Return how much a bundle is, as the client asks for it when it needs it.

    :param str bundle: its name
    :rtype: dict
    """
    response = session.get(f"{url}/web/bundle/{bundle}", timeout=300)
    addresses = {"js": [], "css": []}
    for file in response.json():
        kind = "js" if file["type"] == "script" else "css"
        addresses[kind].append(file["src"])
    return _weigh(session, url, addresses)


def _weigh(session, url, addresses):
    """Return ``files``, their number; bytes of ``js`` and of ``css``; and ``amount``,
    bytes of both as they are sent, each file compressed."""
    figures = {"files": 0, "amount": 0}
    for kind, found in addresses.items():
        ours = {address for address in found if address.startswith("/")}
        contents = [_get(session, url + address) for address in sorted(ours)]
        figures["files"] += len(contents)
        figures[kind] = sum(map(len, contents))
        figures["amount"] += sum(
            len(gzip.compress(content, LEVEL)) for content in contents
        )
    return figures


def _get(session, address):
    response = session.get(address, timeout=300)
    if response.status_code != 200:
        raise BenchError(f"{address}: {response.status_code}")
    return response.content
