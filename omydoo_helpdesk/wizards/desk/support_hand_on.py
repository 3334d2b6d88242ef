# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...const import EDITABLE
from ...tools.working_time import find_zone

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class SupportHandOn(models.TransientModel):
    """Who is away tomorrow hands their open tickets on: to one, or to the team."""

    _name = "support.hand.on"
    _inherit = ["support.guarded.mixin"]
    _description = "Hand Tickets On"
    _support_subjects = ("ticket_ids",)

    from_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Whose Tickets",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    is_manager = fields.Boolean(compute="_compute_is_manager")
    away_on = fields.Date(
        string="Away From",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=1),
        help="Who takes the tickets works on that day.",
    )
    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Tickets",
        compute="_compute_ticket_ids",
        **EDITABLE,
    )
    way = fields.Selection(
        selection=[("colleague", "To a colleague"), ("team", "By the team's method")],
        string="Hand On",
        required=True,
        default="colleague",
        help="All of them to one colleague, or each to whom its team would choose.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        domain="[('share', '=', False), ('id', '!=', from_user_id), "
        "('id', 'in', colleague_ids)]",
    )
    colleague_ids = fields.Many2many(
        comodel_name="res.users",
        string="Colleagues",
        compute="_compute_colleague_ids",
    )
    absence_notice = fields.Char(compute="_compute_absence_notice")
    note = fields.Text(
        string="For Who Takes Them", help="Noted on each ticket, for your colleagues."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_is_manager(self):
        self.is_manager = self.env.user.has_group(MANAGER)

    @api.depends("from_user_id")
    def _compute_ticket_ids(self):
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        for wizard in self:
            wizard.ticket_ids = self.env["helpdesk.ticket"].search(
                Domain("user_id", "=", wizard.from_user_id.id)
                & Domain("stage_id", "in", stages["open"])
            )

    @api.depends("ticket_ids")
    def _compute_colleague_ids(self):
        for wizard in self:
            teams = wizard.ticket_ids.team_id
            colleagues = (teams or self.env.user.helpdesk_team_ids).user_ids
            for team in teams:
                colleagues &= team.user_ids
            wizard.colleague_ids = colleagues

    @api.depends("user_id", "away_on", "ticket_ids")
    @api.depends_context("lang")
    def _compute_absence_notice(self):
        for wizard in self:
            company = wizard.ticket_ids.company_id[:1] or self.env.company
            user = wizard.user_id
            # In sudo mode because leaves are not for colleagues to read: only whether
            # one works on that day is told.
            teams_sudo = self.env["helpdesk.ticket.team"].sudo()
            is_absent = bool(
                user
                and wizard.away_on
                and not teams_sudo._filter_present(
                    user.sudo(), company.sudo(), wizard._get_window()
                )
            )
            wizard.absence_notice = is_absent and self.env._(
                "%(user)s does not work on that day either.", user=user.name
            )

    # === ACTION METHODS === #

    def action_hand_on(self):
        """Give the tickets to somebody else, all of them or none.

        :return: an action that tells how many were handed on
        :rtype: dict
        :raise AccessError: if the user may not write on one of them
        :raise UserError: if they are somebody else's, or a team assigns by hand
        """
        self.ensure_one()
        tickets = self.ticket_ids
        if not tickets:
            raise UserError(self.env._("There is no open ticket to hand on."))
        self._check_whose(tickets)
        tickets.check_access("write")
        if self.note:
            tickets._message_log_batch(
                bodies=dict.fromkeys(tickets.ids, plaintext2html(self.note))
            )
        left = tickets.browse()
        if self.way == "team":
            left = tickets._hand_to_team(self._get_window(), self.from_user_id)
        else:
            self._hand_to_colleague(tickets)
        return self._tell(tickets, left)

    # === BUSINESS METHODS === #

    def _check_whose(self, tickets):
        """Check that the tickets are those of whom they are to be taken from.

        :param tickets: recordset of helpdesk.ticket
        :raise UserError: otherwise
        """
        is_own = self.from_user_id == self.env.user or self.is_manager
        foreign = tickets.filtered(lambda one: one.user_id != self.from_user_id)
        if not is_own or foreign:
            raise UserError(
                self.env._(
                    "You hand on your own tickets; those of a colleague are handed on "
                    "by a manager. %(tickets)s",
                    tickets=", ".join(foreign.mapped("number")),
                )
            )

    def _hand_to_colleague(self, tickets):
        """Give the tickets to the chosen colleague.

        :param tickets: recordset of helpdesk.ticket
        :raise UserError: if none is chosen, or who is chosen cannot take one of them
        """
        if not self.user_id:
            raise UserError(self.env._("Choose a colleague."))
        for ticket in tickets:
            obstacle = ticket._get_given_obstacle("user", self.user_id)
            if obstacle:
                raise UserError(ticket._say_of(obstacle))
        tickets.write({"user_id": self.user_id.id})

    def _get_window(self):
        """Return the day from which one is away, in the time zone of whom it is.

        :return: from when to when, naive UTC
        :rtype: tuple[datetime, datetime]
        """
        self.ensure_one()
        zone = find_zone(self.from_user_id.tz, self.env.user.tz)
        start = zone.localize(datetime.combine(self.away_on, time.min))
        return tuple(
            moment.astimezone(pytz.utc).replace(tzinfo=None)
            for moment in (start, start + timedelta(days=1))
        )

    def _tell(self, tickets, left):
        """Return a notification of what was handed on, and to whom not.

        :param tickets: all of them
        :param left: those that nobody takes
        :rtype: dict
        """
        message = self.env._(
            "%(count)s tickets were handed on.", count=len(tickets - left)
        )
        if left:
            message = self.env._(
                "%(message)s Nobody can take %(tickets)s: the leader is told.",
                message=message,
                tickets=", ".join(left.sudo().mapped("number")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
