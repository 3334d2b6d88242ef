# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import HOLD_PARTIES


class SupportHoldReason(models.Model):
    """Why a ticket waits and whom it waits for, in words that the customer reads."""

    _name = "support.hold.reason"
    _inherit = ["support.untranslated.mixin"]
    _description = "Reason of a Hold"
    _order = "sequence, id"

    name = fields.Char(
        string="Reason",
        required=True,
        translate=True,
        help="Read by the customer: on the page of the request and in mails.",
    )
    party = fields.Selection(
        selection=HOLD_PARTIES,
        string="Waiting For",
        required=True,
        default="customer",
        help="Whose turn it is. The first reason for each is the one of a ticket that "
        "is put on hold by its stage alone.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Empty: a reason of all companies.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        reasons = super().create(vals_list)
        self.env.registry.clear_cache()
        return reasons

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        if "party" in vals:
            # In sudo mode because a reason serves teams that the manager who edits it
            # may not read.
            tickets_sudo = (
                self.env["helpdesk.ticket"]
                .sudo()
                .search(Domain("hold_reason_id", "in", self.ids))
            )
            tickets_sudo._sla_sync_log()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_translated_fields(self):
        return [*super()._get_translated_fields(), "name"]

    @api.model
    def _get_default(self, party, company):
        """Return why a ticket waits of which nobody said so: the first reason.

        :param str party: one of ``HOLD_PARTIES``
        :param company: that of the ticket; none for a reason of all companies only
        :return: none, if there is no reason for this party
        """
        return self.browse(self._find_default(party, company.id) if party else ())

    @api.model
    @ormcache("party", "company_id")
    def _find_default(self, party, company_id):
        # In sudo mode because a customer's answer may move a ticket too.
        return (
            self.sudo()
            .search(
                Domain("party", "=", party)
                & Domain("company_id", "in", [False, company_id]),
                limit=1,
            )
            .ids
        )
