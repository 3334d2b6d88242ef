# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from ...tools import desk_from_zammad, desk_reader, remote_rest
from .rest_common import RestCase, RestSite

PNG = b"\x89PNG\r\n\x1a\n"
API = "/api/v1"
STATES = (
    (1, "new", 1, False),
    (2, "open", 2, False),
    (3, "pending reminder", 3, True),
    (4, "closed", 5, True),
    (5, "merged", 6, True),
    (6, "removed", 7, True),
)
MAPPING = {
    "teams": {"Users": "Support"},
    "stages": {
        "new": "New",
        "open": "In Progress",
        "pending reminder": "Awaiting",
        "closed": "Done",
        "merged": "Cancelled",
    },
    "users": {"bob@old.example.com": "support_agent"},
}


class Zammad(RestSite):
    """A Zammad, answering as docs.zammad.org has it."""

    def __init__(self, zoe):
        super().__init__()
        self.users = {
            1: self._make_user(1, "-", ""),
            3: self._make_user(3, "Bob", "bob@old.example.com"),
            7: self._make_user(7, "Zoé", zoe, organization="Customer A"),
        }
        self.tickets = [
            self._make_ticket(
                11,
                state_id=4,
                state="closed",
                owner_id=3,
                close_at="2026-06-01T12:00:00.000Z",
                first_response_at="2026-06-01T08:00:00.500Z",
                first_response_diff_in_min=-30,
                close_diff_in_min=60,
                last_owner_update_at="2026-06-01T06:30:00.000Z",
                create_article_type="email",
                ticket_time_accounting_ids=[61, 62],
            ),
            self._make_ticket(
                12,
                state_id=3,
                state="pending reminder",
                priority="3 high",
                pending_time="2026-06-10T08:00:00.000Z",
                create_article_type="phone",
            ),
            self._make_ticket(
                13,
                state_id=5,
                state="merged",
                close_at="2026-06-01T07:00:00.000Z",
            ),
            self._make_ticket(14, state_id=1, state="new", priority="1 low"),
        ]
        self.articles = {
            11: [
                self._make_article(
                    101,
                    "06:00",
                    sender="Customer",
                    type="email",
                    body='<div>It says <b>error</b>: <img src="cid:a@b.example"></div>',
                    message_id="<101@a.example>",
                    attachments=[
                        self._make_attachment(
                            51, "shot.png", "image/png", "a@b.example"
                        ),
                        self._make_attachment(52, "log.txt", "text/plain"),
                    ],
                ),
                self._make_article(
                    102,
                    "08:00",
                    created_by_id=3,
                    sender="Agent",
                    type="email",
                    content_type="text/plain",
                    body="Which printer?\nThe big one?",
                    message_id="<102@old.example>",
                ),
                self._make_article(
                    103,
                    "08:05",
                    created_by_id=3,
                    sender="Agent",
                    internal=True,
                    body="<p>Again that printer</p>",
                ),
                self._make_article(
                    104,
                    "06:01",
                    created_by_id=1,
                    sender="System",
                    type="email",
                    body="<p>We have received your request</p>",
                ),
                self._make_article(
                    105,
                    "09:00",
                    sender="Customer",
                    body='<p>That one: <img src="/api/v1/ticket_attachment/11/105/53'
                    '?view=inline"></p>',
                    attachments=[],
                ),
            ],
            12: [
                # Typed in by an agent, of what the customer said
                self._make_article(
                    106,
                    "06:00",
                    created_by_id=3,
                    sender="Customer",
                    type="phone",
                    body="<p>The phone rang</p>",
                    attachments=[self._make_attachment(54, "gone.txt", "text/plain")],
                ),
                # Public, and sent to nobody
                self._make_article(
                    107, "06:10", created_by_id=3, sender="Agent", body="<p>Seen</p>"
                ),
            ],
            13: [self._make_article(108, "06:00", sender="Customer")],
            14: [self._make_article(109, "06:00", sender="Customer")],
        }
        self.links = {
            11: [("child", 13), ("normal", 12)],
            13: [("parent", 11)],
        }
        self.files = {"51": PNG, "52": b"it broke", "53": PNG + b"2"}

    # === WHAT IT HAS === #

    def _make_user(self, user_id, name, email, **values):
        return {
            "id": user_id,
            "login": email or name,
            "firstname": name,
            "lastname": "",
            "email": email,
            "phone": "",
            "mobile": "",
            "active": True,
            "organization": None,
            **values,
        }

    def _make_ticket(self, ticket_id, **values):
        return {
            "id": ticket_id,
            "number": f"420{ticket_id}",
            "title": f"Ticket {ticket_id}",
            "group_id": 1,
            "group": "Users",
            "priority_id": 2,
            "priority": "2 normal",
            "owner_id": 1,
            "customer_id": 7,
            "first_response_at": None,
            "first_response_escalation_at": None,
            "first_response_diff_in_min": None,
            "close_at": None,
            "close_escalation_at": None,
            "close_diff_in_min": None,
            "update_diff_in_min": None,
            "last_owner_update_at": None,
            "pending_time": None,
            "time_unit": None,
            "create_article_type": "web",
            "create_article_sender": "Customer",
            "ticket_time_accounting_ids": [],
            "created_at": "2026-06-01T06:00:00.123Z",
            "updated_at": "2026-06-02T06:00:00.000Z",
            **values,
        }

    def _make_article(self, article_id, time, **values):
        return {
            "id": article_id,
            "from": "Zoé <zoe@a.example>",
            "to": "",
            "cc": "",
            "subject": None,
            "body": "<p>Please help</p>",
            "content_type": "text/html",
            "type": "note" if values["sender"] == "Agent" else "web",
            "internal": False,
            "message_id": None,
            "origin_by_id": None,
            "created_by_id": 7,
            "created_at": f"2026-06-01T{time}:00.000Z",
            "attachments": [],
            **values,
        }

    def _make_attachment(self, file_id, name, kind, content_id=None):
        about = {"Mime-Type": kind}
        if content_id:
            about |= {"Content-ID": f"<{content_id}>", "Content-Disposition": "inline"}
        return {"id": file_id, "filename": name, "size": "8", "preferences": about}

    # === HOW IT ANSWERS === #

    def refuse(self, status):
        words = {404: "No such object", 405: "Not allowed"}.get(status)
        return {"error": words, "error_human": words}

    def answer(self, path, query, headers):
        if headers["Authorization"] != "Token token=the-key":
            return 401, {}, {"error": "Invalid BasicAuth credentials"}
        name, *rest = path.removeprefix(f"{API}/").split("/")
        rows = getattr(self, f"_answer_{name}")(query, *rest)
        if rows is None:
            return 404, {}, self.refuse(404)
        return 200, {"Content-Type": "application/json"}, rows

    def _page(self, rows, query):
        start = (int(query["page"]) - 1) * int(query["per_page"])
        return rows[start : start + int(query["per_page"])]

    def _answer_ticket_states(self, query):
        names = ("id", "name", "state_type_id", "ignore_escalation")
        return self._page([dict(zip(names, row, strict=True)) for row in STATES], query)

    def _answer_tickets(self, query, ticket_id=None, kind=None):
        if kind:
            return [
                {
                    "id": entry_id,
                    "ticket_id": int(ticket_id),
                    "ticket_article_id": 102,
                    "time_unit": unit,
                    "created_by_id": 3,
                    "created_at": "2026-06-01T23:30:00.000Z",
                }
                for entry_id, unit in ((61, "15.0"), (62, "30.0"))
            ]
        assert query["expand"] == "true"
        return self._page(self.tickets, query)

    def _answer_ticket_articles(self, query, _by_ticket, ticket_id):
        rows = self.articles[int(ticket_id)]
        return [{**row, "ticket_id": int(ticket_id)} for row in rows]

    def _answer_ticket_attachment(self, query, ticket_id, article_id, file_id):
        return self.files.get(file_id)

    def _answer_users(self, query, user_id):
        return self.users.get(int(user_id))

    def _answer_tags(self, query):
        assert query["object"] == "Ticket"
        return {"tags": ["printer"] if query["o_id"] == "11" else []}

    def _answer_links(self, query):
        links = self.links.get(int(query["link_object_value"]), ())
        return {
            "links": [
                {
                    "link_type": kind,
                    "link_object": "Ticket",
                    "link_object_value": other,
                }
                for kind, other in links
            ],
            "assets": {
                "Ticket": {
                    str(ticket["id"]): {"id": ticket["id"], "number": ticket["number"]}
                    for ticket in self.tickets
                }
            },
        }


@tagged("post_install", "-at_install")
class TestMoveFromZammad(RestCase):
    """A desk in Zammad is read by its REST answers, and becomes a desk here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.employee"].create(
            {"name": "A", "user_id": cls.agent.id, "company_id": cls.company.id}
        )

    def _make_site(self):
        self.patch(desk_from_zammad, "PAGE", 3)
        return Zammad(self.a1.partner_id.email)

    def test_doctests(self):
        for module in (remote_rest, desk_reader, desk_from_zammad):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def test_tickets_are_as_they_were(self):
        status, output = self._read("zammad")
        self.assertEqual(status, 0, output)
        self.assertIn("Tickets read: 4", output)
        status, output, tickets = self._take(MAPPING)
        self.assertEqual(status, 0, output)
        closed, waiting, merged, new = (
            tickets[f"420{number}"] for number in (11, 12, 13, 14)
        )
        with self.subTest(ticket="closed"):
            self.assertRecordValues(
                closed,
                [
                    {
                        "name": "Ticket 11",
                        "partner_id": self.a1.partner_id.id,
                        "team_id": self.team.id,
                        "stage_id": self.stage_done.id,
                        "user_id": self.agent.id,
                        "priority": "1",
                        "filed_at": datetime(2026, 6, 1, 6),
                        "assigned_date": datetime(2026, 6, 1, 6, 30),
                        "closed_date": datetime(2026, 6, 1, 12),
                        # As Zammad says
                        "response_state": "missed",
                        "resolution_state": "met",
                        "total_hours": 0.75,
                    }
                ],
            )
            self.assertEqual(closed.channel_id.name, "Email")
            self.assertEqual(closed.tag_ids.mapped("name"), ["printer"])
        with self.subTest(ticket="waiting"):
            self.assertRecordValues(
                waiting,
                [
                    {
                        "stage_id": self.stage_awaiting.id,
                        "priority": "3",
                        "user_id": False,
                        "closed_date": False,
                        "hold_until": datetime(2026, 6, 10, 8),
                    }
                ],
            )
            self.assertEqual(waiting.hold_reason_id.party, "customer")
            # An agent's public note is none.
            self.assertEqual(waiting.response_state, "ongoing")
        with self.subTest(ticket="merged"):
            self.assertEqual(merged.duplicate_id, closed)
            self.assertEqual(merged.stage_id, self.stage_cancelled)
            self.assertNotEqual(merged.response_state, "met")
            self.assertNotEqual(merged.resolution_state, "met")
        with self.subTest(ticket="new"):
            self.assertEqual(new.priority, "0")
            self.assertFalse(new.message_ids)
            self.assertIn("Please help", new.description)
        with self.subTest(again=True):
            status, output, _tickets = self._take(MAPPING)
            self.assertEqual(status, 0)
            self.assertIn("Taken: 0", output)
            self.assertIn("Here already: 4", output)

    def test_what_was_written_is_as_it_was(self):
        self._read("zammad")
        _status, _output, tickets = self._take(MAPPING)
        ticket = tickets["42011"]
        messages = ticket.message_ids.sorted("id")
        note = self.env.ref("mail.mt_note")
        self.assertEqual(
            [
                (
                    str(message.date)[11:16],
                    message.author_id,
                    message.message_type,
                    message.is_internal,
                )
                for message in messages
            ],
            [
                ("06:00", self.a1.partner_id, "email", False),
                ("06:00", self.env.ref("base.partner_root"), "notification", True),
                ("06:01", self.env.ref("base.partner_root"), "auto_comment", False),
                ("08:00", self.agent.partner_id, "email", False),
                ("08:05", self.agent.partner_id, "comment", True),
                ("09:00", self.a1.partner_id, "comment", False),
            ],
        )
        self.assertEqual(messages[4].subtype_id, note)
        mail, linked, _notice, answer, _note, last = messages
        self.assertEqual(mail.message_id, "<101@a.example>")
        self.assertIn("normal 42012", linked.body)
        self.assertIn("Which printer?<br", answer.body)
        # Each shows its picture: the request itself too.
        self.assertEqual(
            sorted(mail.attachment_ids.mapped(lambda file: (file.name, file.raw))),
            [("log.txt", b"it broke"), ("shot.png", PNG)],
        )
        picture = mail.attachment_ids.filtered(lambda file: file.name == "shot.png")
        self.assertIn(f"/web/image/{picture.id}", mail.body)
        self.assertRegex(ticket.description, r"error</b>: <img [^>]*/web/image/\d+")
        self.assertEqual(last.attachment_ids.raw, PNG + b"2")
        self.assertIn(f"/web/image/{last.attachment_ids.id}", last.body)
        # By which the next mail finds it
        self.assertEqual(answer.message_id, "<102@old.example>")
        seen = tickets["42012"].message_ids
        self.assertEqual(
            seen.mapped(lambda m: (m.message_type, m.author_id, m.is_internal)),
            # And nothing of what we think of calls
            [("auto_comment", self.agent.partner_id, False)],
        )

    def test_time_is_of_whom_and_when_it_was(self):
        self._read("zammad", "--time-zone Europe/Paris")
        _status, _output, tickets = self._take(MAPPING)
        self.assertEqual(
            sorted(
                tickets["42011"].timesheet_ids.mapped(
                    lambda line: (line.date, line.support_real_hours, line.user_id)
                )
            ),
            # Half past eleven in London was tomorrow in Paris.
            [
                (date(2026, 6, 2), 0.25, self.agent),
                (date(2026, 6, 2), 0.5, self.agent),
            ],
        )

    def test_a_unit_of_time_is_not_guessed(self):
        line = f"odoo-bin support_move read {self.site.address} desk.jsonl --way zammad"
        status, output = self._run(line)
        self.assertEqual(status, 2)
        self.assertIn("how many minutes a unit of it is", output)
        self.assertFalse(Path("desk.jsonl").exists())

    def test_a_gone_file_is_said_and_left_out(self):
        status, output = self._read("zammad")
        self.assertEqual(status, 0)
        self.assertIn("Ticket 12: the file gone.txt was left out", output)
        ticket = self._read_lines()[2]
        self.assertEqual((ticket["id"], ticket.get("files", [])), ("12", []))

    def test_a_large_file_is_said_and_left_out(self):
        with patch.object(desk_reader, "MAX_FILES", len(PNG)):
            status, output = self._read("zammad")
        self.assertEqual(status, 0)
        self.assertIn(
            "Ticket 11: the file log.txt was left out: it is too large", output
        )

    def test_it_waits_as_long_as_it_is_asked_to(self):
        busy = {"error": "Too many requests"}
        self.site.mishaps = {
            3: (429, {"Retry-After": "7"}, busy),
            6: (503, {}, b"down for a moment"),
            9: "hang up",
        }
        status, output = self._read("zammad")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.waits, [7, 2, 2])
        self.assertIn("it asks not to be asked so often", output)
        self.assertIn("Tickets read: 4", output)

    def test_cut_off_it_goes_on(self):
        asked = self._count_until("/api/v1/ticket_articles/by_ticket/13")
        self.site.mishaps = dict.fromkeys(range(asked, asked + 7), "hang up")
        status, output = self._read("zammad")
        self.assertEqual(status, 2)
        self.assertIn("Given up after 7 tries. Run the same again", output)
        self.assertFalse(Path("desk.jsonl").exists())
        unfinished = Path("desk.jsonl.part")
        # Killed in the middle of a line
        with unfinished.open("ab") as stream:
            stream.write(b'{"id": "13", "title": "Tick')
        self.site.requests.clear()
        status, output = self._read("zammad")
        self.assertEqual(status, 0, output)
        self.assertFalse(unfinished.exists())
        header, *tickets = self._read_lines()
        self.assertEqual(header["source"], self.site.address)
        self.assertEqual([ticket["id"] for ticket in tickets], ["11", "12", "13", "14"])
        # What was read is not asked for again.
        self.assertFalse(self.site.count("/api/v1/ticket_articles/by_ticket/11"))

    def _count_until(self, path):
        """Return at which request something is asked for first."""
        self._read("zammad")
        paths = [place for place, _query in self.site.requests]
        Path("desk.jsonl").unlink()
        self.site.requests.clear()
        return paths.index(path) + 1

    def test_a_list_that_moves_is_read_whole(self):
        """One is deleted once the first page was read: the next page begins later."""
        answer = self.site._answer_tickets

        def answer_and_delete(query, *rest):
            rows = answer(query, *rest)
            if not rest and query["page"] == "1" and len(self.site.tickets) == 4:
                del self.site.tickets[0]
            return rows

        self.patch(self.site, "_answer_tickets", answer_and_delete)
        status, output = self._read("zammad")
        self.assertEqual(status, 0, output)
        ids = {ticket["id"] for ticket in self._read_lines()[1:]}
        self.assertEqual(ids, {"11", "12", "13", "14"})

    def test_what_cannot_be_is_said(self):
        with (
            self.subTest(case="key"),
            patch.dict("os.environ", SUPPORT_MOVE_KEY="wrong"),
        ):
            status, output = self._read("zammad")
            self.assertEqual(status, 2)
            self.assertIn("the key is not known there", output)
            self.assertFalse(self.waits)
        with self.subTest(case="elsewhere"):
            self.site.requests.clear()
            place = {"Location": "https://zammad.example.com/api/v1/ticket_states"}
            self.site.mishaps = {1: (301, place, b"")}
            status, output = self._read("zammad")
            self.assertEqual(status, 2)
            self.assertIn("give the address https://zammad.example.com", output)
        with self.subTest(case="other answers"):
            title = self.site.tickets[1].pop("title")
            status, output = self._read("zammad")
            self.assertEqual(status, 2)
            self.assertIn("ticket 12 is not answered as is documented", output)
            self.site.tickets[1]["title"] = title
        with self.subTest(case="no desk"):
            self.site.requests.clear()
            self.site.mishaps = {1: (200, {}, b"<html>Welcome</html>")}
            status, output = self._read("zammad")
            self.assertEqual(status, 2)
            self.assertIn("it is no JSON", output)
        with self.subTest(case="nobody there"):
            self.site.close()
            status, output = self._read("zammad")
            self.assertEqual(status, 2)
            self.assertIn("Given up after 7 tries", output)
