# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.bus.tests.common import WebsocketCase

from ..common import SupportCase

SUBCHANNEL = "omydoo_helpdesk.desk"


@tagged("post_install", "-at_install")
class TestTicketLive(SupportCase, WebsocketCase):
    """What the open forms of a ticket are told, and who hears it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()
        cls.other = cls._create_ticket(name="Another one")

    def _listen(self, user):
        """Open the ticket's form as a user, as far as the server knows."""
        session = self.authenticate(user.login, user.login.ljust(8, "x"))
        websocket = self.websocket_connect(cookie=f"session_id={session.sid}")
        self.env.cr.precommit.run()
        self.subscribe(
            websocket,
            [f"omydoo_helpdesk.ticket_{self.ticket.id}"],
            self.env["bus.bus"]._bus_last_id(),
        )
        return websocket

    def _hear(self, websocket):
        """Return what was told of tickets since the last time.

        Something else is told last, so that there is always an end to wait for.
        """
        partners = self.env["res.partner"].browse(self.listener.partner_id.ids)
        self.env["bus.bus"]._sendone(partners, "end", {})
        self.trigger_notification_dispatching(
            [(self.ticket, SUBCHANNEL), (self.other, SUBCHANNEL), partners]
        )
        found = []
        while True:
            for notification in json.loads(websocket.recv()):
                message = notification["message"]
                if message["type"] == "end":
                    return found
                if message["type"].startswith("omydoo_helpdesk.ticket/"):
                    payload = message["payload"]
                    kind = message["type"].rpartition("/")[2]
                    found.append((kind, payload["id"], payload["name"]))

    def _work(self):
        self.ticket.with_user(self.manager).priority_reason = "As agreed"
        self.ticket.with_user(self.a1).message_post(
            body="It happens again",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.other.with_user(self.manager).priority_reason = "Not looked at"

    def test_the_desk_hears(self):
        self.listener = self.agent
        websocket = self._listen(self.agent)
        self._work()
        found = self._hear(websocket)
        self.assertIn(("change", self.ticket.id, self.manager.name), found)
        self.assertIn(("message", self.ticket.id, self.a1.name), found)
        self.assertEqual({entry[1] for entry in found}, {self.ticket.id})

    def test_told_once(self):
        """However often one transaction writes."""
        self.listener = self.agent
        websocket = self._listen(self.agent)
        for reason in ("One", "Two", "Three"):
            self.ticket.with_user(self.manager).priority_reason = reason
        self.assertEqual(
            self._hear(websocket), [("change", self.ticket.id, self.manager.name)]
        )

    def test_what_is_new_is_told_to_nobody(self):
        """Nobody has it open; what happens to it afterwards is told."""
        told = []

        def note(bus, target, notification_type, message):
            if notification_type.startswith("omydoo_helpdesk.ticket/"):
                told.append((notification_type.rpartition("/")[2], message["id"]))

        self.env.cr.precommit.run()
        with patch.object(self.registry["bus.bus"], "_sendone", note):
            ticket = self._create_ticket().with_env(self.env(context={})).copy()
            self.assertTrue(ticket.message_ids, "a message says that it was filed")
            self.assertNotIn(ticket.id, [ticket_id for _kind, ticket_id in told])
            ticket.with_user(self.manager).priority_reason = "As agreed"
        self.assertIn(("change", ticket.id), told)

    def test_nobody_else_hears(self):
        """Neither the customer, nor other employees, nor another company's agent."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        strangers = {
            "customer": self.a1,
            "employee": new_test_user(
                self.env, "live_employee", groups="base.group_user"
            ),
            "agent of another company": new_test_user(
                self.env,
                "live_stranger",
                groups="helpdesk_mgmt.group_helpdesk_user",
                company_id=company.id,
                company_ids=company.ids,
            ),
        }
        for name, user in strangers.items():
            with self.subTest(name):
                self.listener = user
                websocket = self._listen(user)
                self._work()
                self.assertEqual(self._hear(websocket), [])

    def test_presence(self):
        self.listener = self.agent
        websocket = self._listen(self.agent)
        self.ticket.with_user(self.manager).tell_presence("writing")
        self.assertEqual(
            self._hear(websocket), [("presence", self.ticket.id, self.manager.name)]
        )
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.a1).tell_presence("here")
        with self.assertRaises(ValidationError):
            self.ticket.with_user(self.agent).tell_presence("anywhere")

    def test_nothing_is_kept_of_presence(self):
        """No table is written for it, besides the queue of the bus."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        ticket = self.ticket.with_user(self.agent)
        ticket.tell_presence("here")
        # One: whether the user may read the ticket.
        with self.assertQueryCount(1):
            self.env.flush_all()
            ticket.tell_presence("writing")
