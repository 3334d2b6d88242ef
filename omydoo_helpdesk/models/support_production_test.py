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
        tests.change_id._check_editable()
        # The customer reads the evidence: it is part of what they agree to.
        tests.change_id._void(tests._get_labels())
        for test in tests:
            test.change_id._log("tested", note=test._get_sentence())
        return tests

    def write(self, vals):
        changes = self.change_id
        changes._check_editable()
        res = super().write(vals)
        (changes | self.change_id)._check_editable()
        (changes | self.change_id)._void(self._get_labels())
        for test in self:
            test.change_id._log("tested", note=test._get_sentence())
        return res

    def unlink(self):
        changes = self.change_id
        changes._check_editable()
        res = super().unlink()
        changes.exists()._void(self._get_labels())
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_labels(self):
        """Return what an edit of a test is told as.

        :rtype: str
        """
        return self.env["support.production.change"]._get_labels(["test_ids"])

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
