# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...const import MANAGER_GROUP


class ChangeEvidence(models.Model):
    """What must be shown before a change: a test in pre-production, and a backup."""

    _name = "support.production.change"
    _inherit = ["support.production.change"]

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
    backup_at = fields.Datetime(
        string="Last Backup",
        copy=False,
        help="When the last backup before the change was made.",
    )
    backup_checked_at = fields.Datetime(
        string="Backup Checked On",
        copy=False,
        help="When somebody made sure that the backup can be restored.",
    )
    backup_checked_by = fields.Char(
        copy=False,
        help="Who made sure that the backup can be restored.",
    )
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
        self._write_guarded(
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
        self._write_guarded(
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
        self._write_guarded(
            {
                "waiver_reason": reason,
                "waived_by_id": self.env.uid,
                "waived_at": fields.Datetime.now(),
            }
        )
        self._log("waived", note=reason)

    def _forget_waiver(self):
        """Have a manager decide again: what the test shows was not known."""
        self._write_guarded(
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
        self._write_guarded(
            {
                "desk_backup_by_id": False,
                "desk_backup_at": False,
                "customer_backup_by_id": False,
                "customer_backup_at": False,
                "backup_acknowledged_by_id": False,
                "backup_acknowledged_at": False,
            }
        )


class SupportProductionTest(models.Model):
    """A test of a production change in pre-production: who, when, with what result."""

    _name = "support.production.test"
    _description = "Test in Pre-production"
    _order = "tested_at, id"

    change_id = fields.Many2one(
        comodel_name="support.production.change",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Tested By",
        required=True,
        default=lambda self: self.env.user,
    )
    tested_at = fields.Datetime(
        string="Tested On", required=True, default=fields.Datetime.now
    )
    is_passed = fields.Boolean(string="Passed")
    note = fields.Text(string="Result", required=True)
    url = fields.Char(string="Link", help="To the evidence: a page, a screenshot.")
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment", string="Files", bypass_search_access=True
    )

    @api.constrains("tested_at")
    def _check_tested_at(self):
        now = fields.Datetime.now()
        for test in self:
            if test.tested_at > now:
                raise ValidationError(self.env._("A test cannot be in the future."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tests = super().create(vals_list)
        tests._check_changes()
        tests._adopt_files()
        # The customer reads the evidence: it is part of what they agree to.
        tests._end_agreements()
        return tests

    def write(self, vals):
        self._check_changes()
        changes = self.change_id
        res = super().write(vals)
        # It may be another change's now.
        self._check_changes()
        self._adopt_files()
        changes._void(["test_ids"])
        self._end_agreements()
        return res

    def unlink(self):
        self._check_changes()
        changes = self.change_id
        self._log("untested")
        res = super().unlink()
        changes.exists()._void(["test_ids"])
        return res

    # === BUSINESS METHODS - CHANGES === #

    def _check_changes(self):
        """Check that the tests of these changes may still be touched, by the user.

        :raise AccessError: if a change is none of the user's
        :raise UserError: if one is over
        """
        self.change_id.check_access("write")
        self.change_id._check_editable()

    def _end_agreements(self):
        """Have the customers of these tests asked again: the evidence changed."""
        self.change_id._void(["test_ids"])
        self._log("tested")
        failed = self.filtered(lambda test: not test.is_passed)
        failed.change_id.filtered("waived_at")._forget_waiver()

    def _adopt_files(self):
        """Make the files that were just sent those of their test.

        Else only who sent them could open them.
        """
        for test in self:
            # In sudo mode because only who sent a file could do this; that the user
            # may use it was checked when it was linked.
            loose = test.attachment_ids.sudo().filtered(self._is_loose_file)
            loose.write({"res_model": test._name, "res_id": test.id})

    @api.model
    def _is_loose_file(self, file):
        return file.create_uid == self.env.user and not file.res_id and not file.public

    # === BUSINESS METHODS === #

    def _log(self, kind):
        """Append these tests to the ledgers of their changes.

        :param str kind: of ``EVENT_KINDS``
        """
        for test in self:
            change = test.change_id._for_ledger()
            change._log(kind, note=test.with_env(change.env)._get_sentence())

    def _get_sentence(self):
        """Return the test in a sentence.

        :rtype: str
        """
        self.ensure_one()
        values = {"user": self.user_id.sudo().name, "note": self.note}
        if self.is_passed:
            return self.env._("Passed, tested by %(user)s: %(note)s", **values)
        return self.env._("Failed, tested by %(user)s: %(note)s", **values)

    def _get_evidence_lines(self):
        """Return the evidence of this test, as the customer is shown it.

        A file is told with a fingerprint: one that is replaced is another text.

        :return: a line for the link and for each file
        :rtype: list[str]
        """
        self.ensure_one()
        lines = [self.url] if self.url else []
        # In sudo mode because the files belong to the test, which was read already.
        for file in self.attachment_ids.sudo().sorted("id"):
            lines.append(f"{file.name} (SHA-1 {file.checksum or '-'})")
        return lines


# What a customer who looks at the evidence of a test is shown.
EVIDENCE_FIELDS = {"name", "type", "url", "raw", "datas", "db_datas", "store_fname"}


class EvidenceFile(models.Model):
    """A file that shows a test: whoever replaces it ends the agreement on it."""

    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    # === CRUD METHODS === #

    def write(self, vals):
        if EVIDENCE_FIELDS & vals.keys():
            tests_sudo = self._get_support_tests()
            tests_sudo._check_changes()
            res = super().write(vals)
            tests_sudo._end_agreements()
            return res
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_support_evidence(self):
        tests_sudo = self._get_support_tests()
        tests_sudo._check_changes()
        tests_sudo._end_agreements()

    # === BUSINESS METHODS === #

    def _get_support_tests(self):
        """Return the tests of production changes that these files show.

        :return: in sudo mode
        :rtype: recordset of support.production.test
        """
        tests = self.env["support.production.test"]
        if not self:
            return tests
        # In sudo mode because a change is not to be edited by its files, whoever may
        # write these.
        return tests.sudo().search(Domain("attachment_ids", "in", self.ids))


class EvidenceBinary(models.AbstractModel):
    """The files of a change are served as those of its ticket."""

    _name = "ir.binary"
    _inherit = ["ir.binary"]

    @api.model
    def _get_support_file_models(self):
        return (
            *super()._get_support_file_models(),
            "support.production.change",
            "support.production.test",
        )
