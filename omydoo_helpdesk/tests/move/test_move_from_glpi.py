# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from ...tools import desk_from_glpi
from .rest_common import RestCase, RestSite

API = "/apirest.php"
PNG = b"\x89PNG\r\n\x1a\n"
MAPPING = {
    "teams": {"IT > 1st level": "Support"},
    "stages": {
        "Processing (assigned)": "In Progress",
        "Pending": "Awaiting",
        "Solved": "Done",
        "Closed": "Done",
    },
    "categories": {"Hardware > Printers": "Troubleshooting"},
    "channels": {"Helpdesk": "Web"},
    "users": {
        "bob@old.example.com": "support_agent",
        "ann@old.example.com": "support_mgr",
    },
}


class Glpi(RestSite):
    """A GLPI, answering as its apirest.md has it. Its moments are those of Paris."""

    def __init__(self, zoe):
        super().__init__()
        self.session = None
        self.sessions = 0
        self.ended = 0
        self.app_key = None
        self.tables = {
            "Entity": [
                {"id": 0, "name": "Root entity"},
                {"id": 4, "name": "Customer A", "completename": "Root > Customer A"},
            ],
            "Group": [
                {"id": 8, "name": "1st level", "completename": "IT &#62; 1st level"}
            ],
            "ITILCategory": [
                {
                    "id": 6,
                    "name": "Printers",
                    "completename": "Hardware &#62; Printers",
                }
            ],
            "RequestType": [{"id": 1, "name": "Helpdesk"}],
            "Profile": [
                {"id": 1, "name": "Self-Service", "interface": "helpdesk"},
                {"id": 6, "name": "Technician", "interface": "central"},
            ],
            "User": [
                self._make_user(20, "zoe", "Zoé", "A"),
                self._make_user(21, "bob", "Bob", "B"),
                self._make_user(22, "ann", "Ann", "C"),
                self._make_user(23, "max", "Max", "D"),
            ],
            "Ticket": [
                self._make_ticket(
                    31,
                    name="The printer &#38; the scanner",
                    content="&#60;p&#62;It says &#60;b&#62;error&#60;/b&#62;: &#60;img "
                    'src="/front/document.send.php?docid=71&#38;tickets_id=31"&#62;'
                    "&#60;/p&#62;",
                    status=6,
                    solvedate="2026-06-01 14:00:00",
                    closedate="2026-06-02 09:00:00",
                    priority=6,
                    slas_id_ttr=2,
                    time_to_resolve="2026-06-01 13:00:00",
                    actiontime=7200,
                ),
                self._make_ticket(32, status=4, entities_id=0, actiontime=600),
                self._make_ticket(33, status=5, solvedate="2026-06-01 09:00:00"),
                self._make_ticket(34, is_deleted=1, status=2),
            ],
        }
        self.belongings = {
            ("User", 20, "UserEmail"): [
                {"id": 2, "users_id": 20, "is_default": 0, "email": "z@home.example"},
                {"id": 1, "users_id": 20, "is_default": 1, "email": zoe},
            ],
            ("User", 21, "UserEmail"): [
                {
                    "id": 3,
                    "users_id": 21,
                    "is_default": 1,
                    "email": "bob@old.example.com",
                }
            ],
            ("User", 22, "UserEmail"): [
                {
                    "id": 4,
                    "users_id": 22,
                    "is_default": 1,
                    "email": "ann@old.example.com",
                }
            ],
            ("User", 22, "Profile_User"): [{"id": 1, "users_id": 22, "profiles_id": 6}],
            ("User", 21, "Profile_User"): [{"id": 2, "users_id": 21, "profiles_id": 6}],
            ("User", 23, "Profile_User"): [{"id": 3, "users_id": 23, "profiles_id": 1}],
            ("Ticket", 31, "Ticket_User"): [
                self._make_actor(1, 20, 1),
                self._make_actor(2, 21, 2),
                self._make_actor(3, 22, 3),
            ],
            ("Ticket", 32, "Ticket_User"): [
                {**self._make_actor(4, 0, 1), "alternative_email": "new@else.example"}
            ],
            ("Ticket", 33, "Ticket_User"): [self._make_actor(5, 20, 1)],
            ("Ticket", 31, "Group_Ticket"): [
                {"id": 1, "tickets_id": 31, "groups_id": 9, "type": 3},
                {"id": 2, "tickets_id": 31, "groups_id": 8, "type": 2},
            ],
            ("Ticket", 31, "ITILFollowup"): [
                self._make_words(101, "09:30", 21, "Which one?"),
                self._make_words(102, "09:35", 21, "Sigh", is_private=1),
                self._make_words(103, "10:00", 20, "That one"),
                # A colleague of the customer who is not on the ticket
                self._make_words(104, "10:10", 23, "Mine too"),
            ],
            ("Ticket", 31, "TicketTask"): [
                {
                    **self._make_words(201, "11:00", 22, "Looked at <b>it</b>"),
                    "users_id_tech": 21,
                    "actiontime": 5400,
                    "begin": None,
                    "is_private": 1,
                },
            ],
            ("Ticket", 31, "ITILSolution"): [
                {
                    **self._make_words(301, "14:00", 21, "Switched it on"),
                    "status": 3,
                    "itemtype": "Ticket",
                }
            ],
            ("Ticket", 31, "TicketSatisfaction"): [
                {
                    "id": 1,
                    "tickets_id": 31,
                    "date_answered": "2026-06-02 10:00:00",
                    "satisfaction": 4,
                    "comment": "Fine &#38; fast",
                }
            ],
            ("Ticket", 33, "Ticket_Ticket"): [
                {"id": 1, "tickets_id_1": 33, "tickets_id_2": 31, "link": 2}
            ],
            ("Ticket", 31, "Ticket_Ticket"): [
                {"id": 1, "tickets_id_1": 33, "tickets_id_2": 31, "link": 2},
                {"id": 2, "tickets_id_1": 31, "tickets_id_2": 32, "link": 3},
            ],
            ("Ticket", 31, "Document_Item"): [
                self._make_place(1, 71, 20),
                self._make_place(2, 72, 20),
                self._make_place(3, 73, 21),
                self._make_place(4, 74, 21),
            ],
            ("ITILFollowup", 101, "Document_Item"): [self._make_place(5, 73, 21)],
        }
        self.documents = {
            71: ("shot.png", "image/png", PNG),
            72: ("log.txt", "text/plain", b"it broke"),
            73: ("list.txt", "text/plain", b"one, two"),
        }

    # === WHAT IT HAS === #

    def _make_user(self, user_id, login, first, last):
        return {
            "id": user_id,
            "name": login,
            "firstname": first,
            "realname": last,
            "phone": "",
            "mobile": None,
            "is_active": 1,
        }

    def _make_ticket(self, ticket_id, **values):
        return {
            "id": ticket_id,
            "entities_id": 4,
            "name": f"Ticket {ticket_id}",
            "content": "&#60;p&#62;Please help&#60;/p&#62;",
            "date": "2026-06-01 08:00:00",
            "date_creation": "2026-06-01 08:00:00",
            "date_mod": "2026-06-02 10:00:00",
            "takeintoaccountdate": "2026-06-01 08:10:00",
            "solvedate": None,
            "closedate": None,
            "status": 2,
            "priority": 3,
            "type": 1,
            "requesttypes_id": 1,
            "itilcategories_id": 6,
            "slas_id_tto": 1,
            "slas_id_ttr": 0,
            "time_to_own": "2026-06-01 09:00:00",
            "time_to_resolve": None,
            "actiontime": 0,
            "is_deleted": 0,
            **values,
        }

    def _make_actor(self, actor_id, user_id, role):
        return {
            "id": actor_id,
            "users_id": user_id,
            "type": role,
            "use_notification": 1,
            "alternative_email": "",
        }

    def _make_words(self, item_id, time, user_id, words, is_private=0):
        return {
            "id": item_id,
            "users_id": user_id,
            "content": f"&#60;p&#62;{words}&#60;/p&#62;".replace("<", "&#60;").replace(
                ">", "&#62;"
            ),
            "date": f"2026-06-01 {time}:00",
            "date_creation": f"2026-06-01 {time}:00",
            "date_mod": "2026-06-03 08:00:00",
            "is_private": is_private,
        }

    def _make_place(self, place_id, document_id, user_id):
        return {"id": place_id, "documents_id": document_id, "users_id": user_id}

    # === HOW IT ANSWERS === #

    def refuse(self, status):
        return ["ERROR_ITEM_NOT_FOUND", "Item not found"]

    def answer(self, path, query, headers):
        if self.app_key and headers["App-Token"] != self.app_key:
            return 400, {}, ["ERROR_WRONG_APP_TOKEN_PARAMETER", "wrong app token"]
        path = path.removeprefix(f"{API}/")
        if path == "initSession":
            if headers["Authorization"] != "user_token the-key":
                return 401, {}, ["ERROR_GLPI_LOGIN_USER_TOKEN", "user_token is wrong"]
            self.sessions += 1
            self.session = f"session-{self.sessions}"
            return 200, {}, {"session_token": self.session}
        if headers["Session-Token"] != self.session:
            return 401, {}, ["ERROR_SESSION_TOKEN_INVALID", "session_token is wrong"]
        if path == "killSession":
            self.ended += 1
            self.session = None
            return 200, {}, b""
        name, *rest = path.split("/")
        if name == "Document":
            return self._answer_document(int(rest[0]), headers)
        if not rest:
            is_deleted = query.get("is_deleted") == "true"
            rows = [row for row in self.tables[name] if row["is_deleted"] == is_deleted]
            return self._answer_range(rows, query)
        if len(rest) == 2:
            rows = self.belongings.get((name, int(rest[0]), rest[1]), [])
            return self._answer_range(rows, query)
        rows = [row for row in self.tables[name] if row["id"] == int(rest[0])]
        if not rows:
            return 404, {}, self.refuse(404)
        return 200, {}, rows[0]

    def _answer_range(self, rows, query):
        start, end = map(int, query["range"].split("-"))
        total = len(rows)
        if start and start >= total:
            return 400, {}, ["ERROR_RANGE_EXCEED_TOTAL", "Provided range exceed total"]
        part = rows[start : end + 1]
        status = 206 if len(part) < total else 200
        last = start + len(part) - 1
        return status, {"Content-Range": f"{start}-{last}/{total}"}, part

    def _answer_document(self, document_id, headers):
        if document_id not in self.documents:
            return 404, {}, self.refuse(404)
        name, kind, content = self.documents[document_id]
        if headers["Accept"] == "application/octet-stream":
            return 200, {"Content-Type": kind}, content
        return 200, {}, {"id": document_id, "filename": name, "mime": kind}

    def receive(self, path, values, headers):
        if headers["Session-Token"] != self.session:
            return 401, {}, ["ERROR_SESSION_TOKEN_INVALID", "session_token is wrong"]
        assert path == f"{API}/changeActiveEntities", path
        assert values == {"entities_id": "all", "is_recursive": True}
        return 200, {}, True


@tagged("post_install", "-at_install")
class TestMoveFromGlpi(RestCase):
    """A desk in GLPI is read by its REST answers, and becomes a desk here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.employee"].create(
            {"name": "A", "user_id": cls.agent.id, "company_id": cls.company.id}
        )

    def _make_site(self):
        self.patch(desk_from_glpi, "PAGE", 2)
        return Glpi(self.a1.partner_id.email)

    def test_doctests(self):
        self.assertEqual(doctest.testmod(desk_from_glpi).failed, 0)

    def test_tickets_are_as_they_were(self):
        status, output = self._read("glpi")
        self.assertEqual(status, 0, output)
        self.assertIn("Tickets read: 4", output)
        self.assertEqual((self.site.sessions, self.site.ended), (1, 1))
        status, output, tickets = self._take(MAPPING)
        self.assertEqual(status, 0, output)
        closed, waiting, double, deleted = (
            tickets[number] for number in ("31", "32", "33", "34")
        )
        with self.subTest(ticket="closed"):
            self.assertRecordValues(
                closed,
                [
                    {
                        "name": "The printer & the scanner",
                        "partner_id": self.a1.partner_id.id,
                        "team_id": self.team.id,
                        "category_id": self.category_in.id,
                        "stage_id": self.stage_done.id,
                        "user_id": self.agent.id,
                        "priority": "3",
                        # Eight in Paris
                        "filed_at": datetime(2026, 6, 1, 6),
                        "closed_date": datetime(2026, 6, 1, 12),
                        # Answered after one and a half of the four hours promised
                        "response_state": "met",
                        # As GLPI says: an hour too late
                        "resolution_state": "missed",
                        "total_hours": 2,
                    }
                ],
            )
            self.assertEqual(closed.tag_ids.mapped("name"), ["Incident"])
            self.assertEqual(
                closed.message_partner_ids,
                (self.a1 + self.agent + self.manager).partner_id,
            )
            self.assertRecordValues(
                closed.rating_ids, [{"rating": 4, "feedback": "Fine & fast"}]
            )
        with self.subTest(ticket="waiting"):
            self.assertEqual(waiting.stage_id, self.stage_awaiting)
            self.assertEqual(waiting.partner_id.email, "new@else.example")
            self.assertFalse(waiting.partner_id.parent_id)
            self.assertIn("Ticket 32: time of nobody was left out, 0.17 h", self.said)
        with self.subTest(ticket="double"):
            self.assertEqual(double.duplicate_id, closed)
            # Nobody answered, and GLPI promised nothing that it tells of.
            self.assertNotEqual(double.response_state, "met")
        with self.subTest(ticket="deleted"):
            self.assertFalse(deleted.active)
        with self.subTest(again=True):
            status, output, _tickets = self._take(MAPPING)
            self.assertEqual(status, 0)
            self.assertIn("Taken: 0", output)
            self.assertIn("Here already: 4", output)

    def _read(self, way, more=""):
        status, self.said = super()._read(way, more)
        return status, self.said

    def test_what_was_written_is_as_it_was(self):
        self._read("glpi")
        _status, _output, tickets = self._take(MAPPING)
        ticket = tickets["31"]
        max_d = ticket.message_ids.filtered(lambda m: "Mine too" in m.body)
        self.assertFalse(max_d.author_id)
        self.assertEqual(max_d.email_from, "Max D")
        messages = ticket.message_ids.sorted("id")
        robot = self.env.ref("base.partner_root")
        customer, agent = self.a1.partner_id, self.agent.partner_id
        self.assertEqual(
            [
                (
                    str(message.date)[11:16],
                    message.author_id,
                    message.message_type,
                    message.is_internal,
                )
                for message in messages - max_d
            ],
            [
                ("06:00", robot, "notification", True),
                ("07:30", agent, "comment", False),
                ("07:35", agent, "comment", True),
                ("08:00", customer, "comment", False),
                ("09:00", self.manager.partner_id, "comment", True),
                ("12:00", agent, "comment", False),
            ],
        )
        self.assertIn("duplicated by 33; son of 32", messages[0].body)
        self.assertIn("<b>it</b>", messages[5].body)
        # Each file once: in the text that shows it, at its words, or loose.
        picture = ticket.attachment_ids.filtered(lambda file: file.name == "shot.png")
        self.assertEqual(picture.raw, PNG)
        self.assertIn(f"/web/image/{picture.id}", ticket.description)
        self.assertIn("It says <b>error</b>", ticket.description)
        answer = messages.filtered(lambda message: "Which one?" in message.body)
        self.assertEqual(answer.attachment_ids.raw, b"one, two")
        self.assertEqual(
            sorted(ticket.attachment_ids.mapped("name")),
            ["list.txt", "log.txt", "shot.png"],
        )
        loose = ticket.attachment_ids.filtered(lambda file: file.name == "log.txt")
        self.assertEqual(loose.create_uid, self.a1)
        self.assertIn("Ticket 31: the file 74 was left out", self.said)

    def test_time_is_of_whom_and_when_it_was(self):
        self._read("glpi")
        _status, _output, tickets = self._take(MAPPING)
        lines = tickets["31"].timesheet_ids.sorted("id")
        self.assertEqual(
            lines.mapped(
                lambda line: (
                    line.date,
                    line.support_real_hours,
                    line.user_id,
                    line.name,
                )
            ),
            [
                (date(2026, 6, 1), 1.5, self.agent, "Looked at it"),
                (date(2026, 6, 1), 0.5, self.agent, "/"),
            ],
        )

    def test_a_new_session_follows_one_that_is_over(self):
        self.site.mishaps = {
            12: (401, {}, ["ERROR_SESSION_TOKEN_INVALID", "session_token is wrong"])
        }
        status, output = self._read("glpi")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.site.sessions, 2)
        self.assertIn("Tickets read: 4", output)

    def test_its_pace_is_kept(self):
        self.site.mishaps = {8: (429, {"Retry-After": "3"}, ["ERROR", "slow down"])}
        status, output = self._read("glpi")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.waits, [3])

    def test_what_may_not_be_read_is_said(self):
        """Once for each kind, and the rest is read."""
        denied = (403, {}, ["ERROR_RIGHT_MISSING", "You don't have permission"])
        answer = self.site.answer

        def deny(path, query, headers):
            if path.endswith("/TicketTask"):
                return denied
            return answer(path, query, headers)

        self.patch(self.site, "answer", deny)
        status, output = self._read("glpi")
        self.assertEqual(status, 0, output)
        self.assertEqual(output.count("TicketTask may not be read"), 1)
        self.assertEqual(len(self._read_lines()), 5)

    def test_cut_off_it_goes_on(self):
        self._read("glpi")
        paths = [path for path, _query in self.site.requests]
        cut = paths.index(f"{API}/Ticket/33/Ticket_User") + 1
        whole = Path("desk.jsonl").read_bytes()
        self.site.requests.clear()
        self.site.mishaps = dict.fromkeys(range(cut, cut + 7), "hang up")
        status, output = self._read("glpi")
        self.assertEqual(status, 2)
        self.assertIn("Run the same again: it goes on where it was", output)
        # The session was ended all the same.
        self.assertEqual(self.site.ended, 2)
        self.site.requests.clear()
        status, output = self._read("glpi")
        self.assertEqual(status, 0, output)
        self.assertFalse(self.site.count(f"{API}/Ticket/31/ITILFollowup"))
        self.assertEqual(Path("desk.jsonl").read_bytes(), whole)

    def test_what_cannot_be_is_said(self):
        with (
            self.subTest(case="key"),
            patch.dict("os.environ", SUPPORT_MOVE_KEY="wrong"),
        ):
            status, output = self._read("glpi")
            self.assertEqual(status, 2)
            self.assertIn("the key is not known there", output)
        with self.subTest(case="zone"):
            line = "odoo-bin support_move read {} desk.jsonl --way glpi {}"
            status, output = self._run(line.format(self.site.address, ""))
            self.assertEqual(status, 2)
            self.assertIn("--time-zone", output)
            status, output = self._run(
                line.format(self.site.address, "--time-zone Mars/Olympus")
            )
            self.assertEqual(status, 2)
            self.assertIn("Mars/Olympus is no time zone", output)
        with self.subTest(case="application"):
            self.site.app_key = "app"
            status, output = self._read("glpi")
            self.assertEqual(status, 2)
            self.assertIn("wrong app token", output)
            with patch.dict("os.environ", SUPPORT_MOVE_APP_KEY="app"):
                status, output = self._read("glpi")
            self.assertEqual(status, 0, output)
