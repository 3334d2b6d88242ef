# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_ticket_stage import HOLD_PARTIES


class SupportHoldMixin(models.AbstractModel):
    """Whom a ticket waits for while its resolution clock stands still, and why.

    Used by a model with the SLA mixin.
    """

    _name = "support.hold.mixin"
    _description = "Support Hold"

    hold_party = fields.Selection(
        selection=HOLD_PARTIES,
        string="Waiting For",
        compute="_compute_hold",
        compute_sudo=True,
        search="_search_hold_party",
    )
    hold_reason = fields.Char(
        string="Reason of the Hold", compute="_compute_hold", compute_sudo=True
    )

    @api.depends("resolution_state", "stage_id")
    @api.depends_context("lang")
    def _compute_hold(self):
        for ticket in self:
            held = ticket.resolution_state == "held"
            notice = ticket._get_hold_notice() if held else (False, False)
            ticket.hold_party, ticket.hold_reason = notice

    def _get_hold_notice(self):
        """Return whom this ticket waits for, and why, in words the customer reads.

        :rtype: tuple[str | bool, str | bool]
        """
        self.ensure_one()
        return self.stage_id.hold_party, self.stage_id.hold_reason

    def _search_hold_party(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = Domain("resolution_state", "=", "held")
        # A stage that does not hold names a party too: the field's default.
        domain = (
            held
            & Domain("stage_id.holds_sla", "=", True)
            & Domain("stage_id.hold_party", "in", [v for v in value if v])
        )
        return domain | ~held if False in value else domain
