# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.misc import format_date

from ...const import COMPUTED, GUARD
from ...tools import sla_clock
from ...tools.text import given_id

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_closed_answer"
# Of the thread of a closed ticket, in the request that goes on from it.
QUOTED_MESSAGES = 3


class TicketAnswer(models.Model):
    """Who answered whom: what a message does to the clocks and to the stage.

    An answer to a closed ticket does not reopen it by itself: most are words of thanks.
    It reopens it where the closed stage says which stage follows an answer, and until
    the day that the company says; otherwise the desk is told, once. After that day it
    is another request, linked to the first one. What is written on a ticket that was
    merged reaches the one that is kept.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    previous_ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Goes On From",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        groups="base.group_user",
        help="The closed ticket that the customer answered once it could not be "
        "reopened any more.",
    )

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

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"previous_ticket_id": COMPUTED}

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if self._is_answer_to_customer(message):
            self._sla_log_answer()
        elif self._is_answer_of_customer(message):
            self._resume_after_answer(message)
        return res

    def _reopen_for_customer(self):
        """Open this ticket again; what was open or too late stays as it is.

        Whoever reopens it waits for an answer from then on.

        :return: whether it was reopened
        :rtype: bool
        """
        self.ensure_one()
        if self._get_reopen_obstacle() or not self._get_reopening_stage():
            return False
        self._sla_log_question()
        return self._reopen()

    def _reopen(self):
        """Open this ticket again, for who has written.

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
            and not self._is_internal_subtype(message.subtype_id)
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
            # By id, from the cache: no statement to see that it is still there.
            and message.author_id.id
            != self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        )

    @api.model
    def _is_internal_author(self, partner):
        user = self.env.user
        if partner == user.partner_id and not user.share:
            return True  # who writes themselves, as they mostly do
        # In sudo mode because a customer who posts may not read our users.
        return any(not user.share for user in partner.sudo().user_ids)

    @api.model
    def _is_internal_subtype(self, subtype):
        # Of those that followers have by default, it is known without looking.
        known = self.env["mail.message.subtype"].default_subtypes(self._name)[2]
        return subtype not in known and subtype.internal

    def _sla_log_answer(self, answered_at=None, note=None):
        """Note an answer to the customer, if they wait for one.

        :param datetime answered_at: naive UTC, now by default
        :param str note: how the customer was answered, if not by a message
        """
        event = sla_clock.Event(
            answered_at or fields.Datetime.now(), sla_clock.ANSWERED
        )
        # In sudo mode because nobody but the engine writes the log.
        records = self.sudo()
        if not answered_at:
            # The log is read of those only who may wait, on a closed ticket too.
            records = records.filtered(
                lambda record: record.waiting_since or not record.turn
            )
        log = self.env["support.ticket.event"]._read_log(records)
        records._sla_log(
            {
                record: [event]
                for record in records
                if sla_clock.is_answer(event, log[record.id])
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
        if (
            message.is_internal or message.subtype_id.internal
        ) and self._is_internal_author(message.author_id):
            return False  # a note of the desk's, on a request of its own firm
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
        """Say whether it is the customer's turn: it is held for their answer.

        :rtype: bool
        """
        self.ensure_one()
        return self._is_put_on_hold() and self._get_hold_party() == "customer"

    def _resume_after_answer(self, message):
        """Note that the customer wrote, and let go on what waited for them.

        What waited for the customer is moved to the stage that follows an answer.

        What was closed is opened again where its stage says so; otherwise the desk is
        told, or it is another request.

        :param message: the answer, a mail.message on this record
        """
        # In sudo mode because customers may not write on their tickets: the access
        # to post was checked, and the stage is the one set up for this.
        for record in self.sudo():
            kept = record._get_kept_ticket()
            if kept:
                kept._post_again(message, internal=record._is_merged_apart(kept))
                continue
            if record._get_reopen_obstacle() == "late":
                record._file_follow_up(message)
                continue
            record._sla_log_question(message=message)
            if record._is_waiting_for_answer():
                record._end_hold_by_answer()
            stage = record.stage_id
            if not stage.closed:
                continue
            reopened = (
                stage.answer_stage_id or stage.is_silence
            ) and record._reopen_for_customer()
            if not reopened:
                record._notify_closed_answer()

    # === ANSWERS THAT GO ELSEWHERE === #

    def _get_kept_ticket(self):
        """Return the ticket into which this one was merged, of the same customer.

        :return: empty if it was not merged
        :rtype: recordset of helpdesk.ticket
        """
        self.ensure_one()
        if not self.duplicate_id:
            return self.browse()
        kept = self
        seen = self.browse()
        while kept.duplicate_id and kept not in seen:
            seen |= kept
            kept = kept.duplicate_id
        if kept in seen or not self._is_of_customer_of(kept):
            return self.browse()
        return kept

    def _is_of_customer_of(self, other):
        """Say whether another ticket is the same customer's.

        Of the same family of firms; of senders whom nobody knows, from one address.

        :param other: a helpdesk.ticket
        :rtype: bool
        """
        self.ensure_one()
        roots = [
            ticket.commercial_partner_id._get_support_root() for ticket in self + other
        ]
        if any(roots):
            return roots[0] == roots[-1]
        addresses = {email_normalize(one.partner_email or "") for one in self + other}
        return len(addresses) == 1 and all(addresses)

    def _post_again(self, message, internal=False):
        """Post on this ticket what the customer wrote on another one, as theirs.

        :param message: a mail.message
        :param bool internal: whether for the desk alone, of which who looks after the
            ticket is told
        """
        self.ensure_one()
        guarded = self.with_context(support_post=GUARD, mail_notify_force_send=False)
        files = message.sudo().attachment_ids
        guarded.message_post(
            body=message.body,
            subject=message.subject,
            message_type=message.message_type,
            subtype_xmlid="mail.mt_note" if internal else "mail.mt_comment",
            partner_ids=self.user_id.partner_id.ids if internal else [],
            author_id=message.author_id.id,
            email_from=message.email_from,
            attachment_ids=[
                file.copy({"res_model": self._name, "res_id": self.id}).id
                for file in files
            ],
        )

    def _file_follow_up(self, message):
        """Take an answer that comes too late to reopen this ticket as another request.

        :param message: the answer, a mail.message on this record
        :return: the new ticket
        :rtype: recordset of helpdesk.ticket
        """
        self.ensure_one()
        earlier = self._find_last_messages(message)
        ticket = self.with_context(mail_create_nosubscribe=True).create(
            self._prepare_follow_up(message, earlier)
        )
        ticket._post_again(message)
        self._message_log(
            body=self.env._(
                "The customer answered when this could not be reopened any more: it "
                "goes on in %(ticket)s.",
                ticket=ticket._get_html_link(title=ticket.display_name),
            )
        )
        ticket._acknowledge()
        return ticket

    def _prepare_follow_up(self, message, earlier):
        """Return the values of the ticket that goes on from this one.

        :param message: the answer, a mail.message on this record
        :param earlier: the messages to quote, the latest first
        :rtype: dict
        """
        self.ensure_one()
        author = message.author_id
        is_known = author and (
            author._get_support_root() == self.commercial_partner_id._get_support_root()
        )
        partner = author if is_known else self.partner_id
        vals = {
            "name": self.name,
            "description": message.body
            + Markup().join(self._quote_message(each) for each in earlier),
            "partner_id": partner.id,
            "partner_name": partner.name or self.partner_name,
            "partner_email": partner.email or message.email_from,
            "company_id": self.company_id.id,
            "previous_ticket_id": self.id,
        }
        if self.team_id.active:
            vals["team_id"] = self.team_id.id
        return vals

    def _find_last_messages(self, message):
        """Return the last messages that the customer has read before one.

        :param message: a mail.message on this record
        :rtype: recordset of mail.message
        """
        self.ensure_one()
        # In sudo mode because whoever answers need not read messages of colleagues.
        messages_sudo = self.env["mail.message"].sudo()
        return messages_sudo.search(
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("id", "<", message.id)
            & Domain("message_type", "in", ["comment", "email"])
            & Domain("is_internal", "=", False)
            & Domain("subtype_id.internal", "=", False),
            order="id DESC",
            limit=QUOTED_MESSAGES,
        )

    def _quote_message(self, message):
        """Return a message as it is quoted below an answer.

        :param message: a mail.message
        :rtype: Markup
        """
        author = message.author_id.name or message.email_from or ""
        head = self.env._(
            "%(author)s wrote on %(date)s:",
            author=self.company_id.name
            if self._is_internal_author(message.author_id)
            else author,
            date=format_date(self.env, message.date),
        )
        return Markup("<p>%s</p><blockquote>%s</blockquote>") % (head, message.body)

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
