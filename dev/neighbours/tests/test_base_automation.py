# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Automation rules hear of what happens to requests, as ``docs/interface.md`` says."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import requests

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.service.model import get_public_method
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, HttpCase, common, get_db_name, new_test_user
from odoo.tools import mute_logger

from odoo.addons.omydoo_helpdesk.tests.change.change_common import ChangeMixin
from odoo.addons.omydoo_helpdesk.tests.common import forget_history
from odoo.addons.omydoo_helpdesk.tests.conversion.convert_common import ConvertCase
from odoo.addons.omydoo_helpdesk.tests.interface_common import (
    ExamplesMixin,
    read_sections,
)

WEBHOOKS = "odoo.addons.base.models.ir_actions"
LOG = "support.ticket.event"
# A Monday, ten in Paris; customer A is promised an answer within 8 hours of work.
MONDAY, TUESDAY, WEDNESDAY = (f"2026-06-0{day} 08:00:00" for day in (1, 2, 3))
DEADLINE = "2026-06-02 08:00:00"


class Receiver:
    """A server at 127.0.0.1 that keeps what it is sent."""

    def __init__(self, status=200, before=None):
        """Prepare it.

        :param int status: what it answers
        :param before: called with each payload before it answers
        """
        self.received = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                payload = json.loads(self.rfile.read(size))
                receiver.received.append(payload)
                if before:
                    before(payload)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        """Stop it."""
        self.server.shutdown()
        self.server.server_close()


class TestEventsForOthers(ExamplesMixin, ChangeMixin, ConvertCase, HttpCase):
    """Each of the six events is posted once, with what the page says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_done.mail_template_id = False

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        admin = new_test_user(self.env, "nb_admin", "base.group_system")
        sections = read_sections()
        connect = sections["Examples: odoorpc"].split("```")[1]
        connect = connect.partition("\n\nagent = ")[0]
        rules = sections["Events for others"]
        variables = {
            **self._get_environment(admin=admin),
            "SUPPORT_RECEIVER": self.receiver.url,
        }
        before = self.env["base.automation"].search([])
        count = self._run_code(f"```{connect}\n```\n{rules}", variables, {})
        self.assertEqual(count, 2)
        self.env.invalidate_all()
        every = self.env["base.automation"].with_context(active_test=False)
        self.rules = every.search([]) - before
        self.assertEqual(len(self.rules), 6)

    def _switch_on(self):
        self.assertFalse(any(self.rules.mapped("active")), "they come switched off")
        self.rules.active = True

    def _tell(self):
        """Do what Odoo does after a commit; return what arrived since the last time.

        :rtype: list[dict]
        """
        self.env.flush_all()
        self.env.cr.precommit.run()
        before = len(self.receiver.received)
        with self.allow_requests(all_requests=True), mute_logger(WEBHOOKS):
            self.env.cr.postcommit.run()
        return self.receiver.received[before:]

    def assertTold(self, event, **expected):
        """Check that one thing was posted since the last time, and what."""
        told = self._tell()
        self.assertEqual(len(told), 1, told)
        payload = told[0]
        self.assertEqual(payload.pop("_action").partition("(")[0], event)
        self.assertEqual(payload["_id"], payload.pop("id"))
        line = self.env[payload["_model"]].browse(payload.pop("_id"))
        self.assertTrue(line.exists())
        self.assertEqual(payload, expected)
        return line

    def _file(self, **vals):
        with self.at(MONDAY):
            return self._create_ticket(**vals)

    def _answer(self, ticket, moment):
        with self.at(moment):
            ticket.with_user(self.agent).message_post(
                body="We are on it",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _run_job(self, ticket, moment):
        with self.at(moment):
            ticket._sla_notify_due()

    def _expect(self, ticket, kind, at, clock=False):
        return {
            "_model": LOG,
            "ticket_id": ticket.id,
            "kind": kind,
            "at": at,
            "clock": clock,
        }

    def test_nothing_before_they_are_switched_on(self):
        self._file()
        self.assertEqual(self._tell(), [])

    def test_filed_and_answered(self):
        self._switch_on()
        ticket = self._file()
        line = self.assertTold("filed", **self._expect(ticket, "filed", MONDAY))
        self.assertEqual(line.user_id, self.env.user)
        self.assertEqual(ticket.response_deadline.isoformat(" "), DEADLINE)
        self.assertEqual(ticket.event_ids, line)
        moment = "2026-06-01 09:00:00"
        self._answer(ticket, moment)
        line = self.assertTold("answered", **self._expect(ticket, "answered", moment))
        self.assertEqual(line.user_id, self.agent)
        self.assertEqual(ticket.response_state, "met")
        # Nobody waits: that is a message, and no answer.
        self._answer(ticket, "2026-06-01 09:05:00")
        with self.at(moment):
            ticket.with_user(self.agent).message_post(body="A note")
        self.assertEqual(self._tell(), [])

    def test_a_customer_files(self):
        self._switch_on()
        with self.at(MONDAY):
            portal = self.env["helpdesk.ticket"].with_user(self.a1).sudo()
            ticket = portal.create(
                {
                    "name": "It fails",
                    "description": "Help",
                    "partner_id": self.a1.partner_id.id,
                    "team_id": self.team.id,
                    "category_id": self.category_in.id,
                }
            )
        line = self.assertTold("filed", **self._expect(ticket, "filed", MONDAY))
        self.assertEqual(line.user_id, self.a1)
        # The rule, and what it posts, are nothing that the customer reads.
        for record in (line, self.rules, self.rules.action_server_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.a1).read(["display_name"])

    def test_breached(self):
        self._switch_on()
        ticket = self._file()
        self._tell()
        self._run_job(ticket, DEADLINE)
        self.assertEqual(self._tell(), [], "not yet")
        for moment in ("2026-06-02 08:05:00", "2026-06-02 08:10:00", WEDNESDAY):
            self._run_job(ticket, moment)
        expected = self._expect(ticket, "breached", DEADLINE, "response")
        self.assertTold("breached", **expected)
        # Then the resolution, by its job; the answer that comes breaks nothing more.
        self._answer(ticket, WEDNESDAY)
        self.assertTold("answered", **self._expect(ticket, "answered", WEDNESDAY))

    def test_breached_and_answered_before_the_job(self):
        self._switch_on()
        ticket = self._file()
        self._tell()
        moment = "2026-06-02 08:01:00"
        self._answer(ticket, moment)
        self.assertEqual(
            sorted(payload["kind"] for payload in self._tell()),
            ["answered", "breached"],
        )
        self.assertEqual(ticket.response_state, "missed")
        self.assertEqual(ticket.response_breached_at.isoformat(" "), DEADLINE)
        self._run_job(ticket, "2026-06-02 08:05:00")
        self.assertEqual(self._tell(), [])

    def test_converted(self):
        ticket = self._file(category_id=self.category_out.id)
        self._switch_on()
        moment = "2026-06-01 09:00:00"
        with self.at(moment):
            order = self._convert("quotation", ticket, hours=2)
        told = {
            payload.pop("_action").partition("(")[0]: payload
            for payload in self._tell()
        }
        # The message that tells the customer is an answer.
        self.assertEqual([*told], ["answered", "converted"])
        conversion = self.env["support.conversion"].search(
            [("ticket_id", "=", ticket.id)]
        )
        self.assertEqual(
            told["converted"],
            {
                "_model": "support.conversion",
                "_id": conversion.id,
                "id": conversion.id,
                "ticket_id": ticket.id,
                "action": "quotation",
                "order_id": order.id,
                "project_id": False,
                "task_id": False,
                "converted_at": moment,
            },
        )

    def test_agreed_and_applied(self):
        with self.at(MONDAY):
            self._set_up_change()
            self._ask(self.change)
        self._switch_on()
        moment = "2026-06-01 08:30:00"
        with self.at(moment):
            self._agree(self.change)
        expected = {
            "_model": "support.change.event",
            "change_id": self.change.id,
            "kind": "agreed",
            "at": moment,
        }
        self.assertTold("agreed", **expected)
        moment = "2026-06-01 08:45:00"
        with self.at(moment):
            self.change.action_apply("All is well")
        expected |= {"kind": "applied", "at": moment}
        self.assertTold("applied", **expected)

    def test_what_moves_here_is_not_told(self):
        self._switch_on()
        imports = self.env(context={**self.env.context, "import_file": True})
        ticket = self._file().with_env(imports)
        self._tell()
        self._answer(ticket, MONDAY)
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed", "answered"])
        self.assertEqual(self._tell(), [])

    def test_log_is_as_it_is_without_rules(self):
        def live():
            ticket = self._file()
            self._answer(ticket, "2026-06-02 08:01:00")
            self._run_job(ticket, WEDNESDAY)
            with self.at(WEDNESDAY):
                ticket.stage_id = self.stage_done
                self.env.flush_all()
            ticket.invalidate_recordset()
            names = ["at", "kind", "cause", "party", "clock", "until", "note"]
            lines = [
                [line[name] for name in names] + [line.user_id]
                for line in ticket.event_ids
            ]
            names = ["response", "resolution", "next_response"]
            return lines, [
                (ticket[f"{name}_state"], ticket[f"{name}_deadline"]) for name in names
            ]

        without = live()
        self._switch_on()
        self.assertEqual(live(), without)

    def test_nobody_writes_the_log_all_the_same(self):
        self._switch_on()
        for model in (LOG, "support.conversion", "support.change.event"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                get_public_method(self.env[model], "create")
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.agent).create({})


class TestReceiver(BaseCase):
    """A receiver that is slow, fails or is gone: the request is there all the same.

    In transactions of PostgreSQL that are committed, deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.seen = []
        self.addCleanup(self._do, self._clean_up)

    def _do(self, function):
        """Call a function in a transaction of its own, and commit it."""
        with self.registry.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    def _clean_up(self, env):
        rules = env["base.automation"].with_context(active_test=False)
        rules = rules.search([("name", "=", "Of a test")])
        actions = rules.action_server_ids
        rules.unlink()
        actions.unlink()
        tickets = env["helpdesk.ticket"].search([("name", "=", "Of a test")])
        forget_history(tickets)
        tickets.unlink()

    def _make_rule(self, url):
        def make(env):
            model = env["ir.model"]._get(LOG)
            fields = env["ir.model.fields"].search(
                [("model", "=", LOG), ("name", "in", ["ticket_id", "kind"])]
            )
            env["base.automation"].create(
                {
                    "name": "Of a test",
                    "model_id": model.id,
                    "trigger": "on_create",
                    "action_server_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "Of a test",
                                "model_id": model.id,
                                "usage": "base_automation",
                                "state": "webhook",
                                "webhook_url": url,
                                "webhook_field_ids": [(6, 0, fields.ids)],
                            },
                        )
                    ],
                }
            )

        self._do(make)

    def _file(self):
        def file(env):
            vals = {"name": "Of a test", "description": "It does not print."}
            return env["helpdesk.ticket"].create(vals).id

        with mute_logger(WEBHOOKS):
            ticket_id = self._do(file)

        def check(env):
            ticket = env["helpdesk.ticket"].browse(ticket_id)
            self.assertEqual(ticket.exists().event_ids[0].kind, "filed")

        self._do(check)
        return ticket_id

    def _look(self, payload):
        """Look at the request as another program, while the receiver has not answered.

        It is there, and nobody keeps it from being written.
        """
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute(
                "SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE NOWAIT",
                [payload["ticket_id"]],
            )
            self.seen += [ticket_id for (ticket_id,) in cr.fetchall()]

    def _receive(self, **values):
        receiver = Receiver(**values)
        self.addCleanup(receiver.close)
        self._make_rule(receiver.url)
        return receiver

    def test_who_is_told_finds_it_and_no_lock(self):
        receiver = self._receive(before=self._look)
        ticket_id = self._file()
        self.assertEqual([p["ticket_id"] for p in receiver.received], [ticket_id])
        self.assertEqual(self.seen, [ticket_id])

    def test_receiver_that_is_slow(self):
        asleep = threading.Event()
        self.addCleanup(asleep.set)
        # For longer than anybody waits: it answers once the test is over.
        receiver = self._receive(before=lambda _payload: asleep.wait(60))
        # With Odoo's own second, which tests otherwise make ten of.
        with patch.object(requests.Session, "send", common._super_send):
            ticket_id = self._file()
        self.assertFalse(asleep.is_set(), "nobody waited for the answer")
        self.assertEqual([p["ticket_id"] for p in receiver.received], [ticket_id])

    def test_receiver_that_fails(self):
        receiver = self._receive(status=500)
        ticket_id = self._file()
        self.assertEqual([p["ticket_id"] for p in receiver.received], [ticket_id])

    def test_receiver_that_is_gone(self):
        receiver = self._receive()
        receiver.close()
        self._file()

    def test_nothing_is_told_of_what_is_rolled_back(self):
        receiver = self._receive()

        def file(env):
            vals = {"name": "Of a test", "description": "It does not print."}
            env["helpdesk.ticket"].create(vals)
            env.flush_all()
            raise InterruptedError

        with mute_logger(WEBHOOKS), self.assertRaises(InterruptedError):
            self._do(file)
        self.assertEqual(receiver.received, [])
