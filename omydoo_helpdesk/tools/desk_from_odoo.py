# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk in another Odoo, read from outside into the format in which desks move.

Of OCA's helpdesk_mgmt (16 to 19, with or without our addon) and of Odoo's own Helpdesk,
which call many things otherwise: each key has the names of fields that may hold it,
and the other Odoo says which there are. How it is asked is for ``remote_odoo`` to know;
here is only ``call(model, method, **arguments)``, which returns what JSON can hold.
"""

from collections import defaultdict

from .desk_format import CUSTOMER, DESK, NOTE, NOTICE, REPLY, SYSTEM
from .sla_clock import MET, MISSED, RESOLUTION

TICKETS = "helpdesk.ticket"
BATCH = 50
# By key of the format, the fields that may hold it, the best first
FIELDS = {
    "number": ("number", "ticket_ref"),
    "title": ("name",),
    "description": ("description",),
    "cc": ("email_cc",),
    "filed_at": ("filed_at", "create_date"),
    "assigned_at": ("assigned_date", "assign_date"),
    "moved_at": ("last_stage_update", "date_last_stage_update"),
    "closed_at": ("closed_date", "close_date"),
    "priority": ("priority",),
}
NAMED = {
    "team": ("team_id",),
    "stage": ("stage_id",),
    "category": ("category_id", "ticket_type_id"),
    "channel": ("channel_id",),
}
# Models of stages, and what says that one closes
STAGES = {"helpdesk.ticket.stage": "closed", "helpdesk.stage": "fold"}
# What says of time on which ticket it was spent
TIME_LINKS = ("ticket_id", "helpdesk_ticket_id")
MOMENTS = ("filed_at", "assigned_at", "moved_at", "closed_at")
PERSON_FIELDS = ["name", "email", "phone", "parent_id", "is_company"]


class OdooDesk:
    """The desk of another Odoo.

    :param call: how it is asked
    """

    def __init__(self, call):
        self.call = call
        self.fields = self._list_fields(TICKETS)
        self.persons = {}  # by id of a contact
        self.agents = {}  # likewise, whether it is one of the desk
        self.internal = {
            row["id"]
            for row in self._search(
                "mail.message.subtype", [["internal", "=", True]], ["internal"]
            )
        }
        self.robot_id = False
        self.stages, self.closed = self._read_stages()

    # === ASKING === #

    def _list_fields(self, model):
        return self.call(model, "fields_get", attributes=["type", "relation"])

    def _search(self, model, domain, fields, **options):
        return self.call(model, "search_read", domain=domain, fields=fields, **options)

    def _choose(self, names, fields):
        return next((name for name in names if name in fields), None)

    def _read_stages(self):
        """Return the stages of the format, and the ids of those that close."""
        model = self.fields["stage_id"]["relation"]
        closes = STAGES.get(model, "fold")
        rows = self._search(model, [], ["name", closes])
        stages = [{"name": row["name"], "closed": row[closes]} for row in rows]
        return stages, {row["id"] for row in rows if row[closes]}

    # === READING === #

    def read_tickets(self, known=()):
        """Return the tickets, archived ones too, in the format.

        :param known: ids of those that were read before; they come in their order
        :rtype: Iterator[dict]
        """
        chosen = {
            key: self._choose(names, self.fields)
            for key, names in {**FIELDS, **NAMED}.items()
        }
        others = [
            name
            for name in (
                "partner_id",
                "partner_name",
                "partner_email",
                "user_id",
                "tag_ids",
                "active",
                "duplicate_id",
            )
            if name in self.fields
        ]
        wanted = [*filter(None, chosen.values()), *others]
        last_id = max(map(int, known), default=0)
        while True:
            rows = self._search(
                TICKETS,
                [["id", ">", last_id], ["active", "in", [True, False]]],
                wanted,
                order="id",
                limit=BATCH,
            )
            if not rows:
                return
            last_id = rows[-1]["id"]
            ids = [row["id"] for row in rows]
            self._load_persons(row.get("partner_id") for row in rows)
            users = self._read_users(rows)
            belongings = {
                "messages": self._read_messages(ids),
                "times": self._read_times(ids),
                "results": self._read_results(ids),
            }
            tags = self._read_tags(rows)
            for row in rows:
                ticket = self._map_ticket(row, chosen, users, tags)
                for key, by_ticket in belongings.items():
                    ticket[key] = by_ticket.get(row["id"], [])
                yield ticket

    def _map_ticket(self, row, chosen, users, tags):
        ticket = {"id": str(row["id"])}
        for key, name in chosen.items():
            value = name and row[name]
            if not value:
                continue
            if key in NAMED:
                value = value[1]
            elif key in MOMENTS:
                value = _write_moment(value)
            ticket[key] = value
        stage = row.get("stage_id")
        closed = bool(stage and stage[0] in self.closed)
        if not closed:
            ticket.pop("closed_at", None)
        partner = row.get("partner_id")
        sender = {"name": row.get("partner_name"), "email": row.get("partner_email")}
        ticket |= {
            "closed": closed,
            "customer": self.persons.get(partner[0], {}) if partner else sender,
            "sender": sender,
            "archived": not row.get("active", True),
            "tags": [tags[tag_id] for tag_id in row.get("tag_ids", ())],
        }
        if row.get("user_id"):
            ticket["assignee"] = users.get(row["user_id"][0])
        if row.get("duplicate_id"):
            ticket["duplicate_of"] = str(row["duplicate_id"][0])
        return ticket

    def _read_tags(self, rows):
        ids = {tag_id for row in rows for tag_id in row.get("tag_ids", ())}
        if not ids:
            return {}
        model = self.fields["tag_ids"]["relation"]
        found = self._search(model, [["id", "in", sorted(ids)]], ["name"])
        return {row["id"]: row["name"] for row in found}

    # === PEOPLE === #

    def _load_persons(self, references):
        """Ask who some contacts are, and which of them are the desk's."""
        ids = {reference[0] for reference in references if reference}
        ids -= self.persons.keys()
        if not ids:
            return
        domain = [["id", "in", sorted(ids)], ["active", "in", [True, False]]]
        for row in self._search("res.partner", domain, PERSON_FIELDS):
            names = {"name": row["name"]}
            if row["is_company"]:
                names = {"company": row["name"]}
            elif row["parent_id"]:
                names["company"] = row["parent_id"][1].split(",")[0]
            self.persons[row["id"]] = {
                **names,
                "email": row["email"],
                "phone": row["phone"],
            }
        users = self._search(
            "res.users",
            [
                ["partner_id", "in", sorted(ids)],
                ["share", "=", False],
                ["active", "in", [True, False]],
            ],
            ["partner_id", "login", "active"],
        )
        for user in users:
            partner_id = user["partner_id"][0]
            self.agents[partner_id] = True
            if user["login"] == "__system__":
                self.robot_id = partner_id

    def _read_users(self, rows):
        """Return the persons of the format that tickets are assigned to, by id."""
        ids = {row["user_id"][0] for row in rows if row.get("user_id")}
        if not ids:
            return {}
        found = self._search(
            "res.users",
            [["id", "in", sorted(ids)], ["active", "in", [True, False]]],
            ["name", "login", "email"],
        )
        return {
            row["id"]: {"name": row["name"], "email": row["email"] or row["login"]}
            for row in found
        }

    # === MESSAGES === #

    def _read_messages(self, ids):
        rows = self._search(
            "mail.message",
            [
                ["model", "=", TICKETS],
                ["res_id", "in", ids],
                ["message_type", "!=", "user_notification"],
            ],
            [
                "res_id",
                "date",
                "author_id",
                "email_from",
                "subject",
                "body",
                "message_type",
                "subtype_id",
                "is_internal",
                "attachment_ids",
                "message_id",
            ],
            order="date, id",
        )
        self._load_persons(row["author_id"] for row in rows)
        messages = defaultdict(list)
        for row in rows:
            # What only says that a field changed has no words.
            if row["body"] or row["attachment_ids"]:
                messages[row["res_id"]].append(self._map_message(row))
        return messages

    def _map_message(self, row):
        subtype = row["subtype_id"]
        is_internal = row["is_internal"] or bool(
            subtype and subtype[0] in self.internal
        )
        is_written = row["message_type"] in ("comment", "email")
        if is_written:
            kind = NOTE if is_internal else REPLY
        else:
            kind = SYSTEM if is_internal else NOTICE
        author_id = row["author_id"] and row["author_id"][0]
        if author_id and author_id == self.robot_id:
            who = SYSTEM
        else:
            is_ours = self.agents.get(author_id) or (is_internal and not author_id)
            who = DESK if is_ours else CUSTOMER
        author = self.persons.get(author_id) or {"name": row["email_from"]}
        return {
            "id": str(row["id"]),
            "at": _write_moment(row["date"]),
            "kind": kind,
            "by": who,
            "author": {} if who == SYSTEM else author,
            "by_mail": row["message_type"] == "email",
            "message_id": row["message_id"],
            "subject": row["subject"],
            "body": row["body"],
            "files": self._read_files(row["attachment_ids"]),
        }

    def _read_files(self, ids):
        files = []
        for file_id in ids:  # one by one: each may be large
            for row in self._search(
                "ir.attachment", [["id", "=", file_id]], ["name", "mimetype", "datas"]
            ):
                if row["datas"]:
                    files.append(
                        {
                            "id": str(file_id),
                            "name": row["name"],
                            "type": row["mimetype"],
                            "data": "".join(row["datas"].split()),
                        }
                    )
        return files

    # === TIME === #

    def _read_times(self, ids):
        if "timesheet_ids" not in self.fields:
            return {}
        model = self.fields["timesheet_ids"]["relation"]
        link = self._choose(TIME_LINKS, self._list_fields(model))
        rows = link and self._search(
            model,
            [[link, "in", ids]],
            ["date", "name", "unit_amount", "user_id", "employee_id", link],
        )
        users = self._read_users(rows or ())
        times = defaultdict(list)
        for row in rows or ():
            user_id = row["user_id"] and row["user_id"][0]
            person = users.get(user_id) or {
                "name": row["employee_id"] and row["employee_id"][1]
            }
            times[row[link][0]].append(
                {
                    "id": str(row["id"]),
                    "on": row["date"],
                    "hours": row["unit_amount"],
                    "by": person,
                    "text": row["name"],
                }
            )
        return times

    # === SLA OF ODOO'S OWN HELPDESK === #

    def _read_results(self, ids):
        """Return what it says of the clocks: of those that end in a closed stage.

        :rtype: dict[int, dict[str, str]]
        """
        if "sla_status_ids" not in self.fields:
            return {}
        rows = self._search(
            self.fields["sla_status_ids"]["relation"],
            [["ticket_id", "in", ids], ["status", "in", ["reached", "failed"]]],
            ["ticket_id", "sla_stage_id", "status", "reached_datetime"],
        )
        results = {}
        for row in rows:
            stage = row["sla_stage_id"]
            if not stage or stage[0] not in self.closed or not row["reached_datetime"]:
                continue
            known = results.setdefault(row["ticket_id"][0], {})
            if row["status"] == "failed" or known.get(RESOLUTION) == MISSED:
                known[RESOLUTION] = MISSED
            else:
                known[RESOLUTION] = MET
        return results


def _write_moment(value):
    """Return a moment of Odoo's as the format has it."""
    return f"{value.replace(' ', 'T')[:19]}Z"
