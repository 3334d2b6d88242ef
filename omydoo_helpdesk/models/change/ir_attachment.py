# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

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
