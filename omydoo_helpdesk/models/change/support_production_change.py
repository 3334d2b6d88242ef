# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import CONTENT_FIELDS, SEALED
from ...tools.batch import run_in_batches
from ...tools.change_moves import (
    FINAL_STATES,
    OPEN_STATES,
    RECEIPTS,
    TALK,
    TOLD_TO_DESK,
    get_target,
    is_told_to_contacts,
)
from ...tools.text import given_id, given_text

# Written by the methods of a change only: a person, an import or an RPC call cannot.
ENGINE_FIELDS = (
    "state",
    "asked_at",
    "answer_by",
    "expires_at",
    "consent_event_id",
    "is_emergency",
    "confirmed_at",
    "disputed_at",
    "waiver_reason",
    "waived_by_id",
    "waived_at",
    "desk_backup_by_id",
    "desk_backup_at",
    "customer_backup_by_id",
    "customer_backup_at",
    "backup_acknowledged_by_id",
    "backup_acknowledged_at",
    "applied_at",
    "applied_by_id",
    "result",
    "undone_at",
    "undo_reason",
)

# They follow from the ticket: whose database it is, and who may agree.
TICKET_FIELDS = ("company_id", "partner_id")

BACKUP_FIELDS = {
    "backup_by",
    "backup_at",
    "backup_checked_at",
    "backup_checked_by",
    "restore_by",
}


class SupportProductionChange(models.Model):
    """Something that is done to a customer's production database.

    Nothing is applied without the customer's agreement to the exact text, a test in
    pre-production if it is significant, and a statement about the backup. The guards
    are here, on the model: no view, import, RPC call or batch goes round them.
    Source: the charter (production is changed only with the customer's agreement).

    The gate: nothing is applied in production before all is in order.

    What ends a question or an agreement: an edit, the time, or giving it up.
    """

    _name = "support.production.change"
    _inherit = [
        "mail.activity.mixin",
        "support.thread.mixin",
        "mail.thread",
        "support.guarded.mixin",
    ]
    _description = "Production Change"
    _order = "planned_at desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Title", required=True, tracking=True)
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_ticket_values",
        store=True,
        index=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        compute="_compute_ticket_values",
        store=True,
        index=True,
        precompute=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "In preparation"),
            ("awaiting", "Awaiting the customer"),
            ("agreed", "Agreed"),
            ("refused", "Declined"),
            ("withdrawn", "Agreement withdrawn"),
            ("applied", "Applied"),
            ("undone", "Undone"),
            ("cancelled", "Called Off"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    database = fields.Char(required=True, help="Its name, as the customer knows it.")
    environment = fields.Selection(
        selection=[
            ("production", "Production"),
            ("preproduction", "Pre-production"),
        ],
        required=True,
        default="production",
        help="Where the change is made: production needs the customer's agreement.",
    )
    description = fields.Text(
        string="What Will Be Done", required=True, help="The customer reads this."
    )
    reason = fields.Text(string="Why", required=True)
    risk = fields.Text(required=True, help="What may go wrong.")
    rollback = fields.Text(
        string="How to Undo It",
        required=True,
        help="How the change is undone if it goes wrong.",
    )
    self_service = fields.Text(
        string="How to Do It Alone",
        help="How the customer could do it without us: the desk hands over the means.",
    )
    is_significant = fields.Boolean(
        string="Significant",
        default=True,
        help="To be tested in pre-production first.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Done By",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    planned_at = fields.Datetime(
        string="Planned For",
        tracking=True,
        help="When the change is to be made: the customer agrees to it too.",
    )
    event_ids = fields.One2many(
        comodel_name="support.change.event",
        inverse_name="change_id",
        string="Ledger",
        readonly=True,
        copy=False,
    )
    applied_at = fields.Datetime(string="Applied On", copy=False, readonly=True)
    applied_by_id = fields.Many2one(comodel_name="res.users", copy=False, readonly=True)
    result = fields.Text(copy=False, readonly=True)
    undone_at = fields.Datetime(string="Undone On", copy=False, readonly=True)
    undo_reason = fields.Text(string="Why It Was Undone", copy=False, readonly=True)
    obstacle = fields.Char(
        string="What Is Missing", compute="_compute_obstacle", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_id")
    def _compute_ticket_values(self):
        # Not of what the ticket becomes later: whose database it is stays.
        for change in self:
            change.company_id = change.ticket_id.company_id
            change.partner_id = change.ticket_id.partner_id.commercial_partner_id

    @api.depends("name", "ticket_id.number")
    def _compute_display_name(self):
        for change in self:
            change.display_name = " ".join(
                filter(None, (change.ticket_id.number, change.name))
            )

    def _get_report_base_filename(self):
        """Return the name of the record's file, without extension.

        :rtype: str
        """
        self.ensure_one()
        return self.display_name

    @api.depends_context("uid")
    def _compute_obstacle(self):
        for change in self:
            if change.state in ("draft", "refused", "withdrawn"):
                change.obstacle = change._get_ask_obstacle()
            elif change.state == "agreed":
                change.obstacle = change._get_apply_obstacle()
            else:
                change.obstacle = False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        changes = super().create(vals_list)
        # Whoever may not write the ticket may not change its database either.
        changes.ticket_id.check_access("write")
        return changes

    def write(self, vals):
        self._check_guarded([vals])
        self._check_ticket(vals)
        # The same one again: whose database it is would be read anew of the ticket,
        # which may be another customer's now.
        vals = {name: value for name, value in vals.items() if name != "ticket_id"}
        edited = self._get_edited(vals)
        edited._check_editable()
        # Before the contacts are replaced: those who were asked are told.
        edited._void(set(CONTENT_FIELDS) & vals.keys())
        res = super().write(vals)
        if BACKUP_FIELDS & vals.keys():
            edited._forget_backup()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        if any(change.event_ids for change in self):
            raise UserError(
                self.env._(
                    "The customer was asked about this change: cancel it, it is kept "
                    "as a proof."
                )
            )

    # === ACTION METHODS === #

    def action_apply(self, result=""):
        """Say that these changes are applied in production: the gate.

        :param str result: what came of it
        :raise UserError: with the reason why it may not be applied
        """
        self.check_access("write")
        for change in self:
            change._move("applied", note=given_text(result))

    def action_undo(self, reason=""):
        """Say that these changes were undone in production.

        :param str reason: why
        :raise UserError: if they are not applied, or without reason
        """
        self.check_access("write")
        for change in self:
            change._move("undone", note=given_text(reason))

    def action_cancel(self):
        """Give these changes up; the contacts are not asked any more.

        :raise UserError: if one is over
        """
        self.check_access("write")
        for change in self:
            change._move("cancelled")

    # === MOVES === #

    def _move(self, kind, partner=None, note="", **facts):
        """Have something happen to this change: the one door to its state.

        Locks, checks, notes it in the ledger, writes and tells, in this order. What is
        particular to a kind is in ``_prepare_move_<kind>``.

        :param str kind: of ``MOVES``, see ``tools.change_moves``
        :param partner: the contact who does it, one of those asked
        :param str note: what is said of it
        :param facts: what else ``_prepare_move_<kind>`` takes
        :raise KeyError: if the kind is unknown
        :raise LockError: if somebody else is at it
        :raise UserError: if it cannot happen now, with the reason; nothing is changed
        """
        self.ensure_one()
        self._lock()
        state = self.state
        target = get_target(kind, state)
        if partner is not None:
            self._check_contact(partner)
            facts["partner"] = partner
        if not target:
            raise UserError(self._get_move_refusal(kind))
        logs, vals = getattr(self, f"_prepare_move_{kind}")(note=note, **facts)
        for log in logs:
            event = self._log(kind, **log)
        if target != state:
            vals["state"] = target
            if target == "agreed":
                vals["consent_event_id"] = event.id
        if vals:
            self._write_guarded(vals)
        if target != state or kind in TALK:
            # In sudo mode because a customer's answer moves the ticket's clock.
            self.ticket_id.sudo()._sla_sync_log()
        if is_told_to_contacts(kind, state):
            self._send_to_contacts(kind)
        if kind in RECEIPTS and partner and partner.email:
            self._send_mails(kind, partner, note)
        if kind in TOLD_TO_DESK:
            self._tell_desk(kind, partner, note if partner else "")

    def _get_move_refusal(self, kind):
        """Return why something cannot happen to this change in its state.

        :param str kind: of ``MOVES``
        :return: a sentence
        :rtype: str
        """
        self.ensure_one()
        return {
            "asked": self._get_asked_refusal,
            "agreed": self._get_answered_sentence,
            "refused": self._get_answered_sentence,
            "question": self._get_answered_sentence,
            "answered": self._get_question_gap,
            "withdrawn": self._get_withdrawn_refusal,
            "voided": self._get_over_sentence,
            "expired": self._get_over_sentence,
            "phone": self._get_phone_refusal,
            "seconded": self._get_seconded_refusal,
            "confirmed": self._get_confirmed_refusal,
            "disputed": self._get_confirmed_refusal,
            "applied": self._get_agreement_gap,
            "undone": self._get_undone_refusal,
            "cancelled": self._get_over_sentence,
        }[kind]()

    def _prepare_move_applied(self, note):
        obstacle = self._get_apply_obstacle()
        if obstacle:
            raise UserError(obstacle)
        if not (note or "").strip():
            raise UserError(self.env._("Say what came of it."))
        return [{"note": note}], {
            "applied_at": fields.Datetime.now(),
            "applied_by_id": self.env.uid,
            "result": note,
        }

    def _prepare_move_undone(self, note):
        if not (note or "").strip():
            raise UserError(self.env._("Say why it was undone."))
        return [{"note": note}], {
            "undone_at": fields.Datetime.now(),
            "undo_reason": note,
        }

    def _prepare_move_cancelled(self, note):
        return [{}], {}

    def _prepare_move_voided(self, note):
        return [{"note": note}], self._prepare_no_agreement_vals()

    def _prepare_move_expired(self, note):
        return [{}], self._prepare_no_agreement_vals()

    @api.model
    def _prepare_no_agreement_vals(self):
        """Return the values of a change that has to be asked again.

        :rtype: dict
        """
        return {"consent_event_id": False, "is_emergency": False}

    def _get_undone_refusal(self):
        self.ensure_one()
        return self.env._("“%(change)s” is not applied.", change=self.name)

    def _get_over_sentence(self):
        self.ensure_one()
        return self.env._(
            "“%(change)s” is over: what the customer agreed to stays as it was. "
            "Prepare another change.",
            change=self.display_name,
        )

    def _get_agreement_gap(self):
        self.ensure_one()
        return self.env._(
            "The customer has not agreed to “%(change)s”.", change=self.name
        )

    # === GUARDS === #

    @api.model
    def _get_guarded_fields(self):
        fields = (*ENGINE_FIELDS, *TICKET_FIELDS)
        return super()._get_guarded_fields() | dict.fromkeys(fields, SEALED)

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it follows from what was asked, answered and done.")

    def _check_ticket(self, vals):
        """Refuse to move a change to another ticket: it may be of another customer.

        :param dict vals: to write
        :raise UserError: if they name another ticket
        """
        if "ticket_id" in vals and self.ticket_id - self.ticket_id.browse(
            given_id(vals["ticket_id"])
        ):
            raise UserError(
                self.env._(
                    "A change stays with its ticket: prepare another one for the "
                    "other ticket."
                )
            )

    def _get_edited(self, vals):
        """Return the changes whose text these values would alter.

        :param dict vals: to write
        :rtype: recordset of support.production.change
        """
        names = set(CONTENT_FIELDS) & vals.keys()
        if not names:
            return self.browse()
        return self.filtered(
            lambda change: any(
                change._has_other_value(name, vals[name]) for name in names
            )
        )

    def _check_editable(self):
        """Refuse edits of what was done already.

        :raise UserError: if a change is applied, undone or cancelled
        """
        for change in self:
            if change.state in FINAL_STATES:
                raise UserError(change._get_over_sentence())

    def _for_ledger(self):
        """Return this change with what the ledger says in the customer's language.

        They are given it too, and who reads it at the desk is not who wrote it.

        :rtype: recordset of support.production.change
        """
        self.ensure_one()
        return self.with_context(lang=self._get_lang(self.partner_id))

    def _log(self, kind, **vals):
        """Append to the ledger.

        :param str kind: of ``EVENT_KINDS``
        :param vals: other values of ``support.change.event``
        :return: the events
        :rtype: recordset of support.change.event
        """
        # In sudo mode because nobody may create events but this method, which is
        # called after the checks of each step.
        return (
            self.env["support.change.event"]
            .sudo()
            .create(
                [
                    {
                        "change_id": change.id,
                        "kind": kind,
                        "at": fields.Datetime.now(),
                        "user_id": self.env.uid,
                        **vals,
                    }
                    for change in self
                ]
            )
        )

    # === BUSINESS METHODS === #

    def _get_apply_obstacle(self):
        """Return why this change may not be applied in production.

        :return: a sentence, or False
        """
        self.ensure_one()
        return (
            self._get_consent_obstacle()
            or self._get_customer_obstacle()
            or self._get_test_gap()
            or self._get_backup_obstacle()
            or self._get_second_gap()
        )

    def _get_consent_obstacle(self):
        """Return why there is no valid agreement to the text as it is now.

        :return: a sentence, or False
        """
        self.ensure_one()
        event = self.consent_event_id
        if self.state != "agreed" or not event:
            return self._get_agreement_gap()
        if self.expires_at <= fields.Datetime.now():
            return self.env._(
                "The agreement to “%(change)s” has expired.", change=self.name
            )
        if event.content_hash != self._get_content_hash():
            return self.env._(
                "What the customer agreed to is not “%(change)s” as it is now.",
                change=self.name,
            )
        if not self.customer_backup_at:
            return self.env._(
                "The customer has not confirmed their part of the backup of "
                "“%(change)s”.",
                change=self.name,
            )
        return False

    def _void(self, names):
        """Void what was asked or agreed to: the text is not the same any more.

        To be called before the contacts are replaced: those who were asked are told.

        :param names: of the fields that were edited, for the ledger
        """
        for change in self.filtered(lambda change: change.state in OPEN_STATES):
            labels = change._for_ledger()._get_field_labels(names)
            change._move("voided", note=labels)

    @api.model
    def _cron_expire(self, batch_size=100):
        """Void what was not answered, or not applied, in time.

        Each batch is committed; a second run finds nothing more. One that fails keeps
        no other back.

        :param int batch_size: changes per transaction
        """
        run_in_batches(
            self,
            self._get_expired_domain(),
            lambda due: due._expire(),
            batch_size=batch_size,
        )

    @api.model
    def _get_expired_domain(self):
        """Return which changes have expired.

        :rtype: Domain
        """
        now = fields.Datetime.now()
        return (
            Domain("state", "in", OPEN_STATES) & Domain("expires_at", "<=", now)
        ) | (Domain("state", "=", "awaiting") & Domain("answer_by", "<=", now))

    def _expire(self):
        """Void those of these changes that nobody else is answering or applying."""
        mine = self.try_lock_for_update(allow_referencing=True)
        mine.invalidate_recordset()
        for change in mine.filtered_domain(self._get_expired_domain()):
            change._move("expired")
