# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestTicketStanding(SlaCase):
    """Where a ticket stands: one sentence, by when, whose turn, what is needed."""

    def _stand(self, moment, ticket):
        with self.at(moment):
            ticket = ticket.with_context(tz="Europe/Paris").sudo()
            standing = ticket._get_portal_page_values(self.a1)["portal_standing"]
        return standing["turn"], standing["title"], " ".join(standing["needs"])

    def test_a_life(self):
        ticket = self._file("2026-06-01 07:00:00")
        turn, title, needs = self._stand("2026-06-01 07:30:00", ticket)
        self.assertEqual((turn, needs), ("desk", "Nothing is needed from you for now."))
        self.assertRegex(title, r"^You will be answered by .*2:00")
        turn, title, _needs = self._stand("2026-06-02 12:00:00", ticket)
        self.assertEqual(turn, "desk")
        self.assertIn("we are late", title)
        self._answer("2026-06-01 08:00:00", ticket)
        turn, title, _needs = self._stand("2026-06-01 08:30:00", ticket)
        self.assertEqual(turn, "desk")
        self.assertRegex(title, r"^A resolution is expected by ")
        self.stage_awaiting.hold_reason = "A screenshot, please"
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_awaiting.id)
        turn, title, needs = self._stand("2026-06-01 09:30:00", ticket)
        self.assertEqual((turn, title), ("customer", "We wait for your answer."))
        self.assertIn("A screenshot, please", needs)
        self._write("2026-06-01 10:00:00", ticket, stage_id=self.stage_progress.id)
        self._write("2026-06-01 10:10:00", ticket, stage_id=self.stage_done.id)
        turn, title, _needs = self._stand("2026-06-01 11:00:00", ticket)
        self.assertEqual(turn, "nobody")
        self.assertRegex(title, r"^Resolved on .*June 1.*12:10.*\(Europe/Paris\)\.$")

    def test_held_by_somebody_else(self):
        held = self.stage_awaiting.copy(
            {
                "name": "At the editor",
                "holds_sla": True,
                "hold_party": "editor",
                "hold_reason": "They look for the cause",
            }
        )
        ticket = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        self._write("2026-06-01 09:00:00", ticket, stage_id=held.id)
        turn, title, needs = self._stand("2026-06-01 09:30:00", ticket)
        self.assertEqual(
            (turn, title), ("other", "We wait for the editor of the software.")
        )
        self.assertIn("They look for the cause", needs)
        self.assertIn("Nothing is needed from you", needs)

    def _ask(self, moment, ticket):
        with self.at(moment):
            ticket.with_user(self.a1).message_post(body="And now?")
            self.env.flush_all()
            self.env.invalidate_all()

    def _list(self, ticket):
        """Return what the list tells: which promise is next, and whose turn it is."""
        ticket = ticket.sudo()
        return ticket._get_portal_next_promise(), ticket._get_portal_turn_label()

    def test_next_response_is_promised(self):
        self.plan_4.sla_ids.next_response_hours = 2
        ticket = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        self._ask("2026-06-01 08:15:00", ticket)
        turn, title, needs = self._stand("2026-06-01 08:30:00", ticket)
        self.assertEqual((turn, needs), ("desk", "Nothing is needed from you for now."))
        self.assertRegex(title, r"^You will be answered by .*1:15")
        self.assertEqual(self._list(ticket), ("Next response", "It is our turn"))
        title = self._stand("2026-06-01 12:00:00", ticket)[1]
        self.assertRegex(title, r"^You were to be answered by .*we are late")
        self._answer("2026-06-01 12:00:00", ticket)
        with self.at("2026-06-01 12:30:00"):
            promises = ticket.sudo()._get_portal_promises()
        self.assertEqual(promises[-1]["title"], "Next response")
        self.assertRegex(promises[-1]["sentences"][0], "later than promised")

    def test_question_on_what_is_held_is_owed_an_answer(self):
        """Also where no time is promised, and why it is held is told all the same."""
        held = self.stage_awaiting.copy(
            {
                "name": "At the editor",
                "hold_party": "editor",
                "hold_reason": "They look for the cause",
            }
        )
        ticket = self._file("2026-06-01 07:00:00", stage_id=held.id)
        self._answer("2026-06-01 08:00:00", ticket)
        self.assertEqual(self._list(ticket)[1], "Waiting for somebody else")
        self._ask("2026-06-01 08:15:00", ticket)
        turn, title, needs = self._stand("2026-06-01 08:30:00", ticket)
        self.assertEqual(turn, "desk")
        self.assertRegex(title, r"^We have your message of .*10:15.* owe you an answer")
        self.assertIn("They look for the cause", needs)
        self.assertEqual(self._list(ticket)[1], "It is our turn")

    def test_what_the_customer_can_do_comes_first(self):
        """A stage that asks, of a request that nobody answered: both wait."""
        self.stage_awaiting.hold_reason = "A screenshot, please"
        ticket = self._file("2026-06-01 07:00:00", stage_id=self.stage_awaiting.id)
        turn, title, needs = self._stand("2026-06-01 08:00:00", ticket)
        self.assertEqual((turn, title), ("customer", "We wait for your answer."))
        self.assertIn("A screenshot, please", needs)
        self.assertIn("You will be answered by", needs)
        self.assertEqual(self._list(ticket)[1], "It is your turn")

    def test_missed_stays_said(self):
        """P7: closing does not hide that it was later than promised."""
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-03 10:10:00", ticket, stage_id=self.stage_done.id)
        self.assertEqual(ticket.resolution_state, "missed")
        turn, title, _needs = self._stand("2026-06-03 11:00:00", ticket)
        self.assertEqual(turn, "nobody")
        self.assertRegex(title, r"^Resolved on .*June 3.*: later than promised.*June 1")
        with self.at("2026-06-03 11:00:00"):
            promises = ticket.sudo()._get_portal_promises()
        self.assertIn("later than promised", promises[1]["sentences"][0])

    def test_without_a_promise(self):
        """Closed without an answer: nobody says that it was answered."""
        ticket = self._file("2026-06-01 07:00:00", partner_id=self.b1.partner_id.id)
        self.assertEqual(ticket.response_state, "none")
        self.assertIn(
            "no time is promised", self._stand("2026-06-01 08:00:00", ticket)[1]
        )
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_cancelled.id)
        self.assertFalse(ticket._is_answered_without_promise())
        turn, title, _needs = self._stand("2026-06-01 10:00:00", ticket)
        self.assertEqual(turn, "nobody")
        self.assertRegex(title, r"^Closed on ")
        other = self._file("2026-06-01 07:00:00", partner_id=self.b1.partner_id.id)
        self._answer("2026-06-01 08:00:00", other)
        self._write("2026-06-01 09:00:00", other, stage_id=self.stage_cancelled.id)
        self.assertTrue(other._is_answered_without_promise())
