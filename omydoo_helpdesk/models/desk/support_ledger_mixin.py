# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError


class SupportLedgerMixin(models.AbstractModel):
    """What happened: rows are added by our own methods, and stay as they are.

    An heir says in ``_get_ledger_refusal`` what it keeps. Rows go with the record that
    they are about, where the heir's foreign key says ``cascade``; whatever else takes
    rows away is a method of that heir, with its reason.
    """

    _name = "support.ledger.mixin"
    _description = "Append-only Ledger"

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        # The fields' own only: what a context or a user's defaults say is nothing that
        # happened.
        return {
            name: self._fields[name].default(self)
            for name in fields
            if name in self._fields and self._fields[name].default
        }

    @api.private
    def create(self, vals_list):
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        # Never calls super, for nobody: what is noted is a fact.
        raise UserError(self._get_ledger_refusal())

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self._get_ledger_refusal())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self._get_ledger_refusal())

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        """Return why a row is neither changed, copied nor deleted.

        :return: a sentence, which names what the ledger is about
        :rtype: str
        """
        raise NotImplementedError
