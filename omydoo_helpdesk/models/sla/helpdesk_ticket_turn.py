# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...const import TURNS
from ...tools import sla_clock
from ...tools.sla_event import ENDINGS, MOVED, find_moved

# What the customer sends within that time belongs to the request: the mail that it was
# made of, its files.
FILING = timedelta(minutes=1)


class TicketTurn(models.Model):
    """Whose turn it is, and since when the customer waits for an answer.

    Both follow from the log, which notes what the customer writes and what answers it.
    Who has written and was not answered waits for us, whatever else the ticket waits
    for; of an open ticket without a question, it is the turn of whom its hold names, or
    ours.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    turn = fields.Selection(
        selection=TURNS,
        string="Whose Turn",
        compute="_compute_sla",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        help="Who has to do something next. Empty once the ticket is closed.",
    )
    waiting_since = fields.Datetime(
        string="Waiting for Us Since",
        compute="_compute_sla",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        index="btree_not_null",
        help="When the customer first wrote what nobody has answered since; the filing "
        "of the ticket counts.",
    )

    # The list of whoever's turn it is, sorted by what is due next.
    _turn_idx = models.Index(
        "(turn, next_deadline, priority DESC, id)"
        " WHERE turn IS NOT NULL AND active IS TRUE"
    )

    # === CRUD METHODS === #

    def write(self, vals):
        asked = {}
        if vals.get("duplicate_id"):
            asked = {
                ticket: ticket.waiting_since
                for ticket in self
                if ticket.waiting_since and not ticket.duplicate_id
            }
        res = super().write(vals)
        for ticket, asked_at in asked.items():
            # In sudo mode because the ticket that is kept may be another team's.
            ticket.sudo()._get_kept_ticket()._sla_take_over_question(asked_at)
        return res

    # === BUSINESS METHODS === #

    def _sla_assign_results(self, results, events):
        res = super()._sla_assign_results(results, events)
        talk = sla_clock.get_talk(events)
        self.waiting_since = talk.waiting_since or False
        self.turn = talk.is_open and (
            "us" if talk.waiting_since else self._sla_choose_party(results[1]) or "us"
        )
        return res

    def _sla_log_question(self, asked_at=None, message=None):
        """Note that the customer wrote; before it opens a closed ticket again.

        :param datetime asked_at: naive UTC, now by default
        :param message: the mail.message, if it is one: it may become another ticket
        """
        now = fields.Datetime.now()
        event = sla_clock.Event(
            asked_at or now, sla_clock.ASKED, cause=str(message.id) if message else ""
        )
        # In sudo mode because nobody but the engine writes the log.
        records = self.sudo()
        if not asked_at:
            records = records.filtered(
                lambda record: record.waiting_since != record.filed_at
                or now - record.filed_at > FILING
            )
        # Of who waits already nothing changes; it is kept for an answer by telephone
        # that is noted later, and came before this message.
        waiting = records.filtered(
            lambda record: record.waiting_since and record.waiting_since <= event.at
        )
        self.env["support.ticket.event"]._log(
            waiting._sla_prepare_log({record: [event] for record in waiting})
        )
        (waiting | records.filtered(lambda record: not record.turn))._sla_touch()
        records = records - waiting
        records._sla_log({record: [event] for record in records})

    def _sla_touch(self):
        """Have PostgreSQL refuse whatever answers or reopens at the same instant.

        It would not see the message, and leave the ticket without a question: it
        starts again, and sees it.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET waiting_since = waiting_since WHERE id IN %s",
                    SQL.identifier(self._table),
                    self._ids,
                )
            )

    def _sla_take_over_question(self, asked_at):
        """Note what the customer asked in a ticket that was merged into this one.

        They wait for as long as they did there; an answer here in the meantime was none
        to them, and they wait from now on.

        :param datetime asked_at: naive UTC
        """
        log = self.env["support.ticket.event"]._read_log(self)
        for record in self:
            answered = any(
                event.kind == sla_clock.ANSWERED and event.at >= asked_at
                for event in log[record.id]
            )
            record._sla_log_question(fields.Datetime.now() if answered else asked_at)

    def _sla_move_question(self, message):
        """Note that nobody waits here for an answer to a message any more.

        It became a ticket of its own. What it was answered before stays: that was an
        answer to the customer.

        :param message: a mail.message on this ticket
        :return: when it was asked, naive UTC; None if nobody waited for its answer
        :rtype: datetime or None
        """
        self.ensure_one()
        # In sudo mode because nobody but the engine writes the log.
        record = self.sudo()
        moved = sla_clock.Event(fields.Datetime.now(), MOVED, cause=str(message.id))
        log = self.env["support.ticket.event"]._read_log(record)[record.id]
        asked = find_moved([*log, moved])
        if not asked:
            return None
        record._sla_log({record: [moved]})
        return asked.at

    # === WHAT BECAME OF EACH EXCHANGE === #

    def _sla_log(self, events_by_record, note=None):
        ending = self.browse(
            record.id
            for record, events in events_by_record.items()
            if any(event.kind in ENDINGS for event in events)
        )
        running = ending.filtered(
            lambda record: record.next_response_state == sla_clock.ONGOING
        )
        res = super()._sla_log(events_by_record, note)
        running._sla_log_results()
        return res

    def _sla_log_results(self):
        """Note how the exchanges ended whose clock has just stopped, once for each.

        The ticket tells of the last one only. Of an exchange that was closed in time
        and without an answer there is nothing to tell: it may go on.
        """
        ended = self.filtered(
            lambda record: record.next_response_state
            in (sla_clock.MET, sla_clock.MISSED)
        )
        log = self.env["support.ticket.event"]._read_log(ended)
        self.env["support.ticket.event"]._log(
            ended._sla_prepare_log(
                {
                    record: [
                        sla_clock.Event(
                            record.next_response_ended_at,
                            sla_clock.JUDGED,
                            cause=record.next_response_state,
                            clock=sla_clock.NEXT_RESPONSE,
                        )
                    ]
                    for record in ended
                    if not any(
                        event.kind == sla_clock.JUDGED
                        for event in sla_clock.get_talk(log[record.id]).exchange
                    )
                }
            )
        )

    # === TICKETS THAT WERE THERE BEFORE THE LOG === #

    def _find_talk(self):
        """Return the first answers to these tickets, and what was asked since.

        What is an answer is said once: here it is asked of the messages there are. Of
        open tickets what the customer wrote after the last answer counts, and of closed
        ones nothing.

        :return: for each ticket its events
        :rtype: dict[record, list[sla_clock.Event]]
        """
        # In sudo mode because it is about whatever was written, by whomever.
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("message_type", "in", ["comment", "email"]),
                ],
                order="date, id",
            )
        )
        answers, questions = {}, {ticket: [] for ticket in self}
        for message in messages:
            ticket = self.browse(message.res_id)
            if ticket in answers and ticket.closed:
                continue
            if ticket._is_answer_to_customer(message):
                answers.setdefault(
                    ticket, sla_clock.Event(message.date, sla_clock.ANSWERED)
                )
                questions[ticket] = []
            elif ticket in answers and ticket._is_answer_of_customer(message):
                questions[ticket].append(
                    sla_clock.Event(message.date, sla_clock.ASKED, str(message.id))
                )
        return {
            ticket: [answer, *questions[ticket]] for ticket, answer in answers.items()
        }
