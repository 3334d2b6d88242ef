# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo.tests import tagged

from .move_common import MoveCase

DESK_PERSON = {"email": "support_agent@desk.example.com"}
# Monday in Paris: 10:00, 12:00 and 14:00, in UTC
AT_10, AT_12, AT_14 = (f"2026-06-01T{hour:02}:00:00Z" for hour in (8, 10, 12))


def say(at, by="desk"):
    """Return a message of the format."""
    return {"at": at, "kind": "reply", "by": by, "author": DESK_PERSON, "text": "Hi"}


@tagged("post_install", "-at_install")
class TestMoveClocks(MoveCase):
    """Clocks follow the history: filed on Monday at 8, 4 hours promised for both.

    8-12 and 13-17 in Paris: what is promised ends at noon.
    """

    def assertResults(self, ticket, response, resolution):
        self.assertEqual(
            (ticket.response_state, ticket.resolution_state), (response, resolution)
        )

    def _get_notes(self, ticket):
        corrected = ticket.event_ids.filtered(lambda event: event.kind == "corrected")
        return sorted(corrected.mapped(lambda event: (event.clock, event.note)))

    def test_log_tells_all(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Done",
                closed=True,
                closed_at=AT_14,
                events=[
                    {"at": "2026-06-01T06:00:00Z", "kind": "filed"},
                    {
                        "at": AT_10,
                        "kind": "answered",
                        "by": DESK_PERSON,
                        "note": "By telephone",
                    },
                    {"at": AT_14, "kind": "solved", "cause": "stage"},
                ],
            )
        )
        self.assertResults(ticket, "met", "missed")
        self.assertEqual(ticket.resolution_hours, 5)
        self.assertEqual(ticket.closed_date, datetime(2026, 6, 1, 12))
        answer = ticket.event_ids[1]
        self.assertEqual(answer.user_id, self.agent)
        self.assertEqual(answer.note, "By telephone")
        self.assertEqual(
            [(event.kind, event.at.hour) for event in ticket.event_ids],
            [("filed", 6), ("answered", 8), ("solved", 12)],
        )

    def test_hold_of_the_log_stops_the_clock(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Done",
                closed=True,
                closed_at=AT_14,
                events=[
                    {
                        "at": AT_10,
                        "kind": "hold",
                        "cause": "stage",
                        "party": "customer",
                    },
                    # 12:00 in Paris: two hours of the promise are left
                    {"at": AT_12, "kind": "resume", "cause": "stage"},
                    {"at": AT_12, "kind": "answered"},
                    {"at": AT_14, "kind": "solved", "cause": "stage"},
                ],
            )
        )
        self.assertResults(ticket, "met", "met")
        self.assertEqual(ticket.resolution_hours, 3)
        self.assertEqual(ticket.held_hours_customer, 2)

    def test_messages_tell_the_response_and_not_a_missed_resolution(self):
        # Resolved after five hours: on time, if it waited for one of them.
        run, ticket = self._move_in(
            self._make_ticket(
                stage="Done", closed=True, closed_at=AT_14, messages=[say(AT_10)]
            )
        )
        self.assertResults(ticket, "met", "not_applicable")
        self.assertEqual(
            self._get_notes(ticket), [("resolution", "History incomplete")]
        )
        self.assertEqual(run.counts["incomplete"], 1)

    def test_kept_whatever_nobody_tells_is_kept(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Done", closed=True, closed_at=AT_10, messages=[say(AT_10)]
            )
        )
        self.assertResults(ticket, "met", "met")
        self.assertFalse(self._get_notes(ticket))

    def test_late_answer_is_missed(self):
        _run, ticket = self._move_in(self._make_ticket(messages=[say(AT_14)]))
        self.assertResults(ticket, "missed", "ongoing")
        self.assertTrue(ticket.is_late)

    def test_closed_without_a_date_claims_nothing(self):
        _run, ticket = self._move_in(
            self._make_ticket(stage="Done", closed=True, messages=None)
        )
        self.assertResults(ticket, "not_applicable", "not_applicable")
        self.assertEqual(ticket.closed_date, ticket.filed_at)

    def test_closed_late_without_messages_claims_nothing(self):
        # It may have been answered by telephone, within the hour.
        _run, ticket = self._move_in(
            self._make_ticket(stage="Done", closed=True, closed_at=AT_14, messages=None)
        )
        self.assertResults(ticket, "not_applicable", "not_applicable")

    def test_date_of_the_answer_is_enough_for_the_response(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Done",
                closed=True,
                closed_at=AT_14,
                answered_at=AT_14,
                messages=None,
            )
        )
        self.assertResults(ticket, "missed", "not_applicable")

    def test_what_the_former_desk_says_counts(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Done",
                closed=True,
                closed_at=AT_14,
                messages=[say(AT_10)],
                results={"response": "met", "resolution": "missed"},
            )
        )
        self.assertResults(ticket, "met", "missed")
        # Nothing was promised here; it was there.
        _run, ticket = self._move_in(
            self._make_ticket(
                2,
                customer={"name": "B", "email": self.b1.partner_id.email},
                stage="Done",
                closed=True,
                closed_at=AT_14,
                messages=[say(AT_10)],
                results={"resolution": "missed"},
            )
        )
        ticket = ticket.filtered(lambda each: each.number == "OLD-2")
        self.assertResults(ticket, "none", "missed")
        self.assertEqual(
            self._get_notes(ticket), [("resolution", "As the former desk had it")]
        )

    def test_plan_of_the_day_of_filing_decides(self):
        self.subscription.date_start = datetime(2026, 6, 2).date()
        _run, ticket = self._move_in(self._make_ticket(messages=[say(AT_14)]))
        self.assertResults(ticket, "none", "none")

    def test_cancelled_there_is_no_result_here(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Cancelled", closed=True, closed_at=AT_10, messages=[say(AT_10)]
            )
        )
        self.assertResults(ticket, "met", "not_applicable")
        self.assertEqual(ticket.event_ids[-1].kind, "dismissed")

    def test_waiting_ticket_waits_and_goes_on_with_an_answer(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Awaiting",
                messages=[say(AT_10)],
                events=[
                    {"at": AT_10, "kind": "answered"},
                    {
                        "at": AT_10,
                        "kind": "hold",
                        "cause": "stage",
                        "party": "customer",
                    },
                ],
            )
        )
        self.assertEqual(ticket.resolution_state, "held")
        self.assertEqual(ticket.held_since, datetime(2026, 6, 1, 8))
        self.assertEqual(ticket.turn, "customer")
        self.assertEqual(ticket.hold_reason_id.party, "customer")

    def test_customer_who_wrote_last_waits(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                messages=[
                    say(AT_10),
                    {
                        "at": AT_12,
                        "kind": "reply",
                        "by": "customer",
                        "text": "Still broken",
                    },
                ]
            )
        )
        self.assertEqual(ticket.turn, "us")
        self.assertEqual(ticket.waiting_since, datetime(2026, 6, 1, 10))
