# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

from ...tools.change_text import hash_text

# After these, an earlier call is no agreement any more.
END_KINDS = ("refused", "withdrawn", "voided", "expired", "disputed")


class ChangeConsent(models.Model):
    """The customer's agreement: asked of named contacts, given once, to one text.

    An agreement by telephone, for a blocking incident, confirmed afterwards.
    """

    _name = "support.production.change"
    _inherit = ["support.production.change"]

    approver_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Asked Of",
        copy=False,
        domain="[('commercial_partner_id', '=', partner_id), "
        "('support_change_approver', '=', True)]",
        help="Contacts of the customer who may agree to production changes.",
    )
    asked_at = fields.Datetime(string="Asked On", copy=False, readonly=True)
    expires_at = fields.Datetime(
        string="Expires On", copy=False, readonly=True, index="btree_not_null"
    )
    consent_event_id = fields.Many2one(
        comodel_name="support.change.event",
        string="Agreement",
        copy=False,
        readonly=True,
    )
    is_emergency = fields.Boolean(
        string="Agreed by Telephone", copy=False, readonly=True
    )
    confirmed_at = fields.Datetime(
        string="Confirmed in the Portal On", copy=False, readonly=True
    )
    disputed_at = fields.Datetime(string="Disputed On", copy=False, readonly=True)

    # === ACTION METHODS === #

    def action_ask(self):
        """Ask the named contacts for their agreement.

        :raise UserError: with the reason why it cannot be asked yet
        """
        self.check_access("write")
        for change in self:
            change._lock()
            obstacle = change._get_ask_obstacle()
            if obstacle:
                raise UserError(obstacle)
            now = fields.Datetime.now()
            days = change.company_id.support_consent_days
            change._write_engine(
                {
                    "state": "awaiting",
                    "asked_at": now,
                    "expires_at": now + timedelta(days=days),
                    "consent_event_id": False,
                    "is_emergency": False,
                    "confirmed_at": False,
                    "disputed_at": False,
                }
            )
            for lang in dict.fromkeys(change._get_lang(p) for p in change.approver_ids):
                change._log("asked", **change._prepare_text_vals(lang))
            change._send_to_contacts("asked")

    # === BUSINESS METHODS - CHECKS === #

    def _lock(self):
        """Keep everybody else from answering or applying before we commit.

        :raise LockError: if somebody else is at it
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is working on this change at this very moment: "
                    "nothing was changed, try again."
                )
            ) from error
        self.invalidate_recordset()

    def _get_ask_obstacle(self):
        """Return why the customer cannot be asked yet.

        :return: a sentence, or False
        """
        self.ensure_one()
        # An agreement that does not hold any more is asked for again.
        if self.state not in ("draft", "refused") and not (
            self.state == "agreed" and self._get_consent_obstacle()
        ):
            return self.env._(
                "“%(change)s” cannot be asked for any more.", change=self.name
            )
        return (
            self._get_customer_obstacle()
            or self._get_text_gap()
            or self._get_approver_obstacle()
            or self._get_test_gap()
            or self._get_backup_obstacle()
        )

    def _get_customer_obstacle(self):
        """Return why this is not the customer, or the company, of the ticket.

        :return: a sentence, or False
        """
        self.ensure_one()
        # In sudo mode because agents do not read a ticket that another company has now.
        ticket_sudo = self.ticket_id.sudo()
        if not self.partner_id:
            return self.env._(
                "Ticket %(ticket)s had no customer when this was prepared: prepare "
                "another change.",
                ticket=ticket_sudo.number,
            )
        if (
            ticket_sudo.partner_id.commercial_partner_id == self.partner_id
            and ticket_sudo.company_id == self.company_id
        ):
            return False
        return self.env._(
            "Ticket %(ticket)s is of another customer or company now: prepare another "
            "change.",
            ticket=ticket_sudo.number,
        )

    def _get_approver_obstacle(self):
        """Return why the contacts named cannot be asked.

        :return: a sentence, or False
        """
        self.ensure_one()
        if not self.approver_ids:
            return self.env._(
                "Name the contacts of the customer who are asked: those marked as "
                "agreeing to production changes."
            )
        for partner in self.approver_ids:
            if not self._may_approve(partner):
                return self.env._(
                    "%(contact)s may not agree to production changes of %(customer)s.",
                    contact=partner.display_name,
                    customer=self.partner_id.display_name,
                )
            if not self._may_sign_in(partner):
                return self.env._(
                    "%(contact)s has no access to the portal: grant it first.",
                    contact=partner.display_name,
                )
            if not self._may_read_ticket(partner):
                return self.env._(
                    "%(contact)s cannot read ticket %(ticket)s in the portal: have "
                    "them follow it, or grant them the tickets of their company.",
                    contact=partner.display_name,
                    ticket=self.ticket_id.number,
                )
        if not self._get_recipients():
            # The clock would be held for a question that nobody knows of.
            return self.env._(
                "None of the contacts who are asked has an email address: they would "
                "not know."
            )
        return False

    def _may_sign_in(self, partner):
        """Return whether a contact has an access to the portal.

        :param partner: a contact
        :rtype: bool
        """
        return bool(self._get_portal_users(partner))

    def _may_read_ticket(self, partner):
        """Return whether a contact may read the ticket, and with it the change.

        :param partner: a contact
        :rtype: bool
        """
        self.ensure_one()
        return any(
            self._may_read(user, self.ticket_id)
            for user in self._get_portal_users(partner)
        )

    @api.model
    def _get_portal_users(self, partner):
        """Return with which accesses a contact may sign in to the portal.

        :param partner: a contact
        :rtype: recordset of res.users
        """
        # In sudo mode because agents need not read users. An employee's access is none:
        # the portal takes answers of customers only.
        return partner.sudo().user_ids.filtered(lambda user: user.active and user.share)

    def _may_approve(self, partner):
        """Return whether a contact may agree to this change, as of now.

        :param partner: a contact
        :rtype: bool
        """
        self.ensure_one()
        return bool(
            partner.active
            and partner.support_change_approver
            and partner.commercial_partner_id == self.partner_id
        )

    def _check_contact(self, partner):
        """Check that a contact is one of those asked.

        :param partner: who answers
        :raise UserError: otherwise
        """
        self.ensure_one()
        if partner not in self.approver_ids or not self._may_approve(partner):
            raise UserError(
                self.env._(
                    "Only the contacts who were asked can answer: %(names)s.",
                    names=", ".join(self.approver_ids.mapped("name")),
                )
            )

    def _check_answer(self, partner, text_hash, lang):
        """Check that an answer is one to what is asked now.

        :param partner: who answers
        :param str text_hash: fingerprint of the text they read
        :param str lang: language of that text
        :raise UserError: otherwise; nothing is changed
        """
        self.ensure_one()
        self._lock()
        self._check_contact(partner)
        self._check_is_asked()
        if text_hash != self._get_text_hash(lang):
            raise UserError(
                self.env._(
                    "The text has changed since you read it: read it again before "
                    "you answer."
                )
            )

    def _check_is_asked(self):
        """Check that this change is asked about now.

        :raise UserError: if it was answered, or the time to answer is over
        """
        self.ensure_one()
        if self.state != "awaiting":
            raise UserError(self._get_answered_sentence())
        if self.expires_at <= fields.Datetime.now():
            raise UserError(
                self.env._("The time to answer is over: we will ask you again.")
            )

    def _get_answered_sentence(self):
        """Return why there is nothing to answer any more.

        :rtype: str
        """
        self.ensure_one()
        event = self.event_ids.filtered(
            lambda event: event.kind in ("agreed", "refused", "phone")
        )[-1:]
        if event and self.state not in ("draft", "cancelled"):
            return self.env._(
                "%(contact)s has answered already: nothing was changed.",
                contact=event.contact_name,
            )
        return self.env._("Your agreement is not asked for any more.")

    # === BUSINESS METHODS - ANSWERS === #

    def _agree(self, partner, text_hash, lang, signed_name, origin):
        """Take the agreement of a contact, final until it is applied.

        :param partner: who agrees
        :param str text_hash: fingerprint of the text they read
        :param str lang: language of that text
        :param str signed_name: typed by them
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if the answer is not one to what is asked now
        """
        signed_name = (signed_name or "").strip()
        if not signed_name:
            raise UserError(self.env._("Type your name to agree."))
        self._check_answer(partner, text_hash, lang)
        event = self._log(
            "agreed",
            signed_name=signed_name,
            **self._prepare_contact_vals(partner, origin),
            **self._prepare_text_vals(lang),
        )
        self._write_engine(
            {
                "state": "agreed",
                "consent_event_id": event.id,
                "customer_backup_by_id": partner.id,
                "customer_backup_at": fields.Datetime.now(),
            }
        )
        self._tell_desk("agreed", partner)

    def _refuse(self, partner, text_hash, lang, note, origin):
        """Take the refusal of a contact.

        :param partner: who refuses
        :param str text_hash: fingerprint of the text they read
        :param str lang: language of that text
        :param str note: why
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if the answer is not one to what is asked now
        """
        self._check_answer(partner, text_hash, lang)
        self._log(
            "refused",
            note=note,
            **self._prepare_contact_vals(partner, origin),
            **self._prepare_text_vals(lang),
        )
        self._write_engine({"state": "refused"})
        self._tell_desk("refused", partner, note)

    def _ask_question(self, partner, note, origin):
        """Take a question of a contact; the agreement stays open.

        :param partner: who asks
        :param str note: the question
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if nothing is asked of them
        """
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Write your question."))
        self._lock()
        self._check_contact(partner)
        self._check_is_asked()
        self._log("question", note=note, **self._prepare_contact_vals(partner, origin))
        self._tell_desk("question", partner, note)

    def _withdraw(self, partner, note, origin):
        """Take an agreement back, as long as it is not applied.

        :param partner: a contact who was asked
        :param str note: why
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if there is none, or it is applied
        """
        self._lock()
        self._check_contact(partner)
        if self.state != "agreed":
            raise UserError(
                self.env._("It is applied already: it cannot be withdrawn any more.")
                if self.state in ("applied", "undone")
                else self.env._("There is no agreement to withdraw.")
            )
        self._log("withdrawn", note=note, **self._prepare_contact_vals(partner, origin))
        self._write_engine(
            {"state": "refused", "consent_event_id": False, "is_emergency": False}
        )
        self._tell_desk("withdrawn", partner, note)

    # === HELPERS === #

    def _prepare_contact_vals(self, partner, origin):
        return {
            "partner_id": partner.id,
            "contact_name": partner.display_name,
            "ip_address": (origin.get("ip_address") or "")[:64],
            "user_agent": (origin.get("user_agent") or "")[:500],
        }

    def _prepare_text_vals(self, lang):
        text = self._get_text(lang)
        return {
            "text": text,
            "text_hash": hash_text(text),
            "lang": lang,
            "content_hash": self._get_content_hash(),
        }

    # === BUSINESS METHODS - EMERGENCY === #

    @api.model
    def _get_unanswered_domain(self):
        """Return which changes wait for the customer: asked, or to be confirmed.

        :rtype: Domain
        """
        return Domain("state", "=", "awaiting") | (
            Domain("is_emergency", "=", True)
            & Domain("confirmed_at", "=", False)
            & Domain("disputed_at", "=", False)
            & Domain("state", "in", ("agreed", "applied", "undone"))
        )

    @api.model
    def _get_portal_domain(self, visitor):
        """Return which changes a visitor of the portal may read.

        Those they are named for, of tickets that they may read now. Customers have no
        right on the model: this domain is their access check, of a search in sudo mode.

        :param visitor: user
        :rtype: Domain
        """
        # In sudo mode because customers do not read who is named: of themselves only.
        partner_sudo = visitor.sudo().partner_id
        tickets = self.env["helpdesk.ticket"].with_user(visitor)
        if (
            not partner_sudo.support_change_approver
            or not visitor.share
            or not tickets.has_access("read")
        ):
            return Domain.FALSE
        return (
            Domain("approver_ids", "in", partner_sudo.ids)
            & Domain("partner_id", "=", partner_sudo.commercial_partner_id.id)
            & Domain("event_ids.kind", "in", ("asked", "phone"))
            # As the visitor: their record rules are in it.
            & Domain("ticket_id", "in", tickets._search(Domain.TRUE))
        )

    def _agree_by_phone(self, partner, phoned_at, note):
        """Log an agreement given by telephone, for a blocking incident.

        :param partner: who agreed
        :param datetime phoned_at: when, naive UTC
        :param str note: what was said
        :raise UserError: if this is no emergency, or the contact may not agree
        """
        self.check_access("write")
        self._lock()
        now = fields.Datetime.now()
        if self.ticket_id.priority != "3":
            raise UserError(
                self.env._(
                    "The telephone is for blocking incidents: ask in the portal."
                )
            )
        if self.state not in ("draft", "awaiting"):
            raise UserError(
                self.env._("“%(change)s” is not to be asked for.", change=self.name)
            )
        if not self._may_approve(partner):
            raise UserError(
                self.env._(
                    "%(contact)s may not agree to production changes of %(customer)s.",
                    contact=partner.display_name,
                    customer=self.partner_id.display_name,
                )
            )
        if not phoned_at:
            raise UserError(self.env._("Say when they called."))
        if phoned_at > now:
            raise UserError(self.env._("The call cannot be in the future."))
        if not (note or "").strip():
            raise UserError(self.env._("Write what was said."))
        expires_at = phoned_at + timedelta(days=self.company_id.support_consent_days)
        if expires_at <= now or phoned_at < self._get_last_end():
            raise UserError(
                self.env._(
                    "What was agreed to in that call does not hold any more: call "
                    "again."
                )
            )
        obstacle = (
            self._get_customer_obstacle()
            or self._get_text_gap()
            or self._get_confirmer_obstacle(partner)
            or self._get_test_gap()
            or self._get_backup_obstacle()
        )
        if obstacle:
            raise UserError(obstacle)
        if partner not in self.approver_ids:
            # Before the text is taken: the contacts are part of it.
            self.approver_ids |= partner
        event = self._log(
            "phone",
            at=phoned_at,
            note=note,
            **self._prepare_contact_vals(partner, {}),
            **self._prepare_text_vals(self._get_lang(partner)),
        )
        self._write_engine(
            {
                "state": "agreed",
                "is_emergency": True,
                "consent_event_id": event.id,
                "asked_at": now,
                "expires_at": expires_at,
                "customer_backup_by_id": partner.id,
                "customer_backup_at": phoned_at,
                "confirmed_at": False,
                "disputed_at": False,
            }
        )
        self._send_to_contacts("phone")

    def _get_last_end(self):
        """Return when an agreement to this change last ended, or was refused.

        :return: an instant, the beginning of time if there was none
        :rtype: datetime
        """
        self.ensure_one()
        ends = self.event_ids.filtered(lambda event: event.kind in END_KINDS)
        return max(ends.mapped("at"), default=datetime.min)

    def _get_confirmer_obstacle(self, partner):
        """Return why nobody could confirm a call in the portal.

        :param partner: who called
        :return: a sentence, or False
        """
        contacts = (self.approver_ids | partner).filtered(self._may_approve)
        if any(self._may_read_ticket(contact) for contact in contacts):
            return False
        return self.env._(
            "Nobody could confirm the call: grant %(contact)s, or another contact who "
            "may agree, an access to the portal.",
            contact=partner.display_name,
        )

    def _answer_phone(self, partner, text_hash, is_confirmed, note, origin):
        """Take what a contact says afterwards of an agreement by telephone.

        :param partner: a contact who was asked
        :param str text_hash: fingerprint of the text they read
        :param bool is_confirmed: whether they confirm it
        :param str note: what they add
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if there is nothing to confirm
        """
        self._lock()
        self._check_contact(partner)
        event = self.consent_event_id
        is_open = self.filtered_domain(self._get_unanswered_domain())
        if not is_open or not self.is_emergency or not event:
            raise UserError(self.env._("There is nothing to confirm any more."))
        if text_hash != event.text_hash:
            raise UserError(
                self.env._(
                    "The text has changed since you read it: read it again before "
                    "you answer."
                )
            )
        self._log(
            "confirmed" if is_confirmed else "disputed",
            note=note,
            text=event.text,
            text_hash=event.text_hash,
            lang=event.lang,
            **self._prepare_contact_vals(partner, origin),
        )
        vals = {
            "confirmed_at" if is_confirmed else "disputed_at": fields.Datetime.now()
        }
        if not is_confirmed and self.state == "agreed":
            # There is no agreement: what is not applied yet must not be any more.
            vals.update(state="refused", consent_event_id=False)
        self._write_engine(vals)
        self._tell_desk("confirmed" if is_confirmed else "disputed", partner, note)
