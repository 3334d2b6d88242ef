# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from datetime import datetime, timedelta

from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from ...tools import desk_format, remote_odoo
from ...tools.desk_from_odoo import OdooDesk
from ...tools.remote_odoo import RemoteError
from .move_common import MoveCase


class EnterpriseDesk:
    """Odoo's own Helpdesk, by the fields that its documentation names.

    Answers as its RPC would, from tables written by hand.
    """

    tables = {
        "helpdesk.stage": [
            {"id": 1, "name": "New", "fold": False},
            {"id": 2, "name": "Solved", "fold": True},
        ],
        "helpdesk.tag": [{"id": 4, "name": "printer"}],
        "mail.message.subtype": [{"id": 2, "internal": True}],
        "helpdesk.ticket": [
            {
                "id": 11,
                "ticket_ref": "00011",
                "name": "Does not print",
                "description": "<p>At all</p>",
                "create_date": "2026-06-01 06:00:00",
                "assign_date": "2026-06-01 06:30:00",
                "close_date": "2026-06-01 12:00:00",
                "date_last_stage_update": "2026-06-01 12:00:00",
                "priority": "2",
                "team_id": [3, "Support"],
                "stage_id": [2, "Solved"],
                "ticket_type_id": [5, "Troubleshooting"],
                "partner_id": [21, "Firm, Zoé"],
                "partner_name": "Zoé",
                "partner_email": "zoe@firm.example.com",
                "user_id": [7, "Bob"],
                "tag_ids": [4],
                "active": True,
            },
        ],
        "res.partner": [
            {
                "id": 21,
                "name": "Zoé",
                "email": "zoe@firm.example.com",
                "phone": "12",
                "parent_id": [20, "Firm"],
                "is_company": False,
            },
            {
                "id": 22,
                "name": "Bob",
                "email": "bob@old.example.com",
                "phone": False,
                "parent_id": False,
                "is_company": False,
            },
        ],
        "res.users": [
            {
                "id": 7,
                "name": "Bob",
                "login": "bob",
                "email": "bob@old.example.com",
                "partner_id": [22, "Bob"],
                "active": True,
            }
        ],
        "mail.message": [
            {
                "id": 31,
                "res_id": 11,
                "date": "2026-06-01 08:00:00",
                "author_id": [22, "Bob"],
                "email_from": "bob@old.example.com",
                "subject": False,
                "body": "<p>Which one?</p>",
                "message_type": "comment",
                "subtype_id": [1, "Discussions"],
                "is_internal": False,
                "attachment_ids": [41],
                "message_id": "<31@old>",
            },
            {
                "id": 32,
                "res_id": 11,
                "date": "2026-06-01 09:00:00",
                "author_id": [21, "Zoé"],
                "email_from": "zoe@firm.example.com",
                "subject": "Re",
                "body": "<p>That one</p>",
                "message_type": "email",
                "subtype_id": [1, "Discussions"],
                "is_internal": False,
                "attachment_ids": [],
                "message_id": "<32@old>",
            },
            {
                "id": 33,
                "res_id": 11,
                "date": "2026-06-01 09:30:00",
                "author_id": [22, "Bob"],
                "email_from": "bob@old.example.com",
                "subject": False,
                "body": "<p>Sigh</p>",
                "message_type": "comment",
                "subtype_id": [2, "Note"],
                "is_internal": True,
                "attachment_ids": [],
                "message_id": "<33@old>",
            },
        ],
        "ir.attachment": [
            {"id": 41, "name": "a.txt", "mimetype": "text/plain", "datas": "aGk="}
        ],
        "account.analytic.line": [
            {
                "id": 51,
                "date": "2026-06-01",
                "name": "Looked",
                "unit_amount": 1.5,
                "user_id": [7, "Bob"],
                "employee_id": [9, "Bob"],
                "helpdesk_ticket_id": [11, "Does not print"],
            }
        ],
        "helpdesk.sla.status": [
            {
                "id": 61,
                "ticket_id": [11, "x"],
                "sla_stage_id": [2, "Solved"],
                "status": "failed",
                "reached_datetime": "2026-06-01 12:00:00",
            }
        ],
    }
    relations = {
        "stage_id": "helpdesk.stage",
        "tag_ids": "helpdesk.tag",
        "timesheet_ids": "account.analytic.line",
        "sla_status_ids": "helpdesk.sla.status",
    }

    def __call__(self, model, method, domain=(), fields=(), **options):
        rows = self.tables[model]
        if method == "fields_get":
            names = {*rows[0], *(self.relations if model == "helpdesk.ticket" else ())}
            return {name: {"relation": self.relations.get(name)} for name in names}
        for row in rows:
            assert not set(fields) - set(row), (model, set(fields) - set(row))
        after = next((term[2] for term in domain if term[:2] == ["id", ">"]), 0)
        return [row for row in rows if row["id"] > after]


@tagged("post_install", "-at_install")
class TestEnterpriseDesk(MoveCase):
    """A desk of Odoo's own Helpdesk becomes a file, and the file a desk."""

    def test_what_was_read_is_not_read_again(self):
        desk = OdooDesk(EnterpriseDesk())
        self.assertEqual([t["id"] for t in desk.read_tickets()], ["11"])
        self.assertFalse(list(desk.read_tickets({"11"})))

    def test_its_tickets_come_as_they_were(self):
        self.env["hr.employee"].create(
            {"name": "A", "user_id": self.agent.id, "company_id": self.company.id}
        )
        desk = OdooDesk(EnterpriseDesk())
        tickets = [json.loads(desk_format.write_line(t)) for t in desk.read_tickets()]
        run, ticket = self._move_in(
            *tickets,
            mapping={
                "stage": {"Solved": "Done"},
                "user": {"bob@old.example.com": self.agent.login},
            },
        )
        self.assertFalse(run.kept)
        self.assertRecordValues(
            ticket,
            [
                {
                    "number": "00011",
                    "name": "Does not print",
                    "team_id": self.team.id,
                    "stage_id": self.stage_done.id,
                    "category_id": self.category_in.id,
                    "user_id": self.agent.id,
                    "total_hours": 1.5,
                    "resolution_state": "missed",
                }
            ],
        )
        self.assertEqual(ticket.commercial_partner_id.name, "Firm")
        self.assertEqual(ticket.tag_ids.name, "printer")
        messages = ticket.message_ids.sorted("date")
        self.assertEqual(
            messages.mapped(lambda message: (message.author_id, message.is_internal)),
            [
                (self.agent.partner_id, False),
                (ticket.partner_id, False),
                (self.agent.partner_id, True),
            ],
        )
        self.assertEqual(messages.attachment_ids.raw, b"hi")
        self.assertEqual(
            [event.kind for event in ticket.event_ids][:3],
            ["filed", "answered", "asked"],
        )


@tagged("post_install", "-at_install")
class TestOcaDesk(HttpCase, MoveCase):
    """A desk of OCA's helpdesk is read over the network, by each way."""

    def _make_desk(self):
        self.ticket = self._file(
            "2026-06-01 06:00:00", name="Read from afar", user_id=self.agent.id
        )
        self._answer("2026-06-01 08:00:00", self.ticket)
        self.env.flush_all()

    def _connect(self, way, user, key):
        return remote_odoo.WAYS[way](self.base_url(), self.env.cr.dbname, user, key)

    def _check(self, call):
        tickets = {t["id"]: t for t in OdooDesk(call).read_tickets()}
        self.assertEqual(len(tickets), self.ticket.search_count([]))
        line = desk_format.write_line(tickets[str(self.ticket.id)])
        ticket = desk_format.parse_ticket(line)
        self.assertEqual(ticket["title"], "Read from afar")
        self.assertEqual(ticket["number"], self.ticket.number)
        self.assertEqual(ticket["filed_at"], self.ticket.filed_at)
        self.assertEqual(ticket["customer"]["email"], self.a1.partner_id.email)
        self.assertEqual(ticket["customer"]["company"], "Customer A")
        self.assertEqual(ticket["assignee"]["email"], self.agent.email)
        answer = ticket["messages"][-1]
        self.assertEqual((answer["kind"], answer["by"]), ("reply", "desk"))
        self.assertIn("We are on it", answer["body"])

    def test_by_xml_rpc(self):
        self._make_desk()
        self.manager.password = login = self.manager.login
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            self._check(self._connect("xmlrpc", login, login))

    def test_by_json_2(self):
        self._make_desk()
        keys = self.env["res.users.apikeys"].with_user(self.manager)
        key = keys._generate("rpc", "Move", datetime.now() + timedelta(days=1))
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            self._check(self._connect("json2", "", key))

    @mute_logger("odoo.http", "odoo.addons.base.models.res_users")
    def test_wrong_keys_are_said(self):
        with self.allow_requests(all_requests=True):
            with self.assertRaisesRegex(RemoteError, "not known there"):
                self._connect("xmlrpc", "nobody", "none")
            with self.assertRaises(RemoteError):
                OdooDesk(self._connect("json2", "", "none"))


@tagged("post_install", "-at_install")
class TestRemoteOdoo(BaseCase):
    """Another Odoo is read, and never written."""

    def test_nothing_else_is_asked(self):
        call = remote_odoo.Json2("http://127.0.0.1:9", "x", "", "x")
        with self.assertRaisesRegex(RemoteError, "unlink is not asked"):
            call("helpdesk.ticket", "unlink")

    def test_who_is_not_there_is_said(self):
        call = remote_odoo.Json2("http://127.0.0.1:9", "x", "", "x")
        with self.assertRaises(RemoteError):
            call("helpdesk.ticket", "fields_get")
