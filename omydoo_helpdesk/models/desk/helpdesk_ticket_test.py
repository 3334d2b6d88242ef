# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import SEALED


class TicketOfSetup(models.Model):
    """A request with which the set-up of a desk was tried: no customer hears of it.

    It lives as any other while it is tried; once archived, it stays so, and no count
    and no report has it.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    is_setup_test = fields.Boolean(
        string="Test of the Set-Up",
        readonly=True,
        copy=False,
        help="Filed to try the desk: nobody is mailed, and once it is archived it "
        "stays so.",
    )

    # A few at most: found without a look at the others.
    _setup_test_idx = models.Index("(company_id) WHERE is_setup_test IS TRUE")

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.get("active") and any(
            record.is_setup_test and not record.active for record in self
        ):
            raise UserError(
                self.env._(
                    "A test of the set-up stays archived: no count and no report is to "
                    "have it."
                )
            )
        return super().write(vals)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"is_setup_test": SEALED}

    # === TO THE CUSTOMER === #

    def _filter_setup_tests(self):
        # In sudo mode because customers, who write on tickets too, do not read it.
        return self.filtered(lambda record: record.sudo().is_setup_test)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        if self._filter_setup_tests():
            return []
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _track_template(self, tracking):
        if self[:1]._filter_setup_tests():
            return {}
        return super()._track_template(tracking)

    def message_mail_with_source(self, source_ref, **kwargs):
        others = self - self._filter_setup_tests()
        if self and not others:
            return self.env["mail.mail"]
        return super(TicketOfSetup, others).message_mail_with_source(
            source_ref, **kwargs
        )
