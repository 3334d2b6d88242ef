# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools import sla_clock
from ...tools.text import given_id

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_closed_answer"


class TicketAnswer(models.Model):
    """Who answered whom: what a message does to the clocks and to the stage.

    An answer to a closed ticket does not reopen it by itself: most are words of thanks.
    It reopens it where the closed stage says which stage follows an answer, and until
    the day that the company says; otherwise the desk is told, once.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _prepare_follow_up_vals(self, vals):
        vals = super()._prepare_follow_up_vals(vals)
        stage_id = given_id(vals.get("stage_id"))
        if stage_id and "closed_date" not in vals:
            stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
            # The base only ever sets the date: an open ticket would look closed.
            if not stage.closed:
                vals = {**vals, "closed_date": False}
        return vals

    # === BUSINESS METHODS === #

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if self._is_answer_to_customer(message):
            self._sla_log_answer()
        elif self._is_answer_of_customer(message):
            self._resume_after_answer()
        return res

    def _reopen_for_customer(self):
        """Open this ticket again; what was open or too late stays as it is.

        :return: whether it was reopened
        :rtype: bool
        """
        self.ensure_one()
        stage = self._get_reopening_stage()
        if self._get_reopen_obstacle() or not stage:
            return False
        self.stage_id = stage
        self._close_answer_activities()
        return True

    def _notify_closed_answer(self):
        """Have somebody read what the customer wrote on a closed ticket, once."""
        self.ensure_one()
        user = self.user_id or self.team_id.user_id
        if user and not self._find_closed_answer_activities():
            self.with_context(lang=user.lang).activity_schedule(
                ACTIVITY_TYPE, user_id=user.id
            )

    @api.model
    def _get_closed_answer_domain(self):
        return [
            ("res_model", "=", self._name),
            ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
        ]

    def _find_closed_answer_activities(self):
        return self.env["mail.activity"].search(
            [*self._get_closed_answer_domain(), ("res_id", "in", self.ids)]
        )

    def _close_answer_activities(self):
        # In sudo mode because it is the customer who reopens: the activity is the
        # agent's.
        self.sudo()._find_closed_answer_activities().unlink()

    # === THE AGENT ANSWERS === #

    def _is_answer_to_customer(self, message):
        """Say whether a message is one that an agent wrote to the customer.

        Not: notes, automatic mails and receipts, log messages, the customer's own.

        :param message: a mail.message just posted on this record
        :rtype: bool
        """
        return (
            self._is_written_by_somebody(message)
            and not message.is_internal
            and not message.subtype_id.internal
            and message.author_id != self.partner_id
            and self._is_internal_author(message.author_id)
        )

    def _is_written_by_somebody(self, message):
        """Say whether a person wrote a message, rather than a program.

        :rtype: bool
        """
        return (
            bool(self)
            and message.message_type in ("comment", "email")
            and not self.env.context.get("support_auto_reply")
            and message.author_id != self.env.ref("base.partner_root")
        )

    @api.model
    def _is_internal_author(self, partner):
        # In sudo mode because a customer who posts may not read our users.
        return any(not user.share for user in partner.sudo().user_ids)

    def _sla_log_answer(self, answered_at=None, note=None):
        """Note the first answer to the customer; later ones change nothing.

        :param datetime answered_at: naive UTC, now by default
        :param str note: how the customer was answered, if not by a message
        """
        event = sla_clock.Event(
            answered_at or fields.Datetime.now(), sla_clock.ANSWERED
        )
        # In sudo mode because nobody but the engine writes the log.
        records = self.sudo()
        log = self.env["support.ticket.event"]._read_log(records)
        records._sla_log(
            {
                record: [event]
                for record in records
                if not any(past.kind == event.kind for past in log[record.id])
            },
            note,
        )

    # === THE CUSTOMER ANSWERS === #

    def _is_answer_of_customer(self, message):
        """Say whether a message is from the customer: whoever may answer as them.

        Everybody of the family of firms that the ticket belongs to; a contact who has
        left it is a stranger, also to what they filed.

        :param message: a mail.message just posted on this record
        :rtype: bool
        """
        if not self._is_written_by_somebody(message):
            return False
        # In sudo mode because a portal user may not read every colleague.
        record_sudo = self.sudo()
        root = record_sudo.commercial_partner_id._get_support_root()
        author = message.sudo().author_id
        if author and root:
            return author._get_support_root() == root
        contact = record_sudo.partner_id
        if contact and contact._get_support_root() != root:
            return False
        sender = email_normalize(message.email_from or "")
        return bool(sender) and sender == email_normalize(
            record_sudo.partner_email or contact.email or ""
        )

    def _is_waiting_for_answer(self):
        """Say whether it is the customer's turn: the stage waits for their answer.

        :rtype: bool
        """
        self.ensure_one()
        stage = self.stage_id
        return bool(
            stage.holds_sla and stage.hold_party == "customer" and not stage.closed
        )

    def _resume_after_answer(self):
        """Move what waited for the customer to the stage that follows an answer.

        What was closed is opened again where its stage says so; otherwise the desk is
        told.
        """
        # In sudo mode because customers may not write on their tickets: the access
        # to post was checked, and the stage is the one set up for this.
        for record in self.sudo():
            stage = record.stage_id.answer_stage_id
            if stage and record._is_waiting_for_answer():
                record.stage_id = stage
            if not record.stage_id.closed:
                continue
            reopened = record.stage_id.answer_stage_id and record._reopen_for_customer()
            if not reopened:
                record._notify_closed_answer()

    # === UNTIL WHEN === #

    def _get_reopen_deadline(self):
        """Return until when the customer may reopen this ticket.

        :return: naive UTC; False if it is not closed, or never
        :rtype: datetime or bool
        """
        self.ensure_one()
        days = self.company_id.support_reopen_days
        closed_at = self.closed_date or self.last_stage_update or self.filed_at
        if not self.stage_id.closed or not days:
            return False
        return closed_at + timedelta(days=days)

    def _get_reopen_obstacle(self):
        """Return why the customer cannot reopen this ticket.

        :return: ``open``, ``archived``, ``merged``, ``converted``, ``never`` or
            ``late``; False if nothing is in the way
        :rtype: str or bool
        """
        self.ensure_one()
        deadline = self._get_reopen_deadline()
        if not self.stage_id.closed:
            return "open"
        if not self.active:
            return "archived"
        if self.duplicate_id:
            return "merged"
        if self.stage_id.is_conversion:
            return "converted"
        if not deadline:
            return "never"
        return "late" if deadline < fields.Datetime.now() else False

    def _get_reopening_stage(self):
        """Return the stage in which this ticket goes on.

        :return: the one that follows an answer, or else the first open one of the team
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        stages = team._get_applicable_stages().filtered(lambda stage: not stage.closed)
        return (self.stage_id.answer_stage_id & stages) or (
            stages.filtered(lambda stage: not stage.holds_sla)[:1] or stages[:1]
        )

    def _is_priority_decided(self):
        return super()._is_priority_decided() or bool(self.response_ended_at)

    def _find_first_answers(self):
        """Return when these tickets were first answered, by the messages there are.

        For tickets that were there before the log: what is an answer is said once.

        :return: for each ticket that was answered, the instant, naive UTC
        :rtype: dict[record, datetime]
        """
        # In sudo mode because it is about whatever was written, by whomever.
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("message_type", "in", ["comment", "email"]),
                order="date, id",
            )
        )
        answers = {}
        for message in messages:
            ticket = self.browse(message.res_id)
            if ticket not in answers and ticket._is_answer_to_customer(message):
                answers[ticket] = message.date
        return answers
