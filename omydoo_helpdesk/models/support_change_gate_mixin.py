# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class SupportChangeGateMixin(models.AbstractModel):
    """The gate: nothing is applied in production before all is in order.

    Used by ``support.production.change``.
    """

    _name = "support.change.gate.mixin"
    _description = "Gate of Production"

    applied_at = fields.Datetime(string="Applied On", copy=False, readonly=True)
    applied_by_id = fields.Many2one(comodel_name="res.users", copy=False, readonly=True)
    result = fields.Text(copy=False, readonly=True)
    undone_at = fields.Datetime(string="Undone On", copy=False, readonly=True)
    undo_reason = fields.Text(string="Why It Was Undone", copy=False, readonly=True)
    obstacle = fields.Char(
        string="What Is Missing", compute="_compute_obstacle", compute_sudo=True
    )

    def _compute_obstacle(self):
        for change in self:
            if change.state in ("draft", "refused"):
                change.obstacle = change._get_ask_obstacle()
            elif change.state == "agreed":
                change.obstacle = change._get_apply_obstacle()
            else:
                change.obstacle = False

    # === ACTION METHODS === #

    def action_apply(self, result=""):
        """Say that these changes are applied in production: the gate.

        :param str result: what came of it
        :raise UserError: with the reason why it may not be applied
        """
        self.check_access("write")
        for change in self:
            change._lock()
            obstacle = change._get_apply_obstacle()
            if obstacle:
                raise UserError(obstacle)
            if not (result or "").strip():
                raise UserError(self.env._("Say what came of it."))
            now = fields.Datetime.now()
            change._log("applied", note=result)
            change._write_engine(
                {
                    "state": "applied",
                    "applied_at": now,
                    "applied_by_id": self.env.uid,
                    "result": result,
                }
            )
            change._send_to_contacts("applied")

    def action_undo(self, reason=""):
        """Say that these changes were undone in production.

        :param str reason: why
        :raise UserError: if they are not applied, or without reason
        """
        self.check_access("write")
        for change in self:
            change._lock()
            if change.state != "applied":
                raise UserError(
                    self.env._("“%(change)s” is not applied.", change=change.name)
                )
            if not (reason or "").strip():
                raise UserError(self.env._("Say why it was undone."))
            change._log("undone", note=reason)
            change._write_engine(
                {
                    "state": "undone",
                    "undone_at": fields.Datetime.now(),
                    "undo_reason": reason,
                }
            )
            change._send_to_contacts("undone")

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
        )

    def _get_consent_obstacle(self):
        """Return why there is no valid agreement to the text as it is now.

        :return: a sentence, or False
        """
        self.ensure_one()
        event = self.consent_event_id
        if self.state != "agreed" or not event:
            return self.env._(
                "The customer has not agreed to “%(change)s”.", change=self.name
            )
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
