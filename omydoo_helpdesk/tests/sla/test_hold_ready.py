# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .test_hold import FILED_AT, HELD_AT, HoldCase

# For whom a ticket waits that is answered with a macro that is there, and why.
HOLDS = {
    "taken_in_charge": None,
    "ask_steps": "answer",
    "ask_access": "answer",
    "not_reproduced": "answer",
    "workaround": None,
    "corrected": "test",
    "resolved": None,
    "how_to": None,
    "editor_bug": "editor",
    "next_update": "update",
    "out_of_scope": None,
    "training": "answer",
    "third_party": "third_party",
    "reminder": "answer",
    "no_news": None,
}


@tagged("post_install", "-at_install")
class TestMacroHold(HoldCase):
    """One click answers, and has the ticket wait: for whom, why and until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.macro = cls.env["support.macro"].create(
            {
                "name": "With the bank",
                "body": "<p>We have asked your bank.</p>",
                "hold_reason_id": cls.reasons["third_party"].id,
                "hold_days": 3,
            }
        )

    def setUp(self):
        super().setUp()
        self.ticket = self._file(FILED_AT, user_id=self.agent.id)

    def _open(self, user=None, ticket=None, **vals):
        wizards = self.env["support.macro.send"].with_user(user or self.agent)
        ticket = ticket or self.ticket
        form = Form(wizards.with_context(default_ticket_id=ticket.id))
        for name, value in vals.items():
            form[name] = value
        return form

    def _send(self, button="action_send", **vals):
        with self.at(HELD_AT):
            getattr(self._open(**vals).save(), button)()
            self.env.flush_all()

    def test_without_a_stage_of_theirs(self):
        """Reason, party and end in one click, and the customer is written to once."""
        self._write(FILED_AT, self.ticket, stage_id=self.stage_progress.id)
        self._send(macro_id=self.macro)
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["third_party"])
        # Monday 10:00 in Paris, three working days: Thursday
        self.assertEqual(self.ticket.hold_until, datetime(2026, 6, 4, 8))
        self.assertEqual(self.ticket.turn, "third_party")
        self.assertClock(self.ticket, "response", "met", "2026-06-01 12:00:00")
        # Of four hours one had passed: three more from Thursday 10:00 on
        self.assertClock(self.ticket, "resolution", "held", "2026-06-04 12:00:00")
        self.assertFalse(self._find_told(self.ticket))
        self._run_job("2026-06-04 08:00:00")
        self.assertFalse(self.ticket.hold_reason_id)
        self.assertTrue(self._find_activities(self.ticket))

    def test_in_the_stage_of_the_team(self):
        theirs = self.stage_awaiting.copy(
            {"name": "With others", "hold_party": "third_party", "sequence": 90}
        )
        self._send(macro_id=self.macro)
        self.assertEqual(self.ticket.stage_id, theirs)
        self.assertEqual(
            self._get_log(self.ticket),
            [(datetime(2026, 6, 1, 8), "hold", "third_party", datetime(2026, 6, 4, 8))],
        )

    def test_in_a_chosen_stage(self):
        self._send(macro_id=self.macro, stage_id=self.stage_progress)
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.assertEqual(self.ticket.turn, "third_party")

    def test_told_in_words_before(self):
        self._write(FILED_AT, self.ticket, stage_id=self.stage_progress.id)
        with self.at(HELD_AT):
            form = self._open(macro_id=self.macro)
            self.assertEqual(
                form.hold_notice,
                "Waiting for: Third party, in the stage “In Progress”, until 6/4/26, "
                "10:00\u202fAM. The customer reads: “Another provider has to act "
                "before us.”",
            )
            form.hold_reason_id = self.reasons["answer"]
            form.hold_until = False
            self.assertEqual(
                form.hold_notice,
                "Waiting for: Customer, in the stage “Awaiting”, until they answer. "
                "The customer reads: “We need information from you to go on.”",
            )
            form.hold_reason_id = self.reasons["editor"]
            self.assertIn("until somebody takes it up again", form.hold_notice)
            form.hold_reason_id = self.env["support.hold.reason"]
            self.assertFalse(form.hold_notice)

    def test_edited_before_it_is_sent(self):
        self._send(
            macro_id=self.macro,
            hold_reason_id=self.reasons["editor"],
            hold_until="2026-06-02 08:00:00",
        )
        self.assertEqual(self.ticket.turn, "editor")
        self.assertEqual(self.ticket.hold_until, datetime(2026, 6, 2, 8))

    def test_nothing_but_a_hold_is_told(self):
        self._send(hold_reason_id=self.reasons["editor"])
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["editor"])
        self.assertEqual(len(self._find_told(self.ticket)), 1)

    def test_wait_for_the_customer_instead(self):
        self.stage_awaiting.holds_sla = False
        self._send("action_send_hold", macro_id=self.macro)
        self.assertEqual(self.ticket.turn, "customer")
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["answer"])
        self.assertFalse(self.ticket.hold_until)

    def test_close_instead(self):
        self._send("action_send_close", macro_id=self.macro)
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        self.assertFalse(self.ticket.hold_reason_id)

    def test_the_wizard_s_checks(self):
        before = self.ticket.message_ids
        for vals, reason in (
            ({"hold_until": "2026-05-01 08:00:00"}, "after the present"),
            ({"hold_until": "2027-07-01 08:00:00"}, "within a year"),
            ({"stage_id": self.stage_awaiting}, "somebody else"),
            ({"stage_id": self.stage_done}, "closed cannot be put on hold"),
        ):
            with (
                self.assertRaisesRegex((UserError, ValidationError), reason),
                self.env.cr.savepoint(),
            ):
                self._send(macro_id=self.macro, **vals)
            self.env.invalidate_all()
            self.assertEqual(self.ticket.message_ids, before, "nothing was sent")

    def test_a_reason_of_another_company(self):
        theirs = self.env["res.company"].create({"name": "Theirs"})
        reason = self.reasons["editor"].copy({"company_id": theirs.id})
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.macro.hold_reason_id = reason
        wizard = self._open(macro_id=self.macro).save()
        with self.assertRaisesRegex(UserError, "another company"), self.at(HELD_AT):
            wizard.sudo().hold_reason_id = reason
            wizard.sudo().action_send()

    def test_a_reason_that_is_not_used_any_more(self):
        other = self.reasons["third_party"].copy({"name": "Your bank has to act."})
        self.macro.hold_reason_id = other
        other.active = False
        self._send(macro_id=self.macro)
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["third_party"])

    def test_a_macro_that_makes_no_sense(self):
        for stage in (self.stage_done, self.stage_awaiting):
            with self.assertRaisesRegex(ValidationError, "Leave the stage empty"):
                self.macro.stage_id = stage
        for days in (-1, 201):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.macro.hold_days = days
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            # A reason that a macro gives is put away, not deleted.
            self.reasons["third_party"].unlink()

    def test_who_gives_the_ticket_away(self):
        """An agent of their own tickets does not write on it afterwards."""
        own = new_test_user(
            self.env, "own_holder", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.team.user_ids = [Command.link(own.id), Command.link(self.agent.id)]
        self.ticket.user_id = own
        self.macro.write({"assignment": "user", "user_id": self.agent.id})
        self._send(user=own, macro_id=self.macro)
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(self.ticket.turn, "third_party")

    def test_in_the_calendar_of_the_plan_or_of_the_company(self):
        """Over a Friday off, and by days without a plan whose company never closes."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.CAL.id,
                "company_id": self.company.id,
                "date_from": "2026-06-04 22:00:00",
                "date_to": "2026-06-05 21:59:59",
            }
        )
        other = self._file(FILED_AT, partner_id=self.b1.partner_id.id)
        self.company.resource_calendar_id = False
        with self.at("2026-06-03 08:00:00"):
            for ticket, expected in (
                # Thursday, Monday, Tuesday
                (self.ticket, "2026-06-09 08:00:00"),
                (other, "2026-06-06 08:00:00"),
            ):
                form = self._open(ticket=ticket, macro_id=self.macro)
                self.assertEqual(str(form.hold_until), expected)

    def test_those_there_are(self):
        """In a team that has a stage for the customer only, as the base comes."""
        for name, reason in HOLDS.items():
            macro = self.env.ref(f"omydoo_helpdesk.support_macro_{name}")
            ticket = self._file(FILED_AT, user_id=self.agent.id)
            with self.at(HELD_AT):
                self._open(ticket=ticket, macro_id=macro).save().action_send()
                self.env.flush_all()
            expected = self.env["support.hold.reason"]
            if reason:
                expected = self.env.ref(f"omydoo_helpdesk.support_hold_reason_{reason}")
            self.assertEqual(ticket.hold_reason_id, expected, name)
            turn = expected.party or (not ticket.stage_id.closed and "us")
            self.assertEqual(ticket.turn, turn, name)


@tagged("post_install", "-at_install")
class TestBulkHold(HoldCase):
    """Some tickets are put on hold at once: all of them, or none."""

    def setUp(self):
        super().setUp()
        self.tickets = self.env["helpdesk.ticket"].concat(
            *(self._file(FILED_AT) for _number in range(3))
        )
        for ticket in self.tickets:
            self._answer("2026-06-01 07:30:00", ticket)

    def _apply(self, moment=HELD_AT, tickets=None, user=None, **vals):
        tickets = self.tickets if tickets is None else tickets
        wizards = self.env["support.ticket.bulk"].with_user(user or self.agent)
        with self.at(moment):
            form = Form(
                wizards.with_context(active_model=tickets._name, active_ids=tickets.ids)
            )
            for name, value in vals.items():
                form[name] = value
            form.save().action_apply()
            self.env.flush_all()

    def test_reason_and_end(self):
        self._write(FILED_AT, self.tickets[0], stage_id=self.stage_progress.id)
        self._apply(
            hold_reason_id=self.reasons["answer"], hold_until="2026-06-03 12:00:00"
        )
        for ticket in self.tickets:
            self.assertEqual(ticket.stage_id, self.stage_awaiting)
            self.assertEqual(ticket.hold_reason_id, self.reasons["answer"])
            self.assertEqual(ticket.hold_until, datetime(2026, 6, 3, 12))
            self.assertEqual(ticket.turn, "customer")
            self.assertEqual(len(self._find_told(ticket)), 1)

    def test_silently_and_with_what_else_is_changed(self):
        """Who has the priority already waits like the others."""
        self._write(
            FILED_AT, self.tickets[1], priority="3", priority_reason="They pack by hand"
        )
        told = [len(self._find_told(ticket)) for ticket in self.tickets]
        self._apply(
            hold_reason_id=self.reasons["update"],
            tell_customers=False,
            priority="3",
            priority_reason="Season begins",
        )
        for ticket in self.tickets:
            self.assertEqual(ticket.turn, "update")
            self.assertEqual(ticket.priority, "3")
            self.assertFalse(ticket.hold_until)
        self.assertEqual(self.tickets[1].priority_reason, "They pack by hand")
        # Of the priority, where it is another one.
        self.assertEqual(
            [len(self._find_told(ticket)) for ticket in self.tickets],
            [told[0] + 1, told[1], told[2] + 1],
        )

    def test_in_a_chosen_stage(self):
        self._apply(hold_reason_id=self.reasons["editor"], stage_id=self.stage_progress)
        self.assertEqual(self.tickets.stage_id, self.stage_progress)
        self.assertEqual(self.tickets.mapped("turn"), ["editor"] * 3)

    def test_all_or_nothing(self):
        closed = self.tickets[2]
        self._write("2026-06-01 07:40:00", closed, stage_id=self.stage_done.id)
        sentence = f"Nothing was changed.\n{closed.number}: what is closed cannot"
        with self.assertRaisesRegex(UserError, sentence), self.env.cr.savepoint():
            self._apply(hold_reason_id=self.reasons["answer"])
        self.env.invalidate_all()
        self.assertFalse(self.tickets.hold_reason_id)
        with (
            self.assertRaisesRegex(UserError, "after the present"),
            self.env.cr.savepoint(),
        ):
            self._apply(
                tickets=self.tickets[:2],
                hold_reason_id=self.reasons["answer"],
                hold_until="2026-05-01 08:00:00",
            )
        self.env.invalidate_all()
        self.assertFalse(self.tickets.hold_reason_id)
        self.assertFalse(self._find_told(self.tickets[0]))

    def test_reasons_of_their_company(self):
        theirs = self.env["res.company"].create({"name": "Theirs"})
        reason = self.reasons["editor"].copy({"company_id": theirs.id})
        mine = self.reasons["editor"].copy({"company_id": self.company.id})
        wizards = self.env["support.ticket.bulk"].with_context(
            active_model=self.tickets._name, active_ids=self.tickets.ids
        )
        usable = Form(wizards).usable_reason_ids[:]
        self.assertIn(mine, usable)
        self.assertNotIn(reason, usable)

    def test_what_is_given_away(self):
        own = new_test_user(
            self.env, "own_bulk", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.team.user_ids = [Command.link(own.id), Command.link(self.agent.id)]
        self.tickets.user_id = own
        self._apply(
            user=own,
            hold_reason_id=self.reasons["editor"],
            assignment="user",
            user_id=self.agent,
        )
        self.assertEqual(self.tickets.mapped("turn"), ["editor"] * 3)
        self.assertEqual(self.tickets.user_id, self.agent)

    def test_statements_do_not_grow_by_ticket(self):
        """What each ticket costs in the log and the mails, and nothing besides."""

        def count(number):
            tickets = self.env["helpdesk.ticket"].concat(
                *(self._file(FILED_AT) for _number in range(number))
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._apply(
                tickets=tickets,
                hold_reason_id=self.reasons["editor"],
                tell_customers=False,
            )
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(2), count(12)
        self.assertLessEqual(many, few + 5)
