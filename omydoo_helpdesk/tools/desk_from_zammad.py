# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk in Zammad, read by its documented REST answers into the format.

Zammad says of a promise by how many minutes it was kept or missed; where it says
nothing, nothing is claimed here.
"""

import re
from datetime import UTC, datetime
from email.utils import parseaddr

from .desk_format import CUSTOMER, DESK, NOTE, NOTICE, REPLY, SYSTEM
from .desk_reader import DeskReader
from .remote_rest import Rest, RestError
from .sla_clock import MET, MISSED, RESOLUTION, RESPONSE

PAGE = 100
NOBODY = 1  # the user «-», who is the system and owns what nobody owns
# What kind of state it is, where it is not named
STATE_TYPES = {
    1: "new",
    2: "open",
    3: "pending reminder",
    4: "pending action",
    5: "closed",
    6: "merged",
    7: "removed",
}
CLOSED, MERGED, REMOVED, REMINDER = "closed", "merged", "removed", "pending reminder"
CLOSING = (CLOSED, MERGED, REMOVED)
SENDERS = {"Customer": CUSTOMER, "Agent": DESK, "System": SYSTEM}
EMAIL = "email"
# Articles that are no word to the customer for Zammad, be they public
NO_CHANNEL = "note"
# By which customers write themselves: what came otherwise, an agent typed in
BY_THEMSELVES = (EMAIL, "web", "chat", "sms")
# A place in the order of the list, as «2 normal» has it
RANK = re.compile(r"^\d+\s+(?=\S)")
# By what a text shows a file of its article
SHOWN = re.compile(
    r"(?:https?://[^/\"']+)?/api/v1/ticket_attachment/(\d+)/(\d+)/(\d+)[^\"'\s<>]*"
)


class ZammadDesk(DeskReader):
    """The desk of a Zammad.

    :param str address: of the site
    :param str key: a token of somebody who may read all groups
    :param tell: called with a sentence on what is waited for or left out
    :param float unit: how many minutes a unit of its time accounting is, if known
    :param zone: of the days on which time was spent
    """

    def __init__(self, address, key, tell, unit=None, zone=UTC):
        super().__init__(
            Rest(
                f"{address.rstrip('/')}/api/v1",
                {"Authorization": f"Token token={key}", "Accept": "application/json"},
                tell,
            ),
            tell,
        )
        self.unit = unit
        self.zone = zone
        self.states = {state["id"]: state for state in self._list("ticket_states")}
        for state in self.states.values():
            state.setdefault("state_type", STATE_TYPES.get(state["state_type_id"]))
        self.stages = [
            {
                "name": state["name"],
                "closed": state["state_type"] in CLOSING,
                "dismisses": state["state_type"] in (MERGED, REMOVED),
                "waits_for": CUSTOMER if self._is_waiting(state) else None,
            }
            for state in self.states.values()
        ]

    # === ASKING === #

    def _list(self, path, **params):
        """Return all there is of something, page by page, as long as there is any."""
        page = 1
        while True:
            rows = self.rest.get(
                path, page=page, per_page=PAGE, expand="true", **params
            ).parse()
            yield from rows
            # Some lists have one page only, whatever is asked for.
            if len(rows) < PAGE:
                return
            page += 1

    def _list_rows(self):
        return self._list("tickets")

    def _find(self, path, **params):
        """Return something that may be gone.

        :return: what the JSON holds, or None
        """
        try:
            return self.rest.get(path, **params).parse()
        except RestError as error:
            if error.status not in (403, 404):
                raise
            return None

    def _is_waiting(self, state):
        """Return whether the clock stops in an open state."""
        return bool(state["ignore_escalation"]) and state["state_type"] not in CLOSING

    # === TICKETS === #

    def _map_ticket(self, row):
        state = self.states.get(row["state_id"]) or {
            "name": row.get("state"),
            "state_type": "open",
        }
        closed = state["state_type"] in CLOSING
        customer = self._get_person(row["customer_id"])
        ticket = {
            "id": str(row["id"]),
            "number": row["number"],
            "title": row["title"] or f"#{row['number']}",
            "customer": customer,
            "team": row["group"],
            "stage": state["name"],
            "priority": RANK.sub("", row["priority"] or ""),
            "filed_at": _read_moment(row["created_at"]),
            "answered_at": _read_moment(row["first_response_at"]),
            "assigned_at": _read_moment(row["last_owner_update_at"]),
            "closed": closed,
            "archived": state["state_type"] == REMOVED,
            "tags": self.rest.get("tags", object="Ticket", o_id=row["id"])
            .parse()
            .get("tags"),
            "results": self._read_results(row, closed),
            "times": self._read_times(row),
        }
        if closed:
            closed_at = row.get("last_close_at") or row["close_at"]
            ticket["closed_at"] = _read_moment(closed_at)
        if state["state_type"] == REMINDER:
            ticket["hold"] = {
                "reason": CUSTOMER,
                "until": _read_moment(row["pending_time"]),
            }
        if row["owner_id"] != NOBODY:
            ticket["assignee"] = self._get_person(row["owner_id"])
        channel = row.get("create_article_type")
        if channel != NO_CHANNEL:
            ticket["channel"] = channel
        self._add_articles(row, ticket, customer)
        self._add_links(row, ticket, state["state_type"] == MERGED)
        return ticket

    def _read_results(self, row, closed):
        """Return what Zammad says of its promises: minutes left, or missing."""
        left = {
            RESPONSE: row["first_response_diff_in_min"],
            RESOLUTION: row["close_diff_in_min"] if closed else None,
        }
        return {
            clock: MET if minutes >= 0 else MISSED
            for clock, minutes in left.items()
            if minutes is not None
        }

    def _get_person(self, user_id):
        """Return who a user is, as the format names people; nobody if they are gone.

        :rtype: dict
        """
        if not user_id or user_id == NOBODY:
            return {}
        return self._get_once(("user", user_id), lambda: self._find_person(user_id))

    def _find_person(self, user_id):
        user = self._find(f"users/{int(user_id)}", expand="true") or {}
        names = (user.get("firstname"), user.get("lastname"))
        return {
            "name": " ".join(filter(None, names)) or user.get("login"),
            "email": user.get("email"),
            "company": user.get("organization"),
            "phone": user.get("phone") or user.get("mobile"),
        }

    def _read_times(self, row):
        if not row.get("ticket_time_accounting_ids") and not row.get("time_unit"):
            return []
        times = []
        found = self._find(f"tickets/{row['id']}/time_accountings")
        if found is None:
            self.tell(f"Ticket {row['id']}: its time may not be read.")
        for entry in found or ():
            if not self.unit:
                raise RestError(
                    "there is time on tickets: say how many minutes a unit of it is, "
                    "by --minutes"
                )
            moment = datetime.fromisoformat(entry["created_at"]).astimezone(self.zone)
            times.append(
                {
                    "id": str(entry["id"]),
                    "on": moment.date(),
                    "hours": float(entry["time_unit"]) * self.unit / 60,
                    "by": self._get_person(entry["created_by_id"]),
                }
            )
        return times

    def _add_links(self, row, ticket, is_merged):
        """Add what a ticket is linked with; of a merged one, into which it went."""
        answer = self.rest.get(
            "links", link_object="Ticket", link_object_value=row["id"]
        ).parse()
        others = []
        known = answer.get("assets", {}).get("Ticket", {})
        for link in answer["links"]:
            other = str(link["link_object_value"])
            if is_merged and link["link_type"] == "parent":
                ticket["duplicate_of"] = other
            else:
                number = known.get(other, {}).get("number") or other
                others.append((link["link_type"], number))
        ticket["messages"] += self._name_links(ticket["filed_at"], others)

    # === ARTICLES === #

    def _add_articles(self, row, ticket, customer):
        """Add what was written: first the request, then the rest."""
        articles = self.rest.get(
            f"ticket_articles/by_ticket/{row['id']}", expand="true"
        ).parse()
        ticket["messages"] = messages = []
        articles.sort(key=lambda article: article["id"])
        for index, article in enumerate(articles):
            if "attachments" not in article:
                article = self.rest.get(
                    f"ticket_articles/{article['id']}", expand="true"
                ).parse()
            message = self._map_article(article, row)
            if index == 0 and message["kind"] == REPLY and message["by"] == CUSTOMER:
                for key, name in (("body", "description"), ("text", "text")):
                    ticket[name] = message.get(key)
                # A mail stays in the thread, by which answers to it are known.
                if message["by_mail"] or message["author"] != customer:
                    shown = [
                        file
                        for file in message["files"]
                        if f"cid:{file['id']}" in (message.get("body") or "")
                    ]
                    ticket["files"] = [{**file, "by": CUSTOMER} for file in shown]
                else:
                    ticket["files"] = [
                        {**file, "by": CUSTOMER} for file in message["files"]
                    ]
                    continue
            messages.append(message)

    def _map_article(self, article, row):
        who = SENDERS.get(article["sender"], SYSTEM)
        form = article["type"]
        if who == SYSTEM:
            kind = SYSTEM if article["internal"] else NOTICE
        elif article["internal"]:
            kind = NOTE
        elif who == DESK and form == NO_CHANNEL:
            # Public, and no answer: nobody was written to.
            kind = NOTICE
        else:
            kind = REPLY
        body = article["body"] or ""
        files = self._read_attachments(article)
        message = {
            "id": str(article["id"]),
            "at": _read_moment(article["created_at"]),
            "kind": kind,
            "by": who,
            "author": {} if who == SYSTEM else self._find_author(article, who, row),
            "by_mail": form == EMAIL,
            "message_id": article.get("message_id"),
            "subject": article.get("subject"),
        }
        if article["content_type"] == "text/plain":
            message["text"] = body
        else:
            message["body"], shown = self._take_shown(article, body)
            files += shown
        return {**message, "files": files}

    def _find_author(self, article, who, row):
        user_id = article.get("origin_by_id")
        if not user_id and (who == DESK or article["type"] in BY_THEMSELVES):
            user_id = article["created_by_id"]
        person = self._get_person(user_id or row["customer_id"])
        if not person or not any(person.values()):
            name, address = parseaddr(article.get("from") or "")
            return {"name": name, "email": address}
        return person

    def _read_attachments(self, article):
        files = []
        for item in article.get("attachments") or ():
            about = item.get("preferences") or {}
            path = (
                f"ticket_attachment/{article['ticket_id']}/{article['id']}/{item['id']}"
            )
            answer = self._read_file(article["ticket_id"], item["filename"], path)
            if answer:
                files.append(
                    {
                        "id": (about.get("Content-ID") or str(item["id"])).strip("<>"),
                        "name": item["filename"],
                        "type": about.get("Mime-Type") or about.get("Content-Type"),
                        "data": answer.content,
                    }
                )
        return files

    def _take_shown(self, article, body):
        """Return HTML that names the files which it shows, and these files."""
        files = {}

        def take(match):
            name = match[3]
            if name not in files:
                path = f"ticket_attachment/{match[1]}/{match[2]}/{name}"
                answer = self._read_file(article["ticket_id"], path, path)
                kind = answer and answer.headers.get("Content-Type", "").split(";")[0]
                files[name] = answer and {
                    "id": name,
                    "name": f"picture-{name}.{(kind or 'image/png').split('/')[-1]}",
                    "type": kind,
                    "data": answer.content,
                }
            return f"cid:{name}"

        body = SHOWN.sub(take, body)
        return body, [file for file in files.values() if file]


def _read_moment(value):
    """Return a moment of Zammad's, in naive UTC; None if there is none.

    >>> str(_read_moment("2021-11-03T11:51:13.790Z"))
    '2021-11-03 11:51:13'
    """
    if not value:
        return None
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment.replace(tzinfo=None, microsecond=0)
