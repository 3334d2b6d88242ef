# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# After these, an earlier call is no agreement any more.
END_KINDS = ("refused", "withdrawn", "voided", "expired", "disputed")


class ChangePhone(models.Model):
    """An agreement by telephone, for a blocking incident, confirmed afterwards."""

    _name = "support.production.change"
    _inherit = ["support.production.change"]

    needs_second = fields.Boolean(compute="_compute_needs_second", compute_sudo=True)

    # === COMPUTE METHODS === #

    @api.depends("state", "is_emergency", "confirmed_at", "event_ids")
    @api.depends_context("uid")
    def _compute_needs_second(self):
        for change in self:
            change.needs_second = (
                change.state == "agreed"
                and change._is_call_of_one()
                and change.consent_event_id.user_id != self.env.user
            )

    # === ACTION METHODS === #

    def action_second(self):
        """Stand behind a call that a colleague noted, who may then apply the change.

        :raise UserError: if there is no such call, or it was noted by the same person
        """
        self.check_access("write")
        for change in self:
            change._move("seconded")

    # === BUSINESS METHODS === #

    def _is_call_of_one(self):
        """Say whether one person of the desk alone stands behind the agreement.

        Neither did the customer confirm the call, nor a colleague second it.

        :rtype: bool
        """
        self.ensure_one()
        call = self.consent_event_id
        return (
            call.kind == "phone"
            and not self.confirmed_at
            and not any(
                event.kind == "seconded" and event.id > call.id
                for event in self.event_ids
            )
        )

    def _get_second_gap(self):
        """Return why the user may not apply what was agreed to by telephone.

        Who noted the call does not apply it alone: a colleague who applies it stands
        behind it too.

        :return: a sentence, or False
        """
        self.ensure_one()
        if not self._is_call_of_one() or self.consent_event_id.user_id != self.env.user:
            return False
        return self.env._(
            "You noted the agreement by telephone to “%(change)s” yourself: a "
            "colleague seconds it or applies the change, or the customer confirms it "
            "in the portal.",
            change=self.name,
        )

    def _prepare_move_seconded(self, note):
        obstacle = self._get_consent_obstacle()
        if obstacle:
            raise UserError(obstacle)
        if not self._is_call_of_one():
            raise UserError(self._get_confirmed_refusal())
        if self.consent_event_id.user_id == self.env.user:
            raise UserError(
                self.env._("You noted the call yourself: a colleague seconds it.")
            )
        return [{}], {}

    def _get_seconded_refusal(self):
        return self._get_confirmed_refusal()

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

    def _agree_by_phone(self, partner, phoned_at, note):
        """Log an agreement given by telephone, for a blocking incident.

        :param partner: who agreed
        :param datetime phoned_at: when, naive UTC
        :param str note: what was said
        :raise UserError: if this is no emergency, or the contact may not agree
        """
        self.check_access("write")
        self._move("phone", note=note, caller=partner, phoned_at=phoned_at)

    def _prepare_move_phone(self, note, caller, phoned_at):
        self._check_caller(caller)
        expires_at = self._check_call(phoned_at, note)
        obstacle = self._get_phone_obstacle(caller)
        if obstacle:
            raise UserError(obstacle)
        if caller not in self.approver_ids:
            # Before the text is taken: the contacts are part of it.
            self.approver_ids |= caller
        log = {
            "at": phoned_at,
            "note": note,
            **self._prepare_contact_vals(caller, {}),
            **self._prepare_text_vals(self._get_lang(caller)),
        }
        return [log], {
            "is_emergency": True,
            "asked_at": fields.Datetime.now(),
            "answer_by": False,
            "expires_at": expires_at,
            "customer_backup_by_id": caller.id,
            "customer_backup_at": phoned_at,
            "confirmed_at": False,
            "disputed_at": False,
        }

    def _get_phone_refusal(self):
        self.ensure_one()
        return self.env._("“%(change)s” is not to be asked for.", change=self.name)

    def _check_caller(self, caller):
        """Check that a contact may agree to this change, and by telephone.

        :param caller: the contact
        :raise UserError: otherwise
        """
        self.ensure_one()
        if self.ticket_id.priority != "3":
            raise UserError(
                self.env._(
                    "The telephone is for blocking incidents: ask in the portal."
                )
            )
        if not self._may_approve(caller):
            raise UserError(self._get_role_sentence(caller))

    def _check_call(self, phoned_at, note):
        """Check that what was said in a call still holds.

        :param datetime phoned_at: when, naive UTC
        :param str note: what was said
        :return: until when it holds, naive UTC
        :rtype: datetime
        :raise UserError: otherwise
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if not phoned_at:
            raise UserError(self.env._("Say when they called."))
        if phoned_at > now:
            raise UserError(self.env._("The call cannot be in the future."))
        if not (note or "").strip():
            raise UserError(self.env._("Write what was said."))
        expires_at = self._get_expiry(phoned_at)
        if expires_at <= now or phoned_at < self._get_last_end():
            raise UserError(
                self.env._(
                    "What was agreed to in that call does not hold any more: call "
                    "again."
                )
            )
        return expires_at

    def _get_phone_obstacle(self, caller):
        """Return why this change could not be agreed to by anybody.

        :param caller: the contact who called
        :return: a sentence, or False
        """
        self.ensure_one()
        return (
            self._get_customer_obstacle()
            or self._get_text_gap()
            or self._get_confirmer_obstacle(caller)
            or self._get_test_gap()
            or self._get_backup_obstacle()
        )

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
        self._move(
            "confirmed" if is_confirmed else "disputed",
            partner,
            note=note,
            text_hash=text_hash,
            origin=origin,
        )

    def _prepare_move_confirmed(self, note, **answer):
        log = self._prepare_phone_answer_log(note, **answer)
        return [log], {"confirmed_at": fields.Datetime.now()}

    def _prepare_move_disputed(self, note, **answer):
        log = self._prepare_phone_answer_log(note, **answer)
        vals = {"disputed_at": fields.Datetime.now()}
        if self.state == "agreed":
            # There is no agreement: what is not applied yet must not be any more.
            vals["consent_event_id"] = False
        return [log], vals

    def _prepare_phone_answer_log(self, note, partner, text_hash, origin):
        """Return what the ledger keeps of an answer about an agreement by telephone.

        :rtype: dict
        :raise UserError: if there is nothing to confirm
        """
        event = self.consent_event_id
        is_open = self.filtered_domain(self._get_unanswered_domain())
        if not is_open or not self.is_emergency or not event:
            raise UserError(self._get_confirmed_refusal())
        self._check_text_read(text_hash, event.text_hash)
        return {
            "note": note,
            "text": event.text,
            "text_hash": event.text_hash,
            "lang": event.lang,
            **self._prepare_contact_vals(partner, origin),
        }

    def _get_confirmed_refusal(self):
        return self.env._("There is nothing to confirm any more.")
