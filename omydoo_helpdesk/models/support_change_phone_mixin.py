# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SupportChangePhoneMixin(models.AbstractModel):
    """An agreement by telephone, for a blocking incident, confirmed afterwards.

    Used by ``support.production.change``.
    """

    _name = "support.change.phone.mixin"
    _description = "Agreement by Telephone"

    is_emergency = fields.Boolean(
        string="Agreed by Telephone", copy=False, readonly=True
    )
    confirmed_at = fields.Datetime(
        string="Confirmed in the Portal On", copy=False, readonly=True
    )
    disputed_at = fields.Datetime(string="Disputed On", copy=False, readonly=True)

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
        obstacle = (
            self._get_customer_obstacle()
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
        days = self.company_id.support_consent_days
        self._write_engine(
            {
                "state": "agreed",
                "is_emergency": True,
                "consent_event_id": event.id,
                "asked_at": now,
                "expires_at": now + timedelta(days=days),
                "customer_backup_by_id": partner.id,
                "customer_backup_at": phoned_at,
                "confirmed_at": False,
                "disputed_at": False,
            }
        )
        self._send_to_contacts("phone")

    def _get_confirmer_obstacle(self, partner):
        """Return why nobody could confirm a call in the portal.

        :param partner: who called
        :return: a sentence, or False
        """
        contacts = (self.approver_ids | partner).filtered(self._may_approve)
        if any(self._may_sign_in(contact) for contact in contacts):
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
        if not self.is_emergency or self.confirmed_at or self.disputed_at or not event:
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
