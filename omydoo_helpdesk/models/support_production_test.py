# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
