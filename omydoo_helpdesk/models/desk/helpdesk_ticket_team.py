# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

# A stage that this team uses.
QUOTATION_STAGE_DOMAIN = (
    "[('company_id', 'in', [False, company_id]), "
    "'|', ('team_ids', '=', False), ('team_ids', '=', id)]"
)


class ReplyToMemo(dict):
    """Answers remembered while one batch of tickets is created.

    A class of its own, so that no RPC client can send one in its context.
    """


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = "helpdesk.ticket.team"

    # The name that OCA's helpdesk_mgmt_timesheet gives it.
    allow_timesheet = fields.Boolean(
        string="Record Time",
        default=True,
        help="Time is recorded on the tickets of this team.",
    )
    support_accepted_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After an Accepted Quotation",
        domain=QUOTATION_STAGE_DOMAIN,
        check_company=True,
        help="Where a ticket of this team goes when its quotation is accepted; "
        "empty: as set for the company.",
    )
    support_refused_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After a Refused Quotation",
        domain=QUOTATION_STAGE_DOMAIN,
        check_company=True,
        help="Where a ticket of this team goes when its quotation is refused; "
        "empty: as set for the company.",
    )
    support_lapsed_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After a Cancelled or Expired Quotation",
        domain=QUOTATION_STAGE_DOMAIN,
        check_company=True,
        help="Where a ticket of this team goes when its quotation is cancelled or "
        "expires; empty: as set for the company.",
    )

    def _notify_get_reply_to(self, default=None, author_id=False):
        memo = self.env.context.get("support_reply_to")
        if not isinstance(memo, ReplyToMemo):
            return super()._notify_get_reply_to(default=default, author_id=author_id)
        key = (self._ids, default, author_id)
        if key not in memo:
            memo[key] = super()._notify_get_reply_to(
                default=default, author_id=author_id
            )
        return memo[key]
