# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .change_common import ORIGIN, ChangeCase

SCRIPT = "omydoo_helpdesk/migrations/19.0.2.0.0/post-migration.py"


@tagged("post_install", "-at_install")
class TestChangeTalk(ChangeCase):
    """Questions and answers about a change, and until when there is time for them."""

    def _ask_question(self, note="How long?"):
        self.change.with_user(self.a1).sudo()._ask_question(
            self.a1.partner_id, note, ORIGIN
        )

    # === QUESTIONS === #

    def test_question_is_in_the_conversation(self):
        self._ask(self.change)
        before = self.ticket.message_ids
        self._ask_question("How long?\n<b>Really?</b>")
        # Beside the receipt by mail.
        message = (self.ticket.message_ids - before).filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertEqual(message.author_id, self.a1.partner_id)
        self.assertEqual(message.message_type, "comment")
        self.assertFalse(message.is_internal)
        self.assertIn("How long?<br>&lt;b&gt;Really?&lt;/b&gt;", message.body)
        self.assertIn(self.change.name, message.body)
        self.assertEqual(self.change.open_question, "How long?\n<b>Really?</b>")

    def test_answer_is_in_the_conversation(self):
        self._ask(self.change)
        self._ask_question()
        self._ask_question("And when?")
        before = self.ticket.message_ids
        self.change.with_user(self.agent).action_answer("Ten minutes, at noon.")
        message = self.ticket.message_ids - before
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.a1.partner_id, message.partner_ids)
        self.assertIn("Ten minutes, at noon.", message.body)
        # One answer to both.
        self.assertFalse(self.change.open_question)
        with self.assertRaisesRegex(UserError, "Nothing is asked"):
            self.change.with_user(self.agent).action_answer("Again.")

    def test_answer_by_the_wizard(self):
        self._ask(self.change)
        self._ask_question()
        step = (
            self.env["support.change.step"]
            .with_user(self.agent)
            .create(
                {
                    "change_id": self.change.id,
                    "kind": "answer",
                    "note": "Ten minutes.",
                }
            )
        )
        self.assertEqual(step.open_question, "How long?")
        step.action_confirm()
        self.assertEqual(self.change.event_ids.sorted("id")[-1].note, "Ten minutes.")
        with self.assertRaisesRegex(UserError, "Write the answer"):
            self._ask_question()
            self.change.with_user(self.agent).action_answer(" ")

    def test_answer_without_right(self):
        self._ask(self.change)
        self._ask_question()
        with self.assertRaises(AccessError):
            self.change.with_user(self.a1).action_answer("Me.")

    def test_question_is_answered_whatever_was_decided(self):
        self._ask(self.change)
        self._ask_question()
        self._agree(self.change)
        self.change.with_user(self.agent).action_answer("Ten minutes.")
        self.assertEqual(self.change.state, "agreed")
        self.assertTrue(self.change.consent_event_id)

    def test_clock_runs_while_the_desk_is_asked(self):
        # 4 h from 10:30 (Paris), less the lunch: 15:30. Held from 11:00 to 11:30 and
        # from 14:00 to 15:00: 1.5 h more.
        ticket = self._file("2026-06-01 08:30:00")
        self.change = self._create_change(ticket_id=ticket.id)
        with self.at("2026-06-01 09:00:00"):
            self._ask(self.change)
            self.env.flush_all()
        self.assertEqual(ticket.resolution_state, "held")
        with self.at("2026-06-01 09:30:00"):
            self._ask_question()
            self.env.flush_all()
        self.assertEqual(ticket.resolution_state, "ongoing")
        with self.at("2026-06-01 12:00:00"):
            self.change.with_user(self.agent).action_answer("Ten minutes.")
            self.env.flush_all()
        self.assertEqual(ticket.resolution_state, "held")
        with self.at("2026-06-01 13:00:00"):
            self._agree(self.change)
            self.env.flush_all()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 15:00:00")

    # === UNTIL WHEN === #

    def _to_string(self, moment):
        return fields.Datetime.to_string(moment)

    def test_last_day_to_answer_is_before_what_is_planned(self):
        # Asked on Monday 1 June at 08:00 UTC; 14 days to agree.
        for planned_at, answer_by, expires_at in (
            (False, "2026-06-15 08:00:00", "2026-06-15 08:00:00"),
            ("2026-06-05 10:00:00", "2026-06-04 10:00:00", "2026-06-19 10:00:00"),
            # Too near for a day in between.
            ("2026-06-02 10:00:00", "2026-06-02 10:00:00", "2026-06-16 10:00:00"),
            ("2026-07-01 10:00:00", "2026-06-15 08:00:00", "2026-07-15 10:00:00"),
        ):
            with self.subTest(planned_at=planned_at):
                change = self._create_change(planned_at=planned_at)
                self._ask(change)
                self.assertEqual(self._to_string(change.answer_by), answer_by)
                self.assertEqual(self._to_string(change.expires_at), expires_at)

    def test_what_is_planned_in_the_past_is_not_asked(self):
        self.change.planned_at = "2026-06-01 07:59:59"
        self._test(self.change)
        self.change.action_confirm_backup()
        self.assertIn("is over: plan it again", self.change.obstacle)
        with self.assertRaisesRegex(UserError, "is over: plan it again"):
            self.change.action_ask()

    def test_too_late_to_answer(self):
        self.change.planned_at = "2026-06-05 10:00:00"
        self._ask(self.change)
        with self.at("2026-06-04 10:00:00"):
            with self.assertRaisesRegex(UserError, "time to answer is over"):
                self._agree(self.change)
            self.change._expire()
        self.assertEqual(self.change.state, "draft")

    def test_agreement_holds_after_the_last_day_to_answer(self):
        self.change.planned_at = "2026-06-05 10:00:00"
        self._ask(self.change)
        self._agree(self.change)
        with self.at("2026-06-05 10:00:00"):
            self.change._expire()
            self.assertEqual(self.change.state, "agreed")

    # === BEFORE 19.0.2.0.0 === #

    def test_what_was_withdrawn_is_not_refused_any_more(self):
        withdrawn, refused, again = (self._create_change() for _number in range(3))
        for change in (withdrawn, refused, again):
            self._ask(change)
        for change in (withdrawn, again):
            self._agree(change)
            change._withdraw(self.a1.partner_id, "Month end", ORIGIN)
        again.action_ask()
        for change in (refused, again):
            change._refuse(
                self.a1.partner_id, self._text_hash(change), "fr_FR", "No", ORIGIN
            )
        withdrawn._write_guarded({"state": "refused"})
        self.env.flush_all()
        script = load_script(file_path(SCRIPT), "post-migration")
        self.env.cr.execute(script.WITHDRAWN_SQL)
        self.env.invalidate_all()
        self.assertEqual(withdrawn.state, "withdrawn")
        self.assertEqual((refused.state, again.state), ("refused", "refused"))
