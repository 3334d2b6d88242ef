# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk that is read from outside into a file: what all ways of reading share.

What was read is written at once: cut off, the next run goes on after the last whole
line.
"""

import html
import json
import re

from . import desk_format
from .desk_format import SYSTEM
from .remote_rest import RestError

# Of a ticket, in bytes: what base64 makes of it is still a line.
MAX_FILES = 160 * 1024 * 1024
# After which it is enough, though something new was filed meanwhile
PASSES = 20
ID = re.compile(rb'\{"id": ("(?:[^"\\]|\\.)*")')
TAG = re.compile(r"<[^<>]*>")
# What HTML looks like that was escaped as a whole
ESCAPED = re.compile(r"&(?:lt|#60|#x3c);", re.IGNORECASE)


class DeskReader:
    """A desk that answers by REST.

    :param Rest rest: how it is asked
    :param tell: called with a sentence on what was left out
    """

    def __init__(self, rest, tell):
        self.rest = rest
        self.tell = tell
        self.cache = {}
        self.stages = []  # of the format
        self.room = 0  # for files of the ticket at hand, in bytes

    def close(self):
        """Say good-bye."""

    def read_tickets(self, known=()):
        """Return the tickets in the format.

        The list is read again until nothing in it is new: what is filed or deleted
        meanwhile moves the others from page to page.

        :param known: ids of those that were read before
        :rtype: Iterator[dict]
        """
        seen = {str(ticket_id) for ticket_id in known}
        for _number in range(PASSES):
            before = len(seen)
            for row in self._list_rows():
                if str(row["id"]) not in seen:
                    seen.add(str(row["id"]))
                    self.room = MAX_FILES
                    try:
                        ticket = self._map_ticket(row)
                    except (AttributeError, KeyError, TypeError, ValueError) as error:
                        raise RestError(
                            f"ticket {row['id']} is not answered as is documented: "
                            f"{error!r}"
                        ) from error
                    yield ticket
            if len(seen) == before:
                return

    def _list_rows(self):
        raise NotImplementedError

    def _map_ticket(self, row):
        raise NotImplementedError

    def _get_once(self, key, find):
        """Return what is looked up once: who somebody is, what something is called.

        :param tuple key: of what
        :param find: called with nothing
        """
        if key not in self.cache:
            self.cache[key] = find()
        return self.cache[key]

    def _read_file(self, ticket_id, name, path, **options):
        """Return what a file holds, or say why it was left out.

        :param ticket_id: whose it is
        :param str name: of the file
        :param str path: where it is
        :param options: of the request
        :rtype: Answer or None
        """
        try:
            answer = self.rest.get(path, limit=self.room, tries=3, **options)
        except RestError as error:
            if not error.status:
                raise
            reason = "it is too large" if error.status == 413 else str(error)
            self.tell(f"Ticket {ticket_id}: the file {name} was left out: {reason}")
            return None
        self.room -= len(answer.content)
        return answer

    def _name_links(self, at, links):
        """Return a note on tickets that are linked in a way that the format has not.

        :param datetime at: when
        :param list links: words and numbers
        :return: messages of the format
        :rtype: list
        """
        if not links:
            return []
        text = "; ".join(f"{word} {number}" for word, number in links)
        return [{"at": at, "kind": SYSTEM, "by": SYSTEM, "text": f"Linked – {text}"}]


def read_written(stream, source):
    """Return the ids of the tickets that an unfinished file has, and cut off the rest.

    :param stream: binary, to read and write; then at its end
    :param str source: of the desk that is read
    :return: ids; None if the file is to be begun
    :rtype: set[str] or None
    """
    stream.seek(0)
    known, end = None, 0
    for position, number, line in desk_format.read_lines(stream):
        if not line.endswith(b"\n"):
            break
        if number == 1:
            try:
                if desk_format.parse_header(line)["source"] != source:
                    break
            except desk_format.FormatError:
                break
            known = set()
        else:
            match = ID.match(line)
            if not match:
                break
            known.add(json.loads(match[1]))
        end = position + len(line)
    stream.seek(end)
    stream.truncate()
    return known


def strip_tags(body):
    """Return the words of HTML on one line.

    >>> strip_tags("<p>Looked at <b>it</b></p><p>twice &amp; again</p>")
    'Looked at it twice & again'
    """
    return " ".join(html.unescape(TAG.sub(" ", body)).split())


def unescape_html(body):
    """Return HTML that may have been escaped as a whole.

    >>> unescape_html("&lt;p&gt;a &amp;amp; b&lt;/p&gt;")
    '<p>a &amp; b</p>'
    >>> unescape_html("<p>1 &lt; 2</p>")
    '<p>1 &lt; 2</p>'
    """
    if "<" not in body and ESCAPED.search(body):
        return html.unescape(body)
    return body
