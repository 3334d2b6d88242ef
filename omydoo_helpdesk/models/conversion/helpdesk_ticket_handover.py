# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...const import CONVERSION_GROUP

HANDOVER_ACTIVITY = "omydoo_helpdesk.mail_activity_type_conversion"
AGENT_GROUP = "helpdesk_mgmt.group_helpdesk_user_own"


class TicketHandover(models.Model):
    """An agent without sales rights prepares a conversion; a project manager makes it.

    What waits for the project manager is a queue: by whom, to whom and since when.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    conversion_request_ids = fields.Many2many(
        comodel_name="support.conversion.request",
        relation="support_conversion_request_ticket_rel",
        column1="ticket_id",
        column2="request_id",
        string="Conversions Handed Over",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    handover_notice = fields.Text(
        string="Handed Over",
        compute="_compute_handover_notice",
        compute_sudo=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    handover_agent_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed Over By",
        compute="_compute_handover",
        store=True,
        compute_sudo=True,
        copy=False,
        groups=AGENT_GROUP,
    )
    handover_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed Over To",
        compute="_compute_handover",
        store=True,
        compute_sudo=True,
        copy=False,
        index="btree_not_null",
        groups=AGENT_GROUP,
        help="The project manager who is to convert it; empty once it is converted.",
    )
    handed_over_at = fields.Datetime(
        string="Handed Over On",
        compute="_compute_handover",
        store=True,
        compute_sudo=True,
        copy=False,
        groups=AGENT_GROUP,
    )

    # === COMPUTE METHODS === #

    @api.depends("conversion_request_ids.state")
    def _compute_handover_notice(self):
        for ticket in self:
            request = ticket._get_pending_request()
            if not request:
                ticket.handover_notice = False
                continue
            ticket.handover_notice = self.env._(
                "%(agent)s handed this over to %(manager)s.",
                agent=request.create_uid.name,
                manager=request.user_id.name,
            )
            if request.note:
                ticket.handover_notice += f"\n{request.note}"

    @api.depends("conversion_request_ids.state")
    def _compute_handover(self):
        for ticket in self:
            request = ticket._get_pending_request()
            ticket.handover_agent_id = request.create_uid
            ticket.handover_user_id = request.user_id
            ticket.handed_over_at = request.create_date

    # === ACTION METHODS === #

    def action_hand_over(self):
        """Open the wizard that hands these tickets over to a project manager.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not change them
        :raise UserError: if they cannot be converted together
        """
        self.check_access("write")
        obstacle = self._get_mixture_obstacle()
        if obstacle:
            raise UserError(obstacle)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over to a Project Manager"),
            "res_model": "helpdesk.ticket.handover",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_ids": [Command.set(self.ids)]},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_fields_once_saved(self):
        return super()._get_fields_once_saved() | {"handover_notice"}

    def _get_pending_request(self):
        """Return what was prepared last for one of these tickets, and waits.

        :rtype: recordset of support.conversion.request
        """
        return self.conversion_request_ids.filtered(
            lambda request: request.state == "pending"
        ).sorted("id")[-1:]

    def _schedule_handover(self, request):
        """Have the project manager convert these tickets.

        :param request: what was prepared
        """
        self._withdraw_handover()
        # In sudo mode because agents prepare requests and cannot change them; these
        # tickets, which the user may write, are theirs from now on.
        earlier_sudo = (self.conversion_request_ids - request).sudo()
        earlier_sudo.filtered(lambda each: each.state == "pending").state = "replaced"
        self.activity_schedule(
            HANDOVER_ACTIVITY,
            user_id=request.user_id.id,
            note=request._describe(),
        )

    def _withdraw_handover(self):
        # In sudo mode because the activity may be another agent's; the user may write
        # the ticket it is about.
        self.sudo().activity_unlink([HANDOVER_ACTIVITY])

    def _finish_handover(self):
        """Close what was handed over, once these tickets are converted."""
        requests = self.conversion_request_ids.filtered(
            lambda request: request.state == "pending"
        )
        requests.filtered(
            lambda request: all(
                ticket._get_conversion_record() for ticket in request.ticket_ids
            )
        ).state = "done"
        # In sudo mode because another project manager may have been asked.
        self.sudo().activity_feedback([HANDOVER_ACTIVITY])


class HelpdeskTicketTeam(models.Model):
    """What a team counts of the tickets that wait for a project manager."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    to_convert_count = fields.Integer(
        string="To Convert",
        compute="_compute_to_convert_count",
        compute_sudo=False,
        groups=CONVERSION_GROUP,
        help="What was handed over to a project manager and waits.",
    )

    def _compute_to_convert_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("team_id", "in", self.ids), ("handover_user_id", "!=", False)],
                ["team_id"],
                ["__count"],
            )
        )
        for team in self:
            team.to_convert_count = counts.get(team, 0)
