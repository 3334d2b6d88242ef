# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo.tests import tagged

from .move_common import MoveCase


@tagged("post_install", "-at_install")
class TestMoveKept(MoveCase):
    """What a year of a desk lost on its way out and in again, and may not."""

    def _say(self, **values):
        return {
            "at": "2026-06-01T07:00:00Z",
            "kind": "reply",
            "by": "customer",
            "author": {"email": self.a1.partner_id.email},
            "text": "Hello",
            **values,
        }

    def test_what_was_converted_elsewhere_is_taken(self):
        stage = self.env.ref("omydoo_helpdesk.helpdesk_ticket_stage_taken_over")
        run, ticket = self._move_in(
            self._make_ticket(
                stage=stage.name, closed=True, closed_at="2026-06-02T08:00:00Z"
            )
        )
        self.assertFalse(run.kept)
        self.assertEqual(ticket.stage_id, stage)
        self.assertEqual(ticket.closed_date, datetime(2026, 6, 2, 8))

    def test_closing_is_when_it_was_told_to_be(self):
        """Closed once more on the next day, while the clock had ended before."""
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Done",
                closed=True,
                closed_at="2026-06-02T08:00:00Z",
                events=[
                    {"at": "2026-06-01T06:00:00Z", "kind": "filed"},
                    {"at": "2026-06-01T07:00:00Z", "kind": "answered"},
                    {"at": "2026-06-01T07:00:00Z", "kind": "solved", "cause": "stage"},
                ],
            )
        )
        self.assertEqual(ticket.closed_date, datetime(2026, 6, 2, 8))
        self.assertEqual(ticket.resolution_ended_at, datetime(2026, 6, 1, 7))

    def test_reasons_of_former_holds_stay(self):
        """Each its own, not that of the hold of today."""
        _run, ticket = self._move_in(
            self._make_ticket(
                stage="Awaiting",
                events=[
                    {"at": "2026-06-01T06:00:00Z", "kind": "filed"},
                    {
                        "at": "2026-06-01T07:00:00Z",
                        "kind": "hold",
                        "cause": "stage",
                        "party": "editor",
                        "note": "The editor looks into it",
                    },
                    {"at": "2026-06-01T08:00:00Z", "kind": "resume", "cause": "stage"},
                ],
            )
        )
        holds = ticket.event_ids.filtered(lambda event: event.kind == "hold")
        self.assertEqual(holds[0].note, "The editor looks into it")
        self.assertEqual(holds[1].note, ticket.hold_reason_id.name)

    def test_spaces_that_do_not_break_stay(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                title="Priorité\u00a0: haute",
                messages=[self._say(subject="Re\u202f:  Priorité\u00a0:\thaute")],
            )
        )
        self.assertEqual(ticket.name, "Priorité\u00a0: haute")
        self.assertEqual(ticket.message_ids.subject, "Re\u202f: Priorité\u00a0: haute")

    def test_notes_by_mail_are_mails(self):
        _run, ticket = self._move_in(
            self._make_ticket(messages=[self._say(kind="note", by_mail=True)])
        )
        self.assertRecordValues(
            ticket.message_ids, [{"message_type": "email", "is_internal": True}]
        )

    def test_mails_of_the_company_are_the_companys(self):
        own = self.company.partner_id
        own.email = "desk@omydoo.example"
        body = '<p style="margin: 0px">We have received it</p>'
        run, ticket = self._move_in(
            self._make_ticket(
                messages=[
                    self._say(
                        kind="notice",
                        by="desk",
                        author={"company": own.name, "email": own.email},
                        body=body,
                        text=None,
                    )
                ]
            )
        )
        message = ticket.message_ids
        self.assertEqual(message.author_id, own)
        self.assertEqual(message.message_type, "auto_comment")
        # Nobody is to be named for it.
        self.assertFalse(run.lacking)
        with self.subTest(way="out"):
            values = ticket._get_move_message(message)
            self.assertEqual(values["by"], "desk")
            self.assertEqual(values["author"]["company"], own.name)

    def test_hold_says_whom_it_waits_for(self):
        for party in ("customer", "editor", "third_party", "update"):
            with self.subTest(party=party):
                hold = {"reason": party, "until": "2026-06-09T08:00:00Z"}
                _run, ticket = self._move_in(
                    self._make_ticket(hold=hold), header={"source": party}
                )
                self.assertEqual(ticket.hold_reason_id.party, party)
                self.assertEqual(ticket.hold_until, datetime(2026, 6, 9, 8))
