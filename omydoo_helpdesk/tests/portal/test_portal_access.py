# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.portal.helpdesk_ticket import PORTAL_READABLE_FIELDS
from ..portal_common import PortalCase

# What only the desk knows, of this addon, of OCA and of Odoo.
INTERNAL_FIELDS = (
    "access_token",
    "activity_ids",
    "color",
    "duplicate_id",
    "duplicate_ids",
    "email_cc",
    "event_ids",
    "held_hours",
    "is_at_risk",
    "kanban_state",
    "message_follower_ids",
    "message_partner_ids",
    "milestone_id",
    "portal_token",
    "project_id",
    "properties",
    "response_breached_at",
    "sale_order_ids",
    "so_count",
    "subscription_id",
    "support_plan_id",
    "tag_ids",
    "task_id",
)


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCase):
    """What customers read and write by the programming interface."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()

    # === READING === #

    def _call(self, method, *args, **kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/helpdesk.ticket/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": "helpdesk.ticket",
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def test_pages_of_tickets_of_others(self):
        for user in (self.b1, self.beta_user):
            self._login(user)
            for ticket_id in (self.ticket.id, 999_999_999):
                response = self.url_open(
                    f"/my/ticket/{ticket_id}", allow_redirects=False
                )
                self.assertEqual(response.status_code, 303)
                self.assertURLEqual(response.headers["Location"], "/my")
            self.assertNotIn(self.ticket.number, self.url_open("/my/tickets").text)
            rows = self._call("search_read", [], fields=["number"])["result"]
            self.assertNotIn(self.ticket.id, [row["id"] for row in rows])

    def test_internal_fields_are_not_read_by_rpc(self):
        self._login(self.a1)
        shown = self._call(
            "search_read",
            [("id", "=", self.ticket.id)],
            fields=["number", "scope", "response_deadline", "next_deadline"],
        )
        self.assertEqual(shown["result"][0]["number"], self.ticket.number)
        for name in INTERNAL_FIELDS:
            self.assertIn(name, self.ticket._fields)
            with self.subTest(name), mute_logger("odoo.http"):
                for answer in (
                    self._call("read", [self.ticket.id], [name]),
                    self._call("search_read", [], fields=[name]),
                    self._call("search_count", [(name, "!=", False)]),
                    self._call("export_data", [self.ticket.id], [name]),
                    self._call("formatted_read_group", [], [name], ["__count"]),
                    self._call("search", [], order=name),
                ):
                    self.assertIn("error", answer)

    def test_what_customers_may_read_is_listed(self):
        ticket = self.ticket.with_user(self.a1)
        described = set(ticket.fields_get())
        self.assertTrue(described)
        self.assertLessEqual(described, PORTAL_READABLE_FIELDS)
        self.assertLessEqual(PORTAL_READABLE_FIELDS, set(ticket._fields))
        ticket.read(list(PORTAL_READABLE_FIELDS))  # nothing in it is refused
        with self.assertRaises(AccessError):
            ticket.read(["project_id"])
        # Agents are not concerned.
        self.ticket.with_user(self.agent).read(["project_id", "support_plan_id"])

    def test_a_former_contact_loses_access(self):
        self._login(self.a2)
        self._get(f"/my/ticket/{self.ticket.id}")
        self.a2.partner_id.parent_id = self.customer_b
        self._get(f"/my/ticket/{self.ticket.id}", status=303)

    # === WRITING === #

    def test_customers_write_messages_not_notes(self):
        self._login(self.a1)
        for subtype, kind in (
            ("mail.mt_note", "comment"),
            ("mail.mt_note", "notification"),
            ("mail.mt_comment", "auto_comment"),
        ):
            response = self.url_open(
                "/mail/message/post",
                data=json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "method": "call",
                        "params": {
                            "thread_model": "helpdesk.ticket",
                            "thread_id": self.ticket.id,
                            "post_data": {
                                "body": "Texte",
                                "subtype_xmlid": subtype,
                                "message_type": kind,
                            },
                        },
                    }
                ),
                headers={"Content-Type": "application/json"},
            )
            message = self.env["mail.message"].browse(
                response.json()["result"]["message_id"]
            )
            self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
            self.assertEqual(message.message_type, "comment")
            self.assertFalse(message.is_internal)

    def test_agents_still_write_notes(self):
        message = self.ticket.with_user(self.agent).message_post(
            body="Note", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
