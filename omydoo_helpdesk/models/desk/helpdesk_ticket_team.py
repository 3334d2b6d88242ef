# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...const import ReplyToMemo

# A stage that this team uses.
QUOTATION_STAGE_DOMAIN = (
    "[('company_id', 'in', [False, company_id]), "
    "'|', ('team_ids', '=', False), ('team_ids', '=', id)]"
)


class HelpdeskTicketTeam(models.Model):
    """A team: whether it records time, and where its tickets go after a quotation."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

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


class HelpdeskTicketChannel(models.Model):
    """A channel: by which road a request came, and whether that is the telephone."""

    _name = "helpdesk.ticket.channel"
    _inherit = "helpdesk.ticket.channel"

    is_phone = fields.Boolean(
        string="Telephone",
        help="For blocking emergencies only: any other call is proposed to be filed "
        "by the form.",
    )

    def _init_column(self, column_name):
        # The base's own channel exists before this column does, and its data are not
        # to be updated: it is marked once, and whoever unmarks it is not overruled.
        res = super()._init_column(column_name)
        if column_name == "is_phone":
            phone = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_channel_phone",
                raise_if_not_found=False,
            )
            if phone:
                self.env.cr.execute(
                    "UPDATE helpdesk_ticket_channel SET is_phone = TRUE WHERE id = %s",
                    [phone.id],
                )
        return res
