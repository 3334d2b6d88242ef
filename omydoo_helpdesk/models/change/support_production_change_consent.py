# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

from ...tools.change_moves import get_target, hash_text

# Before what is planned: the desk has this long to see the answer and to prepare.
NOTICE = timedelta(days=1)


class ChangeConsent(models.Model):
    """The customer's agreement: asked of named contacts, given once, to one text."""

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
    answer_by = fields.Datetime(
        string="Answer Before",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Until when the contacts may answer: before the change is planned.",
    )
    expires_at = fields.Datetime(
        string="Expires On",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Until when an agreement holds: what is applied later is asked again.",
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
            change._move("asked")

    def _prepare_move_asked(self, note):
        obstacle = self._get_ask_obstacle()
        if obstacle:
            raise UserError(obstacle)
        now = fields.Datetime.now()
        langs = dict.fromkeys(map(self._get_lang, self.approver_ids))
        return [self._prepare_text_vals(lang) for lang in langs], {
            **self._prepare_no_agreement_vals(),
            "asked_at": now,
            "answer_by": self._get_answer_by(now),
            "expires_at": self._get_expiry(now),
            "confirmed_at": False,
            "disputed_at": False,
        }

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
        is_agreed = self.state == "agreed" and not self._get_consent_obstacle()
        if is_agreed or not get_target("asked", self.state):
            return self._get_asked_refusal()
        return (
            self._get_customer_obstacle()
            or self._get_text_gap()
            or self._get_plan_gap()
            or self._get_approver_obstacle()
            or self._get_test_gap()
            or self._get_backup_obstacle()
        )

    def _get_asked_refusal(self):
        self.ensure_one()
        return self.env._(
            "“%(change)s” cannot be asked for any more.", change=self.name
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

    def _get_plan_gap(self):
        """Return why there is no time to ask before what is planned.

        :return: a sentence, or False
        """
        self.ensure_one()
        if not self.planned_at or self.planned_at > fields.Datetime.now():
            return False
        return self.env._(
            "“%(change)s” was planned for %(moment)s, which is over: plan it again, so "
            "that the customer can answer before.",
            change=self.name,
            moment=self._format_moment(self.planned_at),
        )

    def _get_answer_by(self, asked_at):
        """Return until when the contacts may answer what is asked.

        A day before what is planned, so that the desk can prepare it; what is planned
        sooner than in two days is answered until it is done.

        :param datetime asked_at: naive UTC
        :return: naive UTC
        :rtype: datetime
        """
        self.ensure_one()
        limit = asked_at + timedelta(days=self.company_id.support_consent_days)
        planned_at = self.planned_at
        if not planned_at:
            return limit
        if planned_at - asked_at >= 2 * NOTICE:
            planned_at -= NOTICE
        return min(limit, planned_at)

    def _get_expiry(self, agreed_at):
        """Return until when an agreement holds.

        The days of the company run from what is planned, if anything is: an agreement
        does not end before what it is about.

        :param datetime agreed_at: naive UTC, when it is asked or given
        :return: naive UTC
        :rtype: datetime
        """
        self.ensure_one()
        start = max(agreed_at, self.planned_at or agreed_at)
        return start + timedelta(days=self.company_id.support_consent_days)

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
                return self._get_role_sentence(partner)
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

    def _get_role_sentence(self, partner):
        self.ensure_one()
        return self.env._(
            "%(contact)s may not agree to production changes of %(customer)s.",
            contact=partner.display_name,
            customer=self.partner_id.display_name,
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

    def _check_text_read(self, text_hash, asked_hash):
        """Check that a contact has read the text that is asked about.

        :param str text_hash: fingerprint of the text they read
        :param str asked_hash: fingerprint of the text that is asked about
        :raise UserError: otherwise
        """
        if text_hash != asked_hash:
            raise UserError(
                self.env._(
                    "The text has changed since you read it: read it again before "
                    "you answer."
                )
            )

    def _check_time_to_answer(self):
        """Check that there is still time to answer what is asked.

        :raise UserError: if it is over
        """
        self.ensure_one()
        if (self.answer_by or self.expires_at) <= fields.Datetime.now():
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
        self._move(
            "agreed",
            partner,
            text_hash=text_hash,
            lang=lang,
            signed_name=signed_name,
            origin=origin,
        )

    def _prepare_move_agreed(self, note, signed_name, **answer):
        log = {**self._prepare_answer_log(**answer), "signed_name": signed_name}
        return [log], {
            "customer_backup_by_id": answer["partner"].id,
            "customer_backup_at": fields.Datetime.now(),
        }

    def _refuse(self, partner, text_hash, lang, note, origin):
        """Take the refusal of a contact.

        :param partner: who refuses
        :param str text_hash: fingerprint of the text they read
        :param str lang: language of that text
        :param str note: why
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if the answer is not one to what is asked now
        """
        self._move(
            "refused",
            partner,
            note=note,
            text_hash=text_hash,
            lang=lang,
            origin=origin,
        )

    def _prepare_move_refused(self, note, **answer):
        return [{**self._prepare_answer_log(**answer), "note": note}], {}

    def _withdraw(self, partner, note, origin):
        """Take an agreement back, as long as it is not applied.

        :param partner: a contact who was asked
        :param str note: why
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if there is none, it is applied, or without reason
        """
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say why you withdraw your agreement."))
        self._move("withdrawn", partner, note=note, origin=origin)

    def _prepare_move_withdrawn(self, note, partner, origin):
        log = {**self._prepare_contact_vals(partner, origin), "note": note}
        return [log], self._prepare_no_agreement_vals()

    def _get_withdrawn_refusal(self):
        self.ensure_one()
        if self.state in ("applied", "undone"):
            return self.env._("It is applied already: it cannot be withdrawn any more.")
        return self.env._("There is no agreement to withdraw.")

    # === HELPERS === #

    def _prepare_answer_log(self, partner, text_hash, lang, origin):
        """Return what the ledger keeps of an answer, once it is one to what is asked.

        :param partner: who answers
        :param str text_hash: fingerprint of the text they read
        :param str lang: language of that text
        :param dict origin: ``ip_address`` and ``user_agent``
        :rtype: dict
        :raise UserError: otherwise
        """
        self._check_time_to_answer()
        text_vals = self._prepare_text_vals(lang)
        self._check_text_read(text_hash, text_vals["text_hash"])
        return {**self._prepare_contact_vals(partner, origin), **text_vals}

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


EVENT_KINDS = [
    ("asked", "Agreement asked"),
    ("agreed", "Agreed"),
    ("refused", "Declined"),
    ("question", "Question asked"),
    ("answered", "Question answered"),
    ("withdrawn", "Agreement withdrawn"),
    ("voided", "Void: the text was edited"),
    ("expired", "Expired"),
    ("tested", "Tested in pre-production"),
    ("untested", "Test removed"),
    ("waived", "Test waived"),
    ("backup", "Backup confirmed"),
    ("backup_age", "Old backup acknowledged"),
    ("phone", "Agreed by telephone"),
    ("seconded", "Agreement by telephone seconded by a colleague"),
    ("confirmed", "Agreement by telephone confirmed"),
    ("disputed", "Agreement by telephone disputed"),
    ("applied", "Applied in production"),
    ("undone", "Undone"),
    ("cancelled", "Called Off"),
]


class SupportChangeEvent(models.Model):
    """Append-only ledger of a production change: who agreed to what, when, from where.

    What is asked and answered is kept with the exact text and its hash.
    """

    _name = "support.change.event"
    _inherit = ["support.ledger.mixin"]
    _description = "Ledger of a Production Change"
    _order = "id"
    _log_access = False

    change_id = fields.Many2one(
        comodel_name="support.production.change",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    kind = fields.Selection(selection=EVENT_KINDS, required=True)
    at = fields.Datetime(required=True)
    user_id = fields.Many2one(comodel_name="res.users", ondelete="restrict")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        ondelete="restrict",
        help="Of the customer: who agreed, refused or asked.",
    )
    # As it was then: contacts are renamed and leave.
    contact_name = fields.Char()
    signed_name = fields.Char(help="As typed by the contact.")
    ip_address = fields.Char(string="Address", help="From where it was sent.")
    user_agent = fields.Char(string="Browser")
    text = fields.Text(help="Exactly what was asked or agreed to.")
    text_hash = fields.Char(string="Fingerprint", help="SHA-256 of the text.")
    lang = fields.Char(string="Language of the Text")
    content_hash = fields.Char(
        string="Fingerprint of the Content",
        help="SHA-256 of the values that the text was made of, in no language.",
    )
    note = fields.Text()
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        help="The text still has the fingerprint that was stored with it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("text", "text_hash")
    def _compute_is_intact(self):
        for event in self:
            event.is_intact = not event.text or event.text_hash == hash_text(event.text)

    @api.depends("kind", "contact_name", "user_id")
    def _compute_display_name(self):
        for event in self:
            # In sudo mode because colleagues of another company are named too.
            who = event.contact_name or event.user_id.sudo().name
            event.display_name = ", ".join(
                filter(None, (event._get_kind_labels(), who))
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "The ledger of a production change stays as it was written: it is neither "
            "changed, copied nor deleted."
        )

    def _get_kind_labels(self):
        """Return what these events are, for the reader.

        :rtype: str
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return ", ".join(kinds.get(event.kind, "") for event in self)
