# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...const import COMPUTED
from ...tools import sla_clock
from ...tools.batch import run_in_batches

REMINDER = "omydoo_helpdesk.mail_template_reminder"
REMIND, CLOSE = "remind", "close"


class TicketSilence(models.Model):
    """A customer who is waited for and does not answer: reminded, then closed.

    As their team says, in working days, and only while nothing of theirs is unanswered.
    A hold that ends by itself waits for its end, and is left alone. What was closed by
    silence was neither resolved nor refused: its clock ends as not applicable, as that
    of a cancelled ticket, and a breach recorded before stays recorded. An answer opens
    it again.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    silence_reminded_at = fields.Datetime(
        string="Customer Reminded At",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When the customer who is waited for was last reminded by the desk.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"silence_reminded_at": COMPUTED}

    # === WHO IS SILENT === #

    @api.model
    def _get_silence_domain(self, teams):
        """Return which tickets may have been waiting for their customer long enough.

        :param teams: those that remind or close
        :rtype: Domain
        """
        days = min(
            days
            for team in teams
            for days in (team.support_remind_days, team.support_close_days)
            if days
        )
        reasons = self.env["support.hold.reason"].with_context(active_test=False)
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        return (
            Domain("team_id", "in", teams.ids)
            # They wait since their stage was set, or later.
            & Domain(
                "last_stage_update", "<=", fields.Datetime.now() - timedelta(days=days)
            )
            & Domain("hold_until", "=", False)
            # Nothing of theirs is unanswered.
            & Domain("waiting_since", "=", False)
            & (
                Domain("stage_id", "in", stages["waiting"])
                | Domain(
                    "hold_reason_id",
                    "in",
                    reasons.search(Domain("party", "=", "customer")).ids,
                )
            )
        )

    def _find_unanswered(self):
        """Return those of these tickets on which the customer waits for an answer.

        To whatever they wrote last, be it the request itself.

        :rtype: recordset of helpdesk.ticket
        """
        return self.filtered("waiting_since")

    def _find_last_answers(self):
        """Return when these tickets were last answered, in writing or by telephone.

        :return: naive UTC, of those that were
        :rtype: dict[record, datetime]
        """
        log = self.env["support.ticket.event"]._read_log(self)
        found = {
            ticket: event.at
            for ticket in self
            for event in log[ticket.id]
            if event.kind == sla_clock.ANSWERED
        }
        for ticket, message in self._find_conversation():
            if ticket._is_answer_to_customer(message):
                found[ticket] = max(found.get(ticket, message.date), message.date)
        return found

    def _find_conversation(self):
        """Return what people wrote on these tickets, oldest first.

        :return: each message with its ticket
        :rtype: list[tuple[record, mail.message]]
        """
        # In sudo mode because it is about whatever was written, by whomever.
        messages_sudo = (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("message_type", "in", ["comment", "email"]),
                order="date, id",
            )
        )
        return [(self.browse(message.res_id), message) for message in messages_sudo]

    def _get_silence_starts(self):
        """Return since when these tickets wait for their customer in vain.

        Since they were put on hold, or since the last that the desk wrote to them.

        :return: naive UTC, of those that wait for a customer with nothing unanswered
        :rtype: dict[record, datetime]
        """
        waiting = self.filtered(
            lambda ticket: ticket._is_waiting_for_answer()
            and not ticket.hold_until
            and not ticket.duplicate_id
            and not ticket._is_silence_of_others()
        )
        waiting -= waiting._find_unanswered()
        answers = waiting._find_last_answers()
        log = self.env["support.ticket.event"]._read_log(waiting)
        starts = {}
        for ticket in waiting:
            holds = [
                event.at
                for event in log[ticket.id]
                if event.kind == sla_clock.HOLD and event.cause == "stage"
            ]
            starts[ticket] = max([*holds[-1:], answers[ticket]])
        return starts

    def _is_silence_of_others(self):
        """Say whether OCA's helpdesk_ticket_close_inactive looks after this silence.

        Where it is installed, for the teams and stages for which it is switched on.

        :rtype: bool
        """
        self.ensure_one()
        team = self.team_id
        return (
            "close_inactive_tickets" in team._fields
            and team.close_inactive_tickets
            and self.stage_id in team.ticket_stage_ids
        )

    # === WHAT IS DUE === #

    def _get_silence_calendar(self):
        """Return whose working days count: the plan's, or else the company's.

        :rtype: recordset of resource.calendar
        """
        self.ensure_one()
        return self.support_plan_id.calendar_id or self.company_id.resource_calendar_id

    def _get_silence_days(self):
        """Return when these silent customers are reminded, and when closed.

        A ticket is closed no sooner after a reminder than the team's days apart, be the
        job late or the setting new.

        :return: two instants of each ticket that waits, naive UTC; the first None once
            they were reminded, and None what the team does not do
        :rtype: dict[record, tuple[datetime, datetime]]
        """
        pairs = {}
        for ticket, since in self._get_silence_starts().items():
            team = ticket.team_id
            remind, close = team.support_remind_days, team.support_close_days
            reminded_at = ticket.silence_reminded_at
            if remind and reminded_at and reminded_at >= since:
                days = close and max(close - remind, 1)
                pairs[ticket] = (None, close and (reminded_at, days))
            elif remind:
                pairs[ticket] = ((since, remind), None)
            else:
                pairs[ticket] = (None, close and (since, close))
        res = {}
        for calendar, tickets in self.grouped(
            lambda ticket: ticket._get_silence_calendar()
        ).items():
            mine = {ticket: pairs[ticket] for ticket in tickets if ticket in pairs}
            found = calendar._get_support_days_after(
                [pair for both in mine.values() for pair in both if pair]
            )
            for ticket, both in mine.items():
                res[ticket] = tuple(pair and found[pair] for pair in both)
        return res

    @api.model
    def _cron_silence(self, batch_size=100):
        """Remind the customers who do not answer, and close what they left.

        :param int batch_size: records per transaction
        """
        teams = self.env["helpdesk.ticket.team"].search(
            Domain("support_remind_days", ">", 0) | Domain("support_close_days", ">", 0)
        )
        if not teams:
            return
        run_in_batches(
            self,
            self._get_silence_domain(teams),
            lambda due: due._follow_silence(),
            batch_size=batch_size,
        )

    def _follow_silence(self):
        """Remind the customers of these tickets, or close them, if it is time.

        Another worker may be at the same ones: those it holds are left to it, and each
        is looked at again once it is ours.
        """
        mine = self.try_lock_for_update()
        mine.invalidate_recordset()
        now = fields.Datetime.now()
        days = mine._get_silence_days()
        reminded = mine.filtered(
            lambda ticket: days.get(ticket)
            and days[ticket][0]
            and days[ticket][0] <= now
        )
        reminded._write_guarded({"silence_reminded_at": now})
        reminded._post_decision(REMINDER)
        closed = mine.filtered(
            lambda ticket: days.get(ticket)
            and days[ticket][1]
            and days[ticket][1] <= now
        )
        for stage, tickets in closed.grouped(
            lambda ticket: ticket._get_silence_stage()
        ).items():
            if stage:
                # Its mail tells the customer, as that of each closed stage.
                tickets.write({"stage_id": stage.id})

    def _get_silence_stage(self):
        """Return the stage in which this ticket is closed by silence, none without one.

        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        return team._get_applicable_stages().filtered(
            lambda stage: stage.is_silence and stage.closed
        )[:1]

    def _get_silence_end(self):
        """Return when this ticket is closed if its customer goes on saying nothing.

        :return: naive UTC; False if it is not
        :rtype: datetime or bool
        """
        self.ensure_one()
        # In sudo mode because a mail tells it, whoever causes or looks at that.
        record = self.sudo()
        if not record.team_id.support_close_days or not record._get_silence_stage():
            return False
        return record._get_silence_days().get(record, (None, None))[1] or False


class HelpdeskTicketTeam(models.Model):
    """A team: after which silence a customer is reminded, and a ticket closed."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    support_remind_days = fields.Integer(
        string="Remind After",
        groups="base.group_user",
        help="Working days without an answer of the customer who is waited for; 0 for "
        "never.",
    )
    support_close_days = fields.Integer(
        string="Close After",
        groups="base.group_user",
        help="Working days without an answer of the customer who is waited for; 0 for "
        "never.",
    )

    _support_silence_positive = models.Constraint(
        "CHECK (support_remind_days >= 0 AND support_close_days >= 0)",
        "Days of silence cannot be negative.",
    )

    @api.constrains("support_remind_days", "support_close_days")
    def _check_silence(self):
        for team in self:
            remind, close = team.support_remind_days, team.support_close_days
            if remind and close and close <= remind:
                raise ValidationError(
                    self.env._(
                        "%(team)s: a ticket is closed later than its customer is "
                        "reminded.",
                        team=team.name,
                    )
                )


class HelpdeskTicketStage(models.Model):
    """A stage: whether what the customer left unanswered is closed in it."""

    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage"]

    is_silence = fields.Boolean(
        string="For Silence",
        help="A ticket whose customer did not answer is closed in this stage; an "
        "answer opens it again.",
    )

    @api.constrains("is_silence", "closed", "sla_success")
    def _check_silence(self):
        for stage in self.filtered("is_silence"):
            if not stage.closed or stage.sla_success:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” is for silence: it must be closed and not "
                        "count as resolved.",
                        stage=stage.name,
                    )
                )
