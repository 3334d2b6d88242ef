# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import (
    COMPUTED,
    CONTEST_ENDS,
    CONTEST_LAPSED,
    CONTEST_OPEN,
    CONTEST_OVERTURNED,
    CONTESTED,
    MANAGER_GROUP,
    SEALED,
)
from ...tools.text import given_text

TEMPLATE = "omydoo_helpdesk.mail_template_contest"
DECISION = {"scope", "scope_override", "scope_override_reason"}
# What a verdict follows from, of what is written on a ticket.
FACTS = {
    *DECISION,
    "category_id",
    "company_id",
    "custom_module_id",
    "partner_id",
    "subscription_id",
}


class TicketContest(models.Model):
    """The customer contests a verdict, once; a manager upholds or overturns it.

    While it is contested nobody else decides. Where the verdict changes by itself, as
    with the category, what was contested is there no more: the customer is told so, and
    may contest the new one.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    scope_decider_id = fields.Many2one(
        comodel_name="res.users",
        string="Verdict Decided By",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Who decided the verdict, where it is not that of the charter.",
    )
    contest_state = fields.Selection(
        selection=[(CONTEST_OPEN, "To be decided"), *CONTEST_ENDS],
        string="Contested Verdict",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What came of it when the customer contested the verdict.",
    )
    contest_ids = fields.One2many(
        comodel_name="support.verdict.event",
        inverse_name="ticket_id",
        string="Contested Verdicts",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    contest_reason = fields.Text(
        string="Why It Is Contested",
        compute="_compute_contest_reason",
        compute_sudo=True,
        groups="base.group_user",
        help="In the customer's words.",
    )

    # Few of many: those that wait for a manager.
    _contested_idx = models.Index("(company_id) WHERE contest_state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("contest_ids", "contest_state")
    def _compute_contest_reason(self):
        for record in self:
            record.contest_reason = (
                record.contest_state and record._get_last_contest().words
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # In sudo mode because customers do not read who decided; they decide nothing.
        # Of a desk that moved in it is given, and the guard lets nobody else give it.
        decided_ids = [
            record.id
            for record, vals in zip(records.sudo(), vals_list, strict=True)
            if record.scope_override and "scope_decider_id" not in vals
        ]
        records.sudo().browse(decided_ids)._note_decider()
        return records

    def write(self, vals):
        if FACTS.isdisjoint(vals):
            return super().write(vals)
        # In sudo mode because it concerns whoever writes, and is told to nobody.
        contested = self.sudo().filtered(lambda one: one.contest_state == CONTEST_OPEN)
        is_decision = not DECISION.isdisjoint(vals)
        if contested and is_decision and not self.env.su:
            raise UserError(
                self.env._(
                    "The customer contests this verdict: a manager upholds or "
                    "overturns it by “Decide What Is Contested”, and nobody decides "
                    "beside that."
                )
            )
        res = super().write(vals)
        if is_decision:
            self._note_decider()
        contested._settle_changed_contests()
        return res

    # === ACTION METHODS === #

    def action_decide_contest(self):
        """Open the dialog in which a manager decides what the customer contests.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user is no manager of the desk
        :raise UserError: if nothing is contested, or this user decided the verdict
        """
        self.ensure_one()
        self._check_contest_decision()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide What Is Contested"),
            "res_model": "helpdesk.ticket.contest.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_fields_once_saved(self):
        return super()._get_fields_once_saved() | {"contest_reason"}

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "scope_decider_id": COMPUTED,
            "contest_state": COMPUTED,
            # Written by what happens.
            "contest_ids": SEALED,
        }

    def _get_with_history(self):
        # In sudo mode because what was contested is kept whoever may read it.
        events_sudo = self.env["support.verdict.event"].sudo()
        return super()._get_with_history() | self.browse(
            events_sudo.search([("ticket_id", "in", self.ids)]).ticket_id.ids
        )

    def _note_decider(self):
        """Note who decides the verdict of these tickets, or that nobody does."""
        for decided, records in self.grouped(
            lambda record: bool(record.scope_override)
        ).items():
            decider_id = decided and self.env.uid
            changed = records.filtered(
                lambda one, decider_id=decider_id: (
                    one.scope_decider_id.id != decider_id
                )
            )
            if changed:
                changed._write_guarded({"scope_decider_id": decider_id})

    def _get_verdict_key(self):
        """Return what tells the verdict on this ticket from another one on it.

        :rtype: str
        """
        self.ensure_one()
        if self.scope_override:
            words = (self.scope_override_reason or "").strip().encode()
            about = hashlib.sha256(words).hexdigest()[:16]
        else:
            about = f"{self.category_id.id or 0}/{self.custom_module_id.id or 0}"
        return f"{self.scope}:{self.scope_reason}:{about}"

    def _get_last_contest(self):
        """Return the row that tells what the customer contested last.

        :rtype: recordset of support.verdict.event
        """
        self.ensure_one()
        return self.contest_ids.filtered(lambda event: event.kind == CONTESTED).sorted(
            "id"
        )[-1:]

    def _get_contest_obstacle(self):
        """Return why the customer cannot contest the verdict on this ticket.

        :return: ``undecided``, ``archived``, ``merged``, ``open`` (it is contested) or
            ``decided`` (it was); False if nothing is in the way
        :rtype: str or bool
        """
        self.ensure_one()
        if self.scope not in ("in_scope", "out_of_scope"):
            return "undecided"
        if not self.active:
            return "archived"
        if self.duplicate_id:
            return "merged"
        if self.contest_state == CONTEST_OPEN:
            return "open"
        keys = set(self.contest_ids.mapped("verdict_key")) if self.contest_state else ()
        return "decided" if self._get_verdict_key() in keys else False

    def _contest(self, reason):
        """Contest the verdict on this ticket; what is contested already stays so.

        To be called in sudo mode by the customer, once the access to the record was
        checked.

        :param str reason: in the customer's words
        :return: whether it is contested by this
        :rtype: bool
        """
        self.ensure_one()
        if self._get_contest_obstacle():
            return False
        # The ticket first: of two at the same instant, PostgreSQL has the second one
        # start again, and find it contested.
        self._write_guarded({"contest_state": CONTEST_OPEN})
        self.flush_recordset(["contest_state"])
        self._log_verdict_event(CONTESTED, reason)
        return True

    def _log_verdict_event(self, kind, words=False, **vals):
        """Note what happened to the verdict on this ticket.

        :param str kind: a value of ``support.verdict.event``
        :param str words: of the customer or of the manager
        :param vals: what is to be noted of another verdict than that of now
        """
        self.ensure_one()
        # In sudo mode because nobody but this method writes the log.
        self.env["support.verdict.event"].sudo().create(
            {
                "ticket_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.commercial_partner_id.id,
                "kind": kind,
                "scope": self.scope,
                "scope_reason": self.scope_reason,
                "decider_id": self.scope_decider_id.id,
                "user_id": self.env.uid,
                "words": words,
                "verdict_key": self._get_verdict_key(),
                **vals,
            }
        )

    # === WHAT COMES OF IT === #

    def _get_contest_refusal(self):
        """Return why the user cannot decide what is contested.

        :return: a sentence, empty if they can
        :rtype: str
        """
        self.ensure_one()
        user = self.env.user
        # In sudo mode because a manager of the desk need not read every user.
        record = self.sudo()
        if record.contest_state != CONTEST_OPEN:
            return self.env._("Nothing is contested on this ticket.")
        if user == record.scope_decider_id and record._find_other_managers(user):
            return self.env._(
                "You decided this verdict yourself: another manager decides whether it "
                "stays."
            )
        return ""

    def _find_other_managers(self, user):
        """Return who else could decide what is contested on this ticket.

        :param user: who decided the verdict
        :rtype: recordset of res.users
        """
        return self.env["res.users"].search(
            Domain("all_group_ids", "in", self.env.ref(MANAGER_GROUP).ids)
            & Domain("company_ids", "in", self.company_id.ids)
            & Domain("share", "=", False)
            & Domain("id", "!=", user.id)
        )

    def _check_contest_decision(self):
        """Check that the user can decide what is contested on this ticket.

        :raise AccessError: if they are no manager of the desk, or may not write on it
        :raise UserError: otherwise
        """
        self.check_access("write")
        if not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(
                self.env._("A manager of the desk decides what customers contest.")
            )
        if refusal := self._get_contest_refusal():
            raise UserError(refusal)

    def _get_contest_warnings(self):
        """Hook: return what follows if the verdict is overturned.

        :return: sentences
        :rtype: list[str]
        """
        self.ensure_one()
        return []

    def _decide_contest(self, outcome, words):
        """Uphold or overturn the contested verdict, and tell the customer.

        :param str outcome: ``upheld`` or ``overturned``
        :param str words: as the customer reads them
        :raise AccessError: if the user is no manager of the desk
        :raise UserError: if there is nothing to decide, or not for this user, or
            without words
        """
        self.ensure_one()
        words = given_text(words)
        self._check_contest_decision()
        if not words:
            raise UserError(
                self.env._("Say why, in words: the customer will read them.")
            )
        # In sudo mode because the verdict is a manager's now, told by the mail of the
        # contest and not by another one; the right to decide was just checked.
        record = self.sudo()
        event = record._get_last_contest()
        record._write_guarded({"contest_state": outcome})
        if outcome == CONTEST_OVERTURNED:
            record.write(
                {
                    "scope_override": "in_scope"
                    if event.scope == "out_of_scope"
                    else "out_of_scope",
                    "scope_override_reason": words,
                }
            )
        record._log_verdict_event(outcome, words, **event._get_verdict())
        if outcome == CONTEST_OVERTURNED:
            record._follow_overturned()
        self._post_decision(TEMPLATE)

    def _follow_overturned(self):
        """Hook: have what followed from the verdict follow what it is now."""
        self.ensure_one()

    def _settle_changed_contests(self):
        """End what is contested where the verdict is another one by now.

        To be called in sudo mode.
        """
        for record in self:
            event = record._get_last_contest()
            if record.scope in ("to_qualify", event.scope):
                continue  # it waits for the decision, whatever the reason is now
            record._write_guarded({"contest_state": CONTEST_LAPSED})
            # With the key of what was contested: the new one may be contested in turn.
            record._log_verdict_event(
                CONTEST_LAPSED, **event._get_verdict(), verdict_key=event.verdict_key
            )
            record._post_decision(TEMPLATE)

    @api.model
    def _scope_refresh_open(self, domain):
        records = super()._scope_refresh_open(domain)
        records.filtered(
            lambda record: record.contest_state == CONTEST_OPEN
        )._settle_changed_contests()
        return records
