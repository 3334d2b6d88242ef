# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk in GLPI, read by the answers of its apirest.php into the format.

GLPI names no zone with its moments, and numbers where others have names. That a ticket
was taken into account is no answer to anybody, and is not made one here.
"""

import html
import re
from datetime import UTC, datetime

from .desk_format import CUSTOMER, DESK, NOTE, NOTICE, REPLY, SYSTEM
from .desk_reader import DeskReader, strip_tags, unescape_html
from .remote_rest import Rest, RestError
from .sla_clock import MET, MISSED, RESOLUTION

PAGE = 100
STATUSES = {
    1: "New",
    2: "Processing (assigned)",
    3: "Processing (planned)",
    4: "Pending",
    5: "Solved",
    6: "Closed",
}
PENDING, CLOSING = 4, (5, 6)
PRIORITIES = {
    1: "Very low",
    2: "Low",
    3: "Medium",
    4: "High",
    5: "Very high",
    6: "Major",
}
TYPES = {1: "Incident", 2: "Request"}
REQUESTER, ASSIGNED, OBSERVER = 1, 2, 3
DUPLICATE = 2
# Of this ticket, by whether it is named first
LINKS = {
    1: ("linked", "linked"),
    3: ("son of", "parent of"),
    4: ("parent of", "son of"),
}
ROOT = 0  # the entity of all entities, which is nobody's firm
ALL_ENTITIES = "all"
# By what a text shows a document
SHOWN = re.compile(
    r"[^\"'\s<>]*/front/document\.send\.php\?[^\"'\s<>]*?docid=(\d+)[^\"'\s<>]*"
)
MAX_WORDS = 500


class GlpiDesk(DeskReader):
    """The desk of a GLPI.

    :param str address: of the site, or of its apirest.php
    :param str key: the remote access key (user_token) of somebody
    :param tell: called with a sentence on what is waited for or left out
    :param zone: of the moments that it tells
    :param str app_key: the App-Token, if it asks for one
    """

    def __init__(self, address, key, tell, zone, app_key=""):
        address = address.rstrip("/")
        if ".php" not in address:
            address += "/apirest.php"
        headers = {"Content-Type": "application/json"}
        if app_key:
            headers["App-Token"] = app_key
        super().__init__(Rest(address, headers, tell), tell)
        self.zone = zone
        self.key = key
        self._open_session()
        self.stages = [
            {
                "name": name,
                "closed": status in CLOSING,
                "waits_for": CUSTOMER if status == PENDING else None,
            }
            for status, name in STATUSES.items()
        ]

    # === ASKING === #

    def _open_session(self):
        self.rest.headers.pop("Session-Token", None)
        answer = self.rest.get(
            "initSession", headers={"Authorization": f"user_token {self.key}"}
        ).parse()
        self.rest.headers["Session-Token"] = answer["session_token"]
        # What is seen is a matter of the session; what is there stays as it is.
        self.rest.post(
            "changeActiveEntities",
            {"entities_id": ALL_ENTITIES, "is_recursive": True},
        )

    def close(self):
        """End the session."""
        try:
            self.rest.get("killSession", tries=1)
        except RestError as error:
            self.tell(f"The session there was not ended: {error}")

    def _get(self, path, **params):
        """Ask, in a new session if the old one is over."""
        try:
            return self.rest.get(path, **params)
        except RestError as error:
            if error.code != "ERROR_SESSION_TOKEN_INVALID":
                raise
        self._open_session()
        return self.rest.get(path, **params)

    def _find(self, path, **params):
        """Return something that may be gone, or not be for these eyes.

        :return: what the JSON holds, or None
        """
        try:
            return self._get(path, **params).parse()
        except RestError as error:
            if error.status not in (401, 403, 404):
                raise
            return None

    def _list(self, path, **params):
        """Return all rows there are of something, range by range."""
        start = 0
        while True:
            try:
                answer = self._get(
                    path,
                    range=f"{start}-{start + PAGE - 1}",
                    order="ASC",
                    get_hateoas="false",
                    **params,
                )
            except RestError as error:
                if error.code == "ERROR_RANGE_EXCEED_TOTAL":
                    return
                raise
            rows = answer.parse()
            yield from rows
            start += PAGE
            total = answer.headers.get("Content-Range", "").rpartition("/")[2]
            if start >= int(total) if total.isdigit() else len(rows) < PAGE:
                return

    def _list_rows(self):
        yield from self._list("Ticket")
        yield from self._list("Ticket", is_deleted="true")

    def _list_belongings(self, kind, owner_id, model):
        """Return the rows that belong to something; none if it may not be read."""
        try:
            return list(self._list(f"{kind}/{int(owner_id)}/{model}"))
        except RestError as error:
            if error.status not in (401, 403, 404):
                raise
            key = ("unread", model)
            if key not in self.cache:
                self.cache[key] = True
                self.tell(f"{model} may not be read, and is left out: {error}")
            return []

    def _read_moment(self, value):
        """Return a moment in naive UTC; None if there is none."""
        if not value or value.startswith("0000"):
            return None
        moment = datetime.fromisoformat(value).replace(tzinfo=self.zone)
        return moment.astimezone(UTC).replace(tzinfo=None)

    # === TICKETS === #

    def _map_ticket(self, row):
        ticket_id = row["id"]
        company = self._name(row["entities_id"], "Entity", "name")
        people = self._read_people(ticket_id, company)
        by_role = {
            role: [person for kind, _user, person in people if kind == role]
            for role in (REQUESTER, ASSIGNED, OBSERVER)
        }
        desk_ids = {user for kind, user, _person in people if kind == ASSIGNED}
        customer_ids = {
            user for kind, user, _person in people if kind == REQUESTER
        } - desk_ids
        status = row["status"]
        closed = status in CLOSING
        customer = next(iter(by_role[REQUESTER]), {})
        documents = _Documents(self, ticket_id)
        messages = self._read_messages(row, company, customer_ids, documents)
        description = unescape_html(row["content"] or "")
        description, files = documents.show(description)
        files += [
            {
                **file,
                "by": CUSTOMER if item.get("users_id") in customer_ids else DESK,
            }
            for item, file in documents.take("Ticket", ticket_id)
        ]
        ticket = {
            "id": str(ticket_id),
            "number": str(ticket_id),
            "title": html.unescape(row["name"] or "") or f"#{ticket_id}",
            "description": description,
            "customer": customer,
            "followers": [person for _role, _user, person in people],
            "team": self._read_team(ticket_id),
            "stage": STATUSES.get(status, str(status)),
            "category": self._name(
                row["itilcategories_id"], "ITILCategory", "completename"
            ),
            "priority": PRIORITIES.get(row["priority"], str(row["priority"])),
            "channel": self._name(row.get("requesttypes_id"), "RequestType", "name"),
            "tags": [TYPES[row["type"]]] if row.get("type") in TYPES else [],
            "assignee": next(iter(by_role[ASSIGNED]), None),
            "filed_at": self._read_moment(row["date"]),
            "closed": closed,
            "archived": bool(row["is_deleted"]),
            "files": files,
            "messages": messages,
            "times": self._read_times(row, next(iter(by_role[ASSIGNED]), None)),
        }
        if closed:
            solved_at = self._read_moment(row["solvedate"])
            ticket["closed_at"] = solved_at or self._read_moment(row["closedate"])
            ticket["results"] = self._read_results(row, solved_at)
            ticket["ratings"] = self._read_ratings(ticket_id, customer)
        self._add_links(ticket)
        return ticket

    def _read_results(self, row, solved_at):
        """Return what GLPI shows of its promise to resolve, if there was one."""
        due_at = self._read_moment(row.get("time_to_resolve"))
        if not row.get("slas_id_ttr") or not due_at or not solved_at:
            return {}
        return {RESOLUTION: MET if solved_at <= due_at else MISSED}

    def _read_ratings(self, ticket_id, customer):
        rows = self._list_belongings("Ticket", ticket_id, "TicketSatisfaction")
        return [
            {
                "at": self._read_moment(row["date_answered"]),
                "value": row["satisfaction"],
                "text": html.unescape(row.get("comment") or ""),
                "by": customer,
            }
            for row in rows
            if row.get("date_answered") and row.get("satisfaction") is not None
        ]

    def _add_links(self, ticket):
        others = []
        rows = self._list_belongings("Ticket", ticket["id"], "Ticket_Ticket")
        for row in rows:
            first, second = str(row["tickets_id_1"]), str(row["tickets_id_2"])
            is_first = first == ticket["id"]
            other = second if is_first else first
            if row["link"] == DUPLICATE and is_first:
                ticket["duplicate_of"] = other
            elif row["link"] == DUPLICATE:
                others.append(("duplicated by", other))
            else:
                words = LINKS.get(row["link"], LINKS[1])
                others.append((words[0 if is_first else 1], other))
        ticket["messages"] += self._name_links(ticket["filed_at"], others)

    def _read_team(self, ticket_id):
        rows = self._list_belongings("Ticket", ticket_id, "Group_Ticket")
        ids = [row["groups_id"] for row in rows if row["type"] == ASSIGNED]
        return self._name(ids[0], "Group", "completename") if ids else None

    def _name(self, record_id, kind, field):
        """Return what something is called; None for what is nothing, or gone.

        :rtype: str or None
        """
        if not record_id or (kind == "Entity" and record_id == ROOT):
            return None

        def find():
            row = self._find(f"{kind}/{int(record_id)}") or {}
            return html.unescape(row.get(field) or row.get("name") or "") or None

        return self._get_once((kind, record_id), find)

    # === PEOPLE === #

    def _read_people(self, ticket_id, company):
        """Return who has to do with a ticket.

        :return: role, id of the user or 0, person of the format
        :rtype: list[tuple[int, int, dict]]
        """
        people = []
        for row in self._list_belongings("Ticket", ticket_id, "Ticket_User"):
            person = self._get_person(row["users_id"])
            address = row.get("alternative_email")
            if not person and address:
                person = {"name": address.partition("@")[0], "email": address}
            if person:
                if row["type"] != ASSIGNED and company:
                    person = {**person, "company": company}
                people.append((row["type"], row["users_id"], person))
        return people

    def _get_person(self, user_id):
        """Return who a user is, as the format names people.

        :rtype: dict
        """
        if not user_id:
            return {}
        return self._get_once(("User", user_id), lambda: self._find_person(user_id))

    def _find_person(self, user_id):
        user = self._find(f"User/{int(user_id)}")
        if not user:
            return {}
        rows = self._list_belongings("User", user_id, "UserEmail")
        rows.sort(key=lambda row: not row.get("is_default"))
        names = (user.get("firstname"), user.get("realname"))
        return {
            "name": html.unescape(" ".join(filter(None, names))) or user["name"],
            "email": next((row["email"] for row in rows), None),
            "phone": user.get("phone") or user.get("mobile"),
        }

    def _is_agent(self, user_id):
        """Return whether a user works at the desk: has a profile that is no customer's.

        :rtype: bool
        """

        def find():
            rows = self._list_belongings("User", user_id, "Profile_User")
            kinds = {
                self._name(row["profiles_id"], "Profile", "interface") for row in rows
            }
            # Who cannot be looked up was at least no requester.
            return not kinds or "central" in kinds

        return self._get_once(("agent", user_id), find)

    # === WHAT WAS WRITTEN === #

    def _read_messages(self, row, company, customer_ids, documents):
        messages = []
        for kind, moment in (
            ("ITILFollowup", "date"),
            ("TicketTask", "date"),
            ("ITILSolution", "date_creation"),
        ):
            for item in self._list_belongings("Ticket", row["id"], kind):
                user_id = item["users_id"]
                is_customer = user_id in customer_ids or (
                    user_id and kind == "ITILFollowup" and not self._is_agent(user_id)
                )
                who = CUSTOMER if is_customer else DESK if user_id else SYSTEM
                author = self._get_person(user_id)
                if is_customer and company:
                    author = {**author, "company": company}
                body, files = documents.show(unescape_html(item["content"] or ""))
                files += [file for _item, file in documents.take(kind, item["id"])]
                if body or files:
                    messages.append(
                        {
                            "id": f"{kind}-{item['id']}",
                            "at": self._read_moment(item[moment] or item["date_mod"]),
                            "kind": _get_kind(kind, who, item.get("is_private")),
                            "by": who,
                            "author": author,
                            "body": body,
                            "files": files,
                        }
                    )
        return sorted(messages, key=lambda message: message["at"])

    # === TIME === #

    def _read_times(self, row, assignee):
        """Return the time of the tasks; what the ticket has beyond, its assignee's."""
        times, seconds = [], 0
        for task in self._list_belongings("Ticket", row["id"], "TicketTask"):
            if not task["actiontime"]:
                continue
            seconds += task["actiontime"]
            author = self._get_person(task.get("users_id_tech") or task["users_id"])
            times.append(
                {
                    "id": str(task["id"]),
                    "on": (task.get("begin") or task["date"])[:10],
                    "hours": task["actiontime"] / 3600,
                    "by": author,
                    "text": strip_tags(unescape_html(task["content"] or ""))[
                        :MAX_WORDS
                    ],
                }
            )
        rest = (row["actiontime"] or 0) - seconds
        if rest > 0 and assignee:
            times.append(
                {
                    "id": "rest",
                    "on": (row["solvedate"] or row["date"])[:10],
                    "hours": rest / 3600,
                    "by": assignee,
                }
            )
        elif rest > 0:
            self.tell(
                f"Ticket {row['id']}: time of nobody was left out, {rest / 3600:.2f} h."
            )
        return times


class _Documents:
    """The files of a ticket, each taken once.

    :param GlpiDesk desk: where they are
    :param int ticket_id: whose they are
    """

    def __init__(self, desk, ticket_id):
        self.desk = desk
        self.ticket_id = ticket_id
        self.taken = set()

    def show(self, body):
        """Return HTML that names the files which it shows, and these files.

        :rtype: tuple[str, list[dict]]
        """
        ids = dict.fromkeys(int(number) for number in SHOWN.findall(body))
        files = [file for file in map(self._read, ids) if file]
        self.taken |= ids.keys()
        return SHOWN.sub(lambda match: f"cid:doc-{match[1]}", body), files

    def take(self, kind, owner_id):
        """Return the files of something that were not taken yet.

        :rtype: list[tuple[dict, dict]]
        """
        result = []
        for item in self.desk._list_belongings(kind, owner_id, "Document_Item"):
            document_id = item["documents_id"]
            if document_id in self.taken:
                continue
            self.taken.add(document_id)
            file = self._read(document_id)
            if file:
                result.append((item, file))
        return result

    def _read(self, document_id):
        path = f"Document/{document_id}"
        about = self.desk._find(path)
        if about is None:
            self.desk.tell(
                f"Ticket {self.ticket_id}: the file {document_id} was left out: "
                "it is not there, or may not be read"
            )
            return None
        name = html.unescape(about.get("filename") or about.get("name") or path)
        answer = self.desk._read_file(
            self.ticket_id, name, path, headers={"Accept": "application/octet-stream"}
        )
        return answer and {
            "id": f"doc-{document_id}",
            "name": name,
            "type": about.get("mime"),
            "data": answer.content,
        }


def _get_kind(kind, who, is_private):
    if who == SYSTEM:
        return SYSTEM if is_private else NOTICE
    if is_private:
        return NOTE
    # What the desk does is shown to the customer, and is no answer.
    return NOTICE if kind == "TicketTask" else REPLY
