# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCommon

from ..sla_common import SlaCase
from .sla_oracle import paris

MAIL = """From: {sender}
To: support@example.com
Subject: Re: {ticket.name}
Message-Id: <{number}.{ticket.id}@customer.example.com>
In-Reply-To: {reply_to}
References: {reply_to}
Content-Type: text/plain; charset=utf-8

Voilà la réponse.
"""

# Who does what, and when: days of June 2026 (the 1st is a Monday) in Paris, office
# hours 08:00-12:00 and 13:00-17:00, 2 hours to each next response. Then, worked out by
# hand: whose turn it is, since when the customer waits, the state and the deadline of
# the next response, and what the log keeps of each exchange.
FILED = ("1 09:00", "files")
ANSWERED = ("1 10:00", "agent")
ASKED = ("1 11:00", "customer")
DIALOGUES = {
    # The filing counts until the first answer
    "filed": ([FILED], "us", "1 09:00", "none", None, []),
    "answered": ([FILED, ANSWERED], "us", None, "none", None, []),
    "answered twice": (
        [FILED, ANSWERED, ("1 11:00", "agent")],
        *("us", None, "none", None, []),
    ),
    "a note is no answer": (
        [FILED, ("1 10:00", "note")],
        *("us", "1 09:00", "none", None, []),
    ),
    "a stage is no answer": (
        [FILED, ("1 10:00", "progress")],
        *("us", "1 09:00", "none", None, []),
    ),
    "an automatic mail is no answer": (
        [FILED, ("1 10:00", "automatic")],
        *("us", "1 09:00", "none", None, []),
    ),
    "asked again before the first answer": (
        [FILED, ("1 10:00", "customer")],
        *("us", "1 09:00", "none", None, []),
    ),
    # One exchange
    "asked": (
        [FILED, ANSWERED, ASKED],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "answered in time": (
        [FILED, ANSWERED, ASKED, ("1 13:30", "agent")],
        *("us", None, "met", "1 14:00", ["met"]),
    ),
    "answered late": (
        [FILED, ANSWERED, ASKED, ("1 14:30", "agent")],
        *("us", None, "missed", "1 14:00", ["missed"]),
    ),
    "the first of two messages counts": (
        [FILED, ANSWERED, ASKED, ("1 13:30", "customer")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "answered at the very deadline": (
        [FILED, ANSWERED, ASKED, ("1 13:30", "customer"), ("1 14:00", "agent")],
        *("us", None, "met", "1 14:00", ["met"]),
    ),
    "a note to a colleague does not end it": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "note")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "asked in the evening": (
        [FILED, ANSWERED, ("1 18:00", "customer"), ("2 09:59", "agent")],
        *("us", None, "met", "2 10:00", ["met"]),
    ),
    "asked before the weekend": (
        [FILED, ANSWERED, ("5 16:30", "customer"), ("8 09:31", "agent")],
        *("us", None, "missed", "8 09:30", ["missed"]),
    ),
    "two exchanges": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "agent")]
        + [("1 15:00", "customer"), ("2 09:30", "agent")],
        *("us", None, "missed", "1 17:00", ["met", "missed"]),
    ),
    # Who else writes
    "a colleague of the customer, by mail": (
        [FILED, ANSWERED, ("1 11:00", "colleague by mail")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "a stranger": (
        [FILED, ANSWERED, ("1 11:00", "stranger")],
        *("us", None, "none", None, []),
    ),
    "the customer is out of office": (
        [FILED, ANSWERED, ("1 10:00", "awaiting"), ("1 11:00", "out of office")],
        *("customer", None, "none", None, []),
    ),
    # Holds
    "answered and held for the customer": (
        [FILED, ANSWERED, ("1 10:00", "awaiting")],
        *("customer", None, "none", None, []),
    ),
    "the customer answers what they were asked": (
        [FILED, ANSWERED, ("1 10:00", "awaiting"), ASKED],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "a hold without an answer": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "awaiting")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "a hold of what was never answered": (
        [FILED, ("1 10:00", "awaiting")],
        *("us", "1 09:00", "none", None, []),
    ),
    "held by the editor": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "agent"), ("1 11:40", "editor")],
        *("editor", None, "met", "1 14:00", ["met"]),
    ),
    "any news from the editor?": (
        [FILED, ANSWERED, ("1 10:00", "editor"), ("1 14:00", "customer")],
        *("us", "1 14:00", "ongoing", "1 16:00", []),
    ),
    # Closings
    "closed": ([FILED, ANSWERED, ("1 11:00", "done")], False, None, "none", None, []),
    "a word of thanks": (
        [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")],
        *(False, None, "none", None, []),
    ),
    "closed in time without an answer": (
        [FILED, ANSWERED, ASKED, ("1 13:00", "done")],
        *(False, None, "not_applicable", "1 14:00", []),
    ),
    "closed late without an answer": (
        [FILED, ANSWERED, ASKED, ("1 15:00", "cancelled")],
        *(False, None, "missed", "1 14:00", ["missed"]),
    ),
    "a closing is no answer": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "done"), ("2 09:00", "progress")],
        *("us", "1 11:00", "ongoing", "2 10:30", []),
    ),
    "closed late, opened again and answered": (
        [FILED, ANSWERED, ASKED, ("1 15:00", "done"), ("2 09:00", "progress")]
        + [("2 09:30", "agent")],
        *("us", None, "missed", "1 14:00", ["missed"]),
    ),
    "reopened by the customer, after thanks": (
        [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")]
        + [("3 09:00", "reopens")],
        *("us", "3 09:00", "ongoing", "3 11:00", []),
    ),
    "reopened for what the customer wrote": (
        [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")]
        + [("3 09:00", "progress")],
        *("us", "1 12:00", "ongoing", "3 11:00", []),
    ),
    "answered while it was closed": (
        [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")]
        + [("1 13:00", "agent"), ("3 09:00", "progress")],
        *("us", None, "none", None, []),
    ),
    # By telephone, noted at 15:00
    "called back": (
        [FILED, ANSWERED, ASKED, ("1 15:00", "called at 1 13:00")],
        *("us", None, "met", "1 14:00", ["met"]),
    ),
    "asked after the call": (
        [FILED, ASKED, ("1 15:00", "called at 1 10:00")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "called before what was asked last": (
        [FILED, ANSWERED, ASKED, ("1 15:00", "called at 1 10:30")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
}

# Likewise, with messages of which a ticket of their own is made: "split 1" is of the
# first that the customer wrote after the filing.
SPLITS = {
    "moved": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "split 1")],
        *("us", None, "none", None, []),
    ),
    "the first of two moved": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "customer"), ("1 13:00", "split 1")],
        *("us", "1 11:30", "ongoing", "1 14:30", []),
    ),
    "the second of two moved": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "customer"), ("1 13:00", "split 2")],
        *("us", "1 11:00", "ongoing", "1 14:00", []),
    ),
    "both moved": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "colleague by mail")]
        + [("1 13:00", "split 2"), ("1 13:05", "split 1")],
        *("us", None, "none", None, []),
    ),
    "moved before the first answer": (
        [FILED, ("1 10:00", "customer"), ("1 10:30", "split 1")],
        *("us", "1 09:00", "none", None, []),
    ),
    "moved before the first answer, and answered": (
        [FILED, ("1 10:00", "customer"), ("1 10:30", "split 1"), ("1 11:00", "agent")],
        *("us", None, "none", None, []),
    ),
    # The answer was one to the customer, and stays kept or missed.
    "answered, then moved": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "agent"), ("1 13:00", "split 1")],
        *("us", None, "met", "1 14:00", ["met"]),
    ),
    "moved, then written to again": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "split 1"), ("1 13:00", "agent")],
        *("us", None, "none", None, []),
    ),
    "moved, then asked again": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "split 1"), ("1 15:00", "customer")],
        *("us", "1 15:00", "ongoing", "1 17:00", []),
    ),
    # Whoever waits for too long does so in the ticket to which it moved.
    "moved once it was late": (
        [FILED, ANSWERED, ASKED, ("1 14:30", "job"), ("1 15:00", "split 1")],
        *("us", None, "none", None, []),
    ),
    "the first of two moved once it was late": (
        [FILED, ANSWERED, ASKED, ("1 13:30", "customer"), ("1 14:30", "job")]
        + [("1 15:00", "split 1")],
        *("us", "1 13:30", "ongoing", "1 15:30", []),
    ),
    "the exchange before is told again": (
        [FILED, ANSWERED, ASKED, ("1 11:30", "agent"), ("1 15:00", "customer")]
        + [("1 15:30", "split 2")],
        *("us", None, "met", "1 14:00", ["met"]),
    ),
    # What they wrote was no answer to what they were asked.
    "it ended the hold for the customer": (
        [FILED, ANSWERED, ("1 10:00", "awaiting"), ASKED, ("1 11:30", "split 1")],
        *("customer", None, "none", None, []),
    ),
    "and was answered before it moved": (
        [FILED, ANSWERED, ("1 10:00", "awaiting"), ASKED, ("1 11:30", "agent")]
        + [("1 13:00", "split 1")],
        *("us", None, "met", "1 14:00", ["met"]),
    ),
    "the other of two was their answer": (
        [FILED, ANSWERED, ("1 10:00", "awaiting"), ASKED, ("1 11:30", "customer")]
        + [("1 13:00", "split 1")],
        *("us", "1 11:30", "ongoing", "1 14:30", []),
    ),
    "a colleague went on meanwhile": (
        [FILED, ANSWERED, ("1 10:00", "awaiting"), ASKED, ("1 11:10", "editor")]
        + [("1 11:20", "progress"), ("1 11:30", "split 1")],
        *("us", None, "none", None, []),
    ),
    "on a closed ticket": (
        [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")]
        + [("1 13:00", "split 1")],
        *(False, None, "none", None, []),
    ),
    "on a closed ticket that is opened again": (
        [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")]
        + [("1 13:00", "split 1"), ("1 14:00", "progress")],
        *("us", None, "none", None, []),
    ),
}


@tagged("post_install", "-at_install")
class TestTurnDialogues(SlaCase, MailCommon):
    """Whose turn it is after what was said, and what became of the next response."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_4.sla_ids.next_response_hours = 2
        cls.stage_editor = cls.stage_awaiting.copy(
            {"name": "At the editor", "hold_party": "editor"}
        )
        cls.stages = {
            "progress": cls.stage_progress,
            "awaiting": cls.stage_awaiting,
            "editor": cls.stage_editor,
            "done": cls.stage_done,
            "cancelled": cls.stage_cancelled,
        }

    def _when(self, text):
        """Read a day of June 2026 and an hour in Paris, as naive UTC."""
        day, hour = text.split()
        return paris(f"2026-06-{int(day):02} {hour}")

    def _post(self, ticket, author, message_type="comment", **context):
        return ticket.with_context(**context).message_post(
            body="<p>Some words</p>",
            author_id=author.partner_id.id,
            message_type=message_type,
            subtype_xmlid="mail.mt_comment",
        )

    def _do(self, ticket, what, number):
        if what in self.stages:
            ticket.with_user(self.agent).stage_id = self.stages[what]
        elif what == "customer":
            ticket.with_user(self.a1).message_post(body="And now?")
        elif what == "colleague by mail":
            self._receive(ticket, self.a2.email_formatted, number)
        elif what == "stranger":
            self._post(ticket, self.b1)
        elif what == "out of office":
            self._post(ticket, self.a1, "email", support_auto_reply=True)
        elif what == "agent":
            self._post(ticket.with_user(self.agent), self.agent)
        elif what == "note":
            ticket.with_user(self.agent).message_post(
                body="Only for us", message_type="comment", subtype_xmlid="mail.mt_note"
            )
        elif what == "automatic":
            self._post(ticket.with_user(self.agent), self.agent, "auto_comment")
        elif what == "job":
            with patch.object(self.env.cr, "commit", lambda: None):
                self.env["helpdesk.ticket"]._cron_sla_notices()
        elif what.startswith("split "):
            asked = ticket.message_ids.sorted("id").filtered(
                ticket._is_answer_of_customer
            )
            self._split(ticket, asked[int(what.removeprefix("split ")) - 1])
        elif what == "reopens":
            self.assertTrue(ticket.with_user(self.a1).sudo()._reopen_for_customer())
            ticket.with_user(self.a1).message_post(body="It is back")
        else:
            called_at = self._when(what.removeprefix("called at "))
            wizard = self.env["support.sla.answer"].with_user(self.agent)
            wizard.create(
                {"ticket_id": ticket.id, "answered_at": called_at, "note": "Called"}
            ).action_apply()

    def _split(self, ticket, message):
        """Make a ticket of its own of a message, by the dialog.

        :return: the new ticket
        """
        action = ticket.with_user(self.agent).action_split(message.id)
        wizards = self.env[action["res_model"]].with_user(self.agent)
        wizard = Form(wizards.with_context(**action["context"])).save()
        self.env.flush_all()
        return ticket.browse(wizard.action_split()["res_id"])

    def _receive(self, ticket, sender, number):
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                "helpdesk.ticket",
                MAIL.format(
                    sender=sender,
                    ticket=ticket,
                    number=number,
                    reply_to=ticket.message_ids[-1:].message_id,
                ),
            )

    def _play(self, steps):
        """Have it happen; each step is what one request of somebody commits."""
        [(filed_at, _files), *others] = steps
        ticket = self._file(self._when(filed_at))
        for number, (at, what) in enumerate(others):
            with self.at(self._when(at)):
                self._do(ticket, what, number)
                self.env.flush_all()
                self.env.invalidate_all()
        return ticket

    def _tell(self, ticket):
        results = ticket.event_ids.filtered(
            lambda event: (event.kind, event.clock) == ("judged", "next_response")
        )
        return (
            ticket.turn,
            ticket.waiting_since,
            ticket.next_response_state,
            ticket.next_response_deadline,
            results.mapped("cause"),
        )

    def test_dialogues(self):
        self._check(DIALOGUES)

    def test_messages_that_move(self):
        self._check(SPLITS)

    def test_what_moved_waits_since_it_was_written(self):
        """Four hours to the first response, whoever noticed it when."""
        for name, (steps, since, deadline) in {
            "at once": ([FILED, ANSWERED, ASKED], "1 11:00", "1 16:00"),
            "late": (
                [FILED, ANSWERED, ASKED, ("1 16:30", "note")],
                *("1 11:00", "1 16:00"),
            ),
            "answered there": (
                [FILED, ANSWERED, ASKED, ("1 11:30", "agent")],
                *("1 11:00", "1 16:00"),
            ),
            "on a closed ticket": (
                [FILED, ANSWERED, ("1 11:00", "done"), ("1 12:00", "customer")],
                *("1 12:00", "1 17:00"),
            ),
        }.items():
            with self.subTest(name):
                ticket = self._play(steps)
                message = ticket.message_ids.filtered(ticket._is_answer_of_customer)
                with self.at(self._when("1 16:40")):
                    new = self._split(ticket, message)
                    self.env.flush_all()
                    self.env.invalidate_all()
                self.assertEqual(
                    (new.turn, new.waiting_since), ("us", self._when(since))
                )
                self.assertClock(new, "response", "ongoing", str(self._when(deadline)))
                with self.at(self._when("2 09:30")):
                    self._do(new, "agent", 0)
                    self.env.flush_all()
                self.assertFalse(new.waiting_since)

    def test_nobody_is_hurried_by_what_moved(self):
        ticket = self._play([FILED, ANSWERED, ASKED, ("1 14:30", "job")])
        names = "omydoo_helpdesk.mail_activity_type_next_response_breach"
        late = ticket.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref(names)
        )
        self.assertTrue(late)
        with self.at(self._when("1 15:00")):
            self._do(ticket, "split 1", 0)
            self.env.flush_all()
        self.assertFalse(late.exists().filtered("active"))

    def test_a_date_that_cannot_be(self):
        """The date of a mail is what its sender's computer says."""
        ticket = self._play([FILED, ANSWERED, ("1 11:00", "colleague by mail")])
        message = ticket.message_ids.filtered(ticket._is_answer_of_customer)
        message.date = "2019-06-01 09:00:00"
        with self.at(self._when("1 11:30")):
            new = self._split(ticket, message)
            self.env.flush_all()
        self.assertEqual(new.filed_at, self._when("1 09:00"))
        ticket.invalidate_recordset()
        self.assertFalse(ticket.waiting_since)

    def test_the_hold_as_it_was(self):
        """For the same reason, until the same day, and without a mail about it."""
        reason = self.env.ref("omydoo_helpdesk.support_hold_reason_asked")
        ticket = self._play([FILED, ANSWERED])
        with self.at(self._when("1 10:30")):
            ticket._put_on_hold(reason, self._when("5 09:00"))
            self.env.flush_all()
        told = ticket.message_ids.filtered(lambda one: one.subject)
        with self.at(self._when("1 11:00")):
            self._do(ticket, "customer", 0)
            self.env.flush_all()
        self.assertFalse(ticket.hold_reason_id)
        with self.at(self._when("1 11:30")):
            self._do(ticket, "split 1", 0)
            self.env.flush_all()
        self.assertEqual(ticket.hold_reason_id, reason)
        self.assertEqual(ticket.hold_until, self._when("5 09:00"))
        self.assertEqual(ticket.message_ids.filtered(lambda one: one.subject), told)
        self.assertClock(ticket, "resolution", "held", str(self._when("5 11:00")))
        # Their answer ends it, as before.
        with self.at(self._when("1 13:00")):
            self._do(ticket, "customer", 1)
            self.env.flush_all()
        ticket.invalidate_recordset()
        self.assertFalse(ticket.hold_reason_id)
        self.assertEqual(ticket.waiting_since, self._when("1 13:00"))

    def _check(self, dialogues):
        for name, (steps, turn, since, state, deadline, results) in dialogues.items():
            with self.subTest(name):
                ticket = self._play(steps)
                self.assertEqual(
                    self._tell(ticket),
                    (
                        turn,
                        since and self._when(since) or False,
                        state,
                        deadline and self._when(deadline) or False,
                        results,
                    ),
                )
