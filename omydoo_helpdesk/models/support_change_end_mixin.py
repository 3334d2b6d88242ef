# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from .support_change_consent_mixin import OPEN_STATES


class SupportChangeEndMixin(models.AbstractModel):
    """What ends a question or an agreement: an edit, the time, or giving it up.

    Used by ``support.production.change``.
    """

    _name = "support.change.end.mixin"
    _description = "End of an Agreement"

    # === ACTION METHODS === #

    def action_cancel(self):
        """Give these changes up; the contacts are not asked any more.

        :raise UserError: if one is over
        """
        self.check_access("write")
        for change in self:
            change._lock()
            change._check_editable()
            was_asked = change.state in OPEN_STATES
            change._log("cancelled")
            change._write_engine({"state": "cancelled"})
            if was_asked:
                change._send_to_contacts("cancelled")

    # === BUSINESS METHODS === #

    def _void(self, note=False):
        """Void what was asked or agreed to: the text is not the same any more.

        To be called before the contacts are replaced: those who were asked are told.

        :param str note: what was edited, for the ledger
        """
        for change in self.filtered(lambda change: change.state in OPEN_STATES):
            change._log("voided", note=note)
            change._reopen()
            change._send_to_contacts("voided")
            change._tell_desk("voided")

    def _reopen(self):
        """Have these changes asked again before anything is done."""
        self._write_engine(
            {"state": "draft", "consent_event_id": False, "is_emergency": False}
        )

    @api.model
    def _cron_expire(self, batch_size=100):
        """Void what was not answered, or not applied, in time.

        Each batch is committed; a second run finds nothing more. One that fails keeps
        no other back.

        :param int batch_size: changes per transaction
        """
        self.env["support.batch"]._run(
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
        return Domain("state", "in", OPEN_STATES) & Domain(
            "expires_at", "<=", fields.Datetime.now()
        )

    def _expire(self):
        """Void those of these changes that nobody else is answering or applying."""
        mine = self.try_lock_for_update(allow_referencing=True)
        mine.invalidate_recordset()
        for change in mine.filtered_domain(self._get_expired_domain()):
            change._log("expired")
            change._reopen()
            change._send_to_contacts("expired")
            change._tell_desk("expired")
