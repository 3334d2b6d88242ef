# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path
from odoo.tools.safe_eval import safe_eval

from ...hooks import post_init_hook
from ..sla_common import SlaCase

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_%s"
PRE_SCRIPT = "omydoo_helpdesk/migrations/19.0.2.0.0/pre-migration.py"


class TurnCase(SlaCase):
    """Filed on Monday at 09:00 in Paris and answered at 10:00; 2 hours to the next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_4.sla_ids.next_response_hours = 2

    def _file_answered(self, **vals):
        ticket = self._file("2026-06-01 07:00:00", user_id=self.agent.id, **vals)
        self._answer("2026-06-01 08:00:00", ticket)
        return ticket

    def _ask(self, moment, ticket, user=None):
        with self.at(moment):
            ticket.with_user(user or self.a1).message_post(body="And now?")
            self.env.flush_all()
            self.env.invalidate_all()

    def _get_kinds(self, ticket):
        ticket.invalidate_recordset()
        return ticket.event_ids.mapped("kind")


@tagged("post_install", "-at_install")
class TestTurn(TurnCase):
    """Whose turn it is: what is found, sorted, merged, told and promised anew."""

    # === FIELDS === #

    def test_filters(self):
        us = self._file_answered()
        held = self._file_answered(stage_id=self.stage_awaiting.id)
        asked = self._file_answered(stage_id=self.stage_awaiting.id)
        self.stage_awaiting.answer_stage_id = False
        self._ask("2026-06-01 09:00:00", asked)
        closed = self._file_answered(stage_id=self.stage_done.id)
        tickets = us + held + asked + closed
        view = self.env.ref("helpdesk_mgmt.helpdesk_ticket_view_search")
        arch = self.env["helpdesk.ticket"].get_view(view.id, "search")["arch"]
        for name, found in (
            ("turn_us", us + asked),
            ("unanswered", asked),
            ("held_customer", held),
            ("held_editor", tickets.browse()),
        ):
            with self.subTest(name):
                [domain] = [
                    node.get("domain")
                    for node in etree.fromstring(arch).iter("filter")
                    if node.get("name") == name
                ]
                domain = [("id", "in", tickets.ids), *safe_eval(domain)]
                self.assertEqual(tickets.search(domain), found.sorted())
        self.assertEqual(
            dict(
                tickets._read_group(
                    [("id", "in", tickets.ids)], ["turn"], ["id:recordset"]
                )
            ),
            {"us": us + asked, "customer": held, False: closed},
        )

    def test_nobody_writes_them(self):
        ticket = self._file_answered()
        for vals in (
            {"turn": "customer"},
            {"waiting_since": "2026-06-01 07:00:00"},
            {"next_response_state": "met"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                ticket.with_user(self.manager).write(vals)

    def test_next_deadline_takes_it_in(self):
        ticket = self._file_answered()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 12:00:00")
        self._ask("2026-06-01 08:15:00", ticket)
        self.assertClock(ticket, "next_response", "ongoing", "2026-06-01 11:15:00")
        self.assertEqual(ticket.next_deadline, datetime(2026, 6, 1, 11, 15))
        self.assertEqual(ticket.next_risk_at, datetime(2026, 6, 1, 9, 51))
        for moment, is_at_risk, is_late in (
            ("2026-06-01 09:50:00", False, False),
            ("2026-06-01 09:52:00", True, False),
            ("2026-06-01 11:15:01", False, True),
        ):
            with self.at(moment):
                ticket.invalidate_recordset()
                self.assertEqual(
                    (ticket.is_at_risk, ticket.is_late), (is_at_risk, is_late), moment
                )
                self.assertEqual(
                    ticket in ticket.search([("is_late", "=", True)]), is_late
                )

    def test_lists_by_turn_follow_an_index(self):
        self._file_answered()
        cr = self.env.cr
        # Of so few tickets either index is as good: the smaller file is taken.
        cr.execute("DROP INDEX helpdesk_ticket_next_deadline_idx")
        for setting in ("seqscan", "bitmapscan", "sort"):
            cr.execute(f"SET LOCAL enable_{setting} = off")
        for party in ("us", "customer"):
            query = self.env["helpdesk.ticket"]._search(
                [("turn", "=", party)], order="next_deadline, priority desc, id"
            )
            sql = query.select()
            cr.execute(f"EXPLAIN {sql.code}", tuple(sql.params))
            plan = "\n".join(line for (line,) in cr.fetchall())
            self.assertIn("helpdesk_ticket_turn_idx", plan)
            self.assertNotIn("Sort", plan)

    # === MESSAGES === #

    def test_what_comes_with_the_request_belongs_to_it(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._ask("2026-06-01 07:00:30", ticket)
        self.assertEqual(self._get_kinds(ticket), ["filed"])
        self._ask("2026-06-01 07:05:00", ticket, self.a2)
        self.assertEqual(self._get_kinds(ticket), ["filed", "asked"])
        self.assertEqual(ticket.waiting_since, datetime(2026, 6, 1, 7))

    def test_note_on_a_request_of_our_own_firm(self):
        """The agent's note is no message of the customer, who is their own firm."""
        us = self.agent.partner_id.copy({"name": "Colleague"})
        self.agent.partner_id.parent_id = us.parent_id = self.company.partner_id
        ticket = self._file_answered(partner_id=us.id)
        ticket.with_user(self.agent).message_post(
            body="Only for us", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self._get_kinds(ticket), ["filed", "answered"])

    def test_merged_question_waits_in_the_kept_ticket(self):
        kept = self._file_answered()
        other = self._file("2026-06-01 08:30:00")
        self._write("2026-06-01 09:00:00", other, duplicate_id=kept.id)
        self.assertFalse(other.turn)
        self.assertEqual(
            (kept.turn, kept.waiting_since), ("us", datetime(2026, 6, 1, 8, 30))
        )
        self.assertClock(kept, "next_response", "ongoing", "2026-06-01 11:30:00")
        # An answer in between was to something else.
        late = self._file("2026-06-01 08:45:00")
        self._answer("2026-06-01 09:30:00", kept)
        self._write("2026-06-01 10:00:00", late, duplicate_id=kept.id)
        self.assertEqual(kept.waiting_since, datetime(2026, 6, 1, 10))
        # What was answered leaves nothing to answer.
        self._answer("2026-06-01 11:00:00", kept)
        self._write("2026-06-01 12:00:00", self._file_answered(), duplicate_id=kept.id)
        kept.invalidate_recordset()
        self.assertFalse(kept.waiting_since)

    def test_merged_into_another_customers_ticket_asks_nothing(self):
        kept = self._file_answered(partner_id=self.b1.partner_id.id)
        other = self._file("2026-06-01 08:30:00")
        self._write("2026-06-01 09:00:00", other, duplicate_id=kept.id)
        self.assertEqual(self._get_kinds(kept), ["filed", "answered"])

    def test_message_on_a_merged_ticket_waits_in_the_kept_one(self):
        kept = self._file_answered()
        other = self._file_answered()
        self._write(
            "2026-06-01 08:30:00",
            other,
            duplicate_id=kept.id,
            stage_id=self.stage_done.id,
        )
        self._ask("2026-06-01 09:00:00", other)
        self.assertEqual(
            (other.waiting_since, kept.waiting_since),
            (False, datetime(2026, 6, 1, 9)),
        )

    def test_converted_and_open_again_still_talks(self):
        """What was promised is over; whoever writes waits for an answer."""
        ticket = self._file_answered()
        with patch.object(
            type(ticket),
            "_sla_get_closings",
            lambda record: {"conversion": "dismissed"},
        ):
            self._write("2026-06-01 08:30:00", ticket, stage_id=self.stage_progress.id)
            self._ask("2026-06-01 09:00:00", ticket)
        self.assertEqual(
            (ticket.turn, ticket.waiting_since), ("us", datetime(2026, 6, 1, 9))
        )
        self.assertEqual(ticket.next_response_state, "not_applicable")

    # === PROMISES === #

    def test_promise_changed_records_the_breach_first(self):
        ticket = self._file_answered()
        self._ask("2026-06-01 08:15:00", ticket)
        with self.at("2026-06-01 12:00:00"):
            self.plan_4.sla_ids.next_response_hours = 8
            self.env.flush_all()
        self.assertIn("breached", self._get_kinds(ticket))
        self.assertEqual(ticket.next_response_breached_at, datetime(2026, 6, 1, 11, 15))
        self._answer("2026-06-01 12:30:00", ticket)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.next_response_state, "missed")
        # Of this exchange only
        self._ask("2026-06-02 08:00:00", ticket)
        self.assertFalse(ticket.next_response_breached_at)
        self._answer("2026-06-02 09:00:00", ticket)
        self.assertClock(ticket, "next_response", "met", "2026-06-03 08:00:00")
        self.assertEqual(ticket.next_response_hours, 1)

    def test_ended_exchange_is_frozen(self):
        ticket = self._file_answered()
        self._ask("2026-06-01 08:15:00", ticket)
        self._answer("2026-06-01 09:00:00", ticket)
        self.plan_4.sla_ids.next_response_hours = 0.25
        self._write("2026-06-01 10:00:00", ticket, priority="3", priority_reason="-")
        self.assertClock(ticket, "next_response", "met", "2026-06-01 11:15:00")

    def test_manager_corrects_an_exchange(self):
        ticket = self._file_answered()
        self._ask("2026-06-01 08:15:00", ticket)
        self._answer("2026-06-02 09:00:00", ticket)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.next_response_state, "missed")
        with self.at("2026-06-02 10:00:00"):
            self.env["support.sla.correction"].with_user(self.manager).create(
                {
                    "ticket_id": ticket.id,
                    "clock": "next_response",
                    "state": "met",
                    "reason": "Answered by telephone",
                }
            ).action_apply()
            self.env.flush_all()
        self.assertClock(ticket, "next_response", "met", "2026-06-01 11:15:00")
        self._ask("2026-06-02 10:00:00", ticket)
        self.assertClock(ticket, "next_response", "ongoing", "2026-06-02 13:00:00")

    def test_without_a_promise_nothing_is_late(self):
        self.plan_4.sla_ids.next_response_hours = 0
        ticket = self._file_answered()
        self._ask("2026-06-01 08:15:00", ticket)
        self.assertClock(ticket, "next_response", "none")
        self.assertEqual(ticket.waiting_since, datetime(2026, 6, 1, 8, 15))
        self._answer("2026-06-08 08:15:00", ticket)
        self.assertNotIn("judged", self._get_kinds(ticket))

    def test_targets_are_checked(self):
        for hours in (-1, 24 * 366 * 5 + 1, 40 * 52 + 1):
            with self.subTest(hours), self.assertRaises(ValidationError):
                self.plan_4.sla_ids[0].next_response_hours = hours

    def test_why_panel_tells_it(self):
        ticket = self._file_answered()
        tell = ticket.with_user(self.agent).with_context(tz="Europe/Paris")
        with self.at("2026-06-01 08:15:00"):
            self.assertNotIn("Next Response", tell.sla_why)
        self._ask("2026-06-01 08:15:00", ticket)
        with self.at("2026-06-01 09:00:00"):
            why = tell.sla_why
        self.assertIn("Next Response", why)
        self.assertIn("45 min", why)

    # === TICKETS THAT WERE THERE BEFORE === #

    def _make_old(self):
        """Return tickets with a log of 19.0.1.0.0, each with what it waits for."""
        asked = self._file_answered()
        self._answer("2026-06-01 09:00:00", asked)
        self._ask("2026-06-01 10:00:00", asked, self.a2)
        self._ask("2026-06-01 11:00:00", asked)
        answered = self._file_answered()
        self._ask("2026-06-01 10:00:00", answered)
        self._answer("2026-06-01 11:00:00", answered)
        noted = self._file_answered()
        self._ask("2026-06-01 10:00:00", noted)
        noted.with_user(self.agent).message_post(
            body="Only for us", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        held = self._file_answered(stage_id=self.stage_awaiting.id)
        closed = self._file_answered()
        self._ask("2026-06-01 10:00:00", closed)
        self._write("2026-06-01 11:00:00", closed, stage_id=self.stage_done.id)
        stranger = self._file_answered()
        with self.at("2026-06-01 10:00:00"):
            stranger.message_post(
                body="Hello",
                author_id=self.b1.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        expected = {
            self._file("2026-06-01 07:00:00"): ("us", "2026-06-01 07:00:00"),
            asked: ("us", "2026-06-01 10:00:00"),
            answered: ("us", False),
            noted: ("us", "2026-06-01 10:00:00"),
            held: ("customer", False),
            closed: (False, False),
            stranger: ("us", False),
        }
        self.env.flush_all()
        ids = tuple(ticket.id for ticket in expected)
        self.env.cr.execute(
            """
            DELETE FROM support_ticket_event event
             WHERE ticket_id IN %(ids)s
               AND (kind IN ('asked', 'judged')
                    OR kind = 'answered' AND EXISTS (
                        SELECT 1 FROM support_ticket_event earlier
                         WHERE earlier.ticket_id = event.ticket_id
                           AND earlier.kind = 'answered' AND earlier.id < event.id));
            UPDATE helpdesk_ticket SET turn = NULL, waiting_since = NULL
             WHERE id IN %(ids)s
            """,
            {"ids": ids},
        )
        self.env.invalidate_all()
        return {
            ticket: (turn, fields.Datetime.to_datetime(since))
            for ticket, (turn, since) in expected.items()
        }

    def test_upgrade(self):
        expected = self._make_old()
        tickets = self.env["helpdesk.ticket"].union(*expected)
        script = load_script(file_path(PRE_SCRIPT), "pre-migration")
        self.env.cr.execute(script.QUESTIONS_SQL)
        self.env.cr.execute(script.TURN_SQL)
        self.env.invalidate_all()
        # As the engine has it, too.
        for _time in range(2):
            self.assertEqual(
                {ticket: (ticket.turn, ticket.waiting_since) for ticket in tickets},
                {
                    ticket: (turn, since or False)
                    for ticket, (turn, since) in expected.items()
                },
            )
            tickets.modified(["event_ids"])
            self.env.flush_all()

    def test_installation(self):
        expected = self._make_old()
        tickets = self.env["helpdesk.ticket"].union(*expected)
        self.env.cr.execute(
            "DELETE FROM support_ticket_event WHERE ticket_id IN %s", [tickets._ids]
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = filed_at WHERE id IN %s",
            [tickets._ids],
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertEqual(
            {ticket: (ticket.turn, ticket.waiting_since) for ticket in tickets},
            {
                ticket: (turn, since or False)
                for ticket, (turn, since) in expected.items()
            },
        )


@tagged("post_install", "-at_install")
class TestTurnNotice(TurnCase):
    """At risk after 96 minutes: each exchange is told of once."""

    def _run_job(self, moment):
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["helpdesk.ticket"]._cron_sla_notices()
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_notices(self, ticket):
        types = [
            activity.activity_type_id.get_external_id().popitem()[1]
            for activity in ticket.activity_ids.sorted("id")
        ]
        return [
            name.removeprefix(ACTIVITY_TYPE % "")
            for name in types
            if "next_response" in name
        ]

    def test_each_exchange_is_told_of_once(self):
        ticket = self._file_answered()
        # On Mondays, at 10:15 in Paris
        for day in ("2026-06-01", "2026-06-08"):
            self._ask(f"{day} 08:15:00", ticket)
            self._run_job(f"{day} 09:50:00")
            self.assertFalse(self._get_notices(ticket))
            for moment in ("09:51:00", "10:30:00"):
                self._run_job(f"{day} {moment}")
                self.assertEqual(self._get_notices(ticket), ["next_response_risk"])
            for moment in ("11:15:01", "14:00:00"):
                self._run_job(f"{day} {moment}")
                self.assertEqual(
                    self._get_notices(ticket),
                    ["next_response_risk", "next_response_breach"],
                )
            self._answer(f"{day} 14:30:00", ticket)
            self.assertFalse(self._get_notices(ticket))
        causes = ticket.event_ids.filtered(
            lambda event: event.clock == "next_response"
        ).mapped("kind")
        self.assertEqual(
            [causes.count(kind) for kind in ("noticed", "breached", "judged")],
            [4, 2, 2],
        )

    def test_no_volley_after_a_change_of_plan(self):
        ticket = self._file_answered()
        self._ask("2026-06-01 08:15:00", ticket)
        with self.at("2026-06-01 09:00:00"):
            self.plan_4.sla_ids.next_response_hours = 0.25
            self.env.flush_all()
        self._run_job("2026-06-01 09:05:00")
        self.assertFalse(self._get_notices(ticket))
        with self.at("2026-06-01 09:05:00"):
            self.assertTrue(ticket.is_late)

    def test_who_is_told(self):
        ticket = self._file_answered()
        self._ask("2026-06-01 08:15:00", ticket)
        self._run_job("2026-06-01 09:55:00")
        self._run_job("2026-06-01 12:00:00")
        told = {
            activity.activity_type_id.get_external_id().popitem()[1]: activity.user_id
            for activity in ticket.activity_ids
        }
        self.assertEqual(told[ACTIVITY_TYPE % "next_response_risk"], self.agent)
        self.assertEqual(told[ACTIVITY_TYPE % "next_response_breach"], self.manager)
