# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER_GROUP = "helpdesk_mgmt.group_helpdesk_manager"


class SupportChangeEvidenceMixin(models.AbstractModel):
    """What must be shown before a change: a test in pre-production, and a backup.

    Used by ``support.production.change``. Source: the charter (every significant fix
    is first made in test; restoring a backup is a joint responsibility).
    """

    _name = "support.change.evidence.mixin"
    _description = "Evidence for a Production Change"

    test_ids = fields.One2many(
        comodel_name="support.production.test",
        inverse_name="change_id",
        string="Tests in Pre-production",
        copy=False,
    )
    is_tested = fields.Boolean(string="Tested", compute="_compute_is_tested")
    waiver_reason = fields.Text(
        string="Reason of the Waiver", copy=False, readonly=True
    )
    waived_by_id = fields.Many2one(
        comodel_name="res.users", string="Test Waived By", copy=False, readonly=True
    )
    waived_at = fields.Datetime(string="Waived On", copy=False, readonly=True)

    backup_by = fields.Selection(
        selection=[
            ("desk", "The desk"),
            ("customer", "The customer"),
            ("host", "The host"),
        ],
        string="Backed Up By",
        copy=False,
        help="Who takes the backups of this database.",
    )
    backup_at = fields.Datetime(string="Last Backup", copy=False)
    backup_checked_at = fields.Datetime(string="Backup Checked On", copy=False)
    backup_checked_by = fields.Char(copy=False)
    restore_by = fields.Char(
        string="Restored By", copy=False, help="Who would restore the backup."
    )
    is_backup_old = fields.Boolean(
        string="Backup Too Old", compute="_compute_is_backup_old"
    )
    desk_backup_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Confirmed for the Desk By",
        copy=False,
        readonly=True,
    )
    desk_backup_at = fields.Datetime(
        string="Confirmed for the Desk On", copy=False, readonly=True
    )
    customer_backup_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Confirmed for the Customer By",
        copy=False,
        readonly=True,
    )
    customer_backup_at = fields.Datetime(
        string="Confirmed for the Customer On", copy=False, readonly=True
    )
    backup_acknowledged_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Old Backup Acknowledged By",
        copy=False,
        readonly=True,
    )
    backup_acknowledged_at = fields.Datetime(
        string="Old Backup Acknowledged On", copy=False, readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("test_ids.is_passed", "test_ids.tested_at")
    def _compute_is_tested(self):
        for change in self:
            # The last test counts: one that failed after one that passed is a failure.
            change.is_tested = change.test_ids.sorted("tested_at")[-1:].is_passed

    @api.depends("backup_at", "company_id")
    def _compute_is_backup_old(self):
        now = fields.Datetime.now()
        for change in self:
            hours = change.company_id.support_backup_max_age
            change.is_backup_old = bool(
                change.backup_at and change.backup_at < now - timedelta(hours=hours)
            )

    # === ACTION METHODS === #

    def action_confirm_backup(self):
        """Confirm the desk's part of the backup statement.

        :raise UserError: if the statement is not complete
        """
        self.check_access("write")
        self._check_editable()
        for change in self:
            missing = change._get_backup_gaps()
            if missing:
                raise UserError(missing)
        self._write_engine(
            {"desk_backup_by_id": self.env.uid, "desk_backup_at": fields.Datetime.now()}
        )
        for change in self:
            change._log("backup", note=change._for_ledger().env._("For the desk"))

    def action_acknowledge_backup(self):
        """Say that the age of the backup is known and accepted.

        :raise UserError: if it is not older than the setting: there is nothing to
            accept yet
        """
        self.check_access("write")
        self._check_editable()
        for change in self:
            if not change.is_backup_old or not change.desk_backup_at:
                raise UserError(
                    self.env._(
                        "The backup of “%(change)s” is not too old, or not confirmed: "
                        "there is nothing to acknowledge.",
                        change=change.name,
                    )
                )
        now = fields.Datetime.now()
        self._write_engine(
            {"backup_acknowledged_by_id": self.env.uid, "backup_acknowledged_at": now}
        )
        self._log("backup_age")

    # === BUSINESS METHODS === #

    def _waive_test(self, reason):
        """Do without a test in pre-production.

        :param str reason: why
        :raise AccessError: if the user is no manager
        :raise UserError: without reason
        """
        if not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(
                self.env._("Only a manager can do without a test in pre-production.")
            )
        self.check_access("write")
        self._check_editable()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why it is not tested."))
        # The customer reads it: what was agreed to before is not this any more.
        self._void(["waiver_reason"])
        self._write_engine(
            {
                "waiver_reason": reason,
                "waived_by_id": self.env.uid,
                "waived_at": fields.Datetime.now(),
            }
        )
        self._log("waived", note=reason)

    def _forget_waiver(self):
        """Have a manager decide again: what the test shows was not known."""
        self._write_engine(
            {"waiver_reason": False, "waived_by_id": False, "waived_at": False}
        )

    def _get_test_gap(self):
        """Return why the test evidence is not enough.

        :return: a sentence, or False
        """
        self.ensure_one()
        if not self.is_significant or self.is_tested or self.waived_at:
            return False
        if self.test_ids:
            return self.env._(
                "The last test in pre-production of “%(change)s” failed.",
                change=self.name,
            )
        return self.env._(
            "“%(change)s” is significant: it needs a test in pre-production, or a "
            "manager's waiver.",
            change=self.name,
        )

    def _get_backup_gaps(self):
        """Return what the backup statement lacks.

        :return: a sentence, or False
        """
        self.ensure_one()
        names = [
            self._fields[name]._description_string(self.env)
            for name in ("backup_by", "backup_at", "restore_by")
            if not self[name]
        ]
        if names:
            return self.env._(
                "The backup statement of “%(change)s” lacks: %(fields)s.",
                change=self.name,
                fields=", ".join(names),
            )
        if self.backup_at > fields.Datetime.now():
            return self.env._(
                "The last backup of “%(change)s” is in the future.", change=self.name
            )
        return False

    def _get_backup_obstacle(self):
        """Return why the desk's part of the backup statement does not do.

        :return: a sentence, or False
        """
        self.ensure_one()
        gaps = self._get_backup_gaps()
        if gaps:
            return gaps
        if not self.desk_backup_at:
            return self.env._(
                "The desk has not confirmed its part of the backup of “%(change)s”.",
                change=self.name,
            )
        if self.is_backup_old and not (
            self.backup_acknowledged_at
            and self.backup_acknowledged_at >= self.desk_backup_at
        ):
            return self.env._(
                "The last backup for “%(change)s” is older than %(hours)s hours: take "
                "a new one, or acknowledge it.",
                change=self.name,
                hours=self.company_id.support_backup_max_age,
            )
        return False

    def _forget_backup(self):
        """Have both sides confirm the backup again, since the statement changed."""
        self._write_engine(
            {
                "desk_backup_by_id": False,
                "desk_backup_at": False,
                "customer_backup_by_id": False,
                "customer_backup_at": False,
                "backup_acknowledged_by_id": False,
                "backup_acknowledged_at": False,
            }
        )
