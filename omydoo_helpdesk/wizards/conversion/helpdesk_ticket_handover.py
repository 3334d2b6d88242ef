# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...const import CONVERSION_GROUP


class HelpdeskTicketHandover(models.TransientModel):
    """An agent prepares what a project manager then sells or plans."""

    _name = "helpdesk.ticket.handover"
    _inherit = [
        "support.guarded.mixin",
        "support.conversion.way.mixin",
        "support.conversion.text.mixin",
    ]
    _description = "Hand Over to a Project Manager"
    _check_company_auto = True
    _support_subjects = ("ticket_ids",)

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="helpdesk_ticket_handover_ticket_rel",
        string="Tickets",
        required=True,
        readonly=True,
        # An archived one is refused, not left out.
        context={"active_test": False},
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    action = fields.Selection(
        string="Propose",
        compute="_compute_action",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="What the agent proposes; the project manager decides.",
    )
    available_user_ids = fields.Many2many(
        comodel_name="res.users", compute="_compute_available_user_ids"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Project Manager",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('id', 'in', available_user_ids)]",
        check_company=True,
    )
    note = fields.Text(
        string="Note to the Project Manager",
        help="Internal: never shown to the customer.",
    )
    obstacle = fields.Text(compute="_compute_obstacle", compute_sudo=False)

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.ticket_ids.company_id[:1]

    @api.depends("ticket_ids")
    def _compute_action(self):
        for wizard in self:
            wizard.action = wizard.ticket_ids._get_default_conversion_action()

    @api.depends("ticket_ids")
    def _compute_available_user_ids(self):
        # In sudo mode because an agent may not read who is in which group; names of
        # colleagues of the ticket's company are shown.
        group_sudo = self.env.ref(CONVERSION_GROUP).sudo()
        for wizard in self:
            wizard.available_user_ids = group_sudo.all_user_ids.filtered(
                lambda user, wizard=wizard: (
                    user.active
                    and not user.share
                    and wizard.company_id._origin in user.company_ids
                )
            ).ids

    @api.depends("ticket_ids")
    def _compute_user_id(self):
        for wizard in self:
            team = wizard.ticket_ids.team_id[:1]
            available = wizard.available_user_ids._origin
            people = (team.user_ids - team.user_id) | team.user_id
            wizard.user_id = (people & available)[:1] or available[:1]

    @api.depends("ticket_ids", "action", "hours")
    def _compute_message(self):
        return super()._compute_message()

    @api.depends("ticket_ids", "user_id", "hours", "action")
    def _compute_obstacle(self):
        for wizard in self:
            wizard.obstacle = wizard._get_obstacle()

    # === ACTION METHODS === #

    def action_hand_over(self):
        """Store what was prepared and ask the project manager to go on.

        :return: an action that closes the window
        :rtype: dict
        :raise AccessError: if the user may not change the tickets
        :raise UserError: if something is missing; nothing is made then
        """
        self.ensure_one()
        tickets = self.ticket_ids
        tickets.check_access("write")
        tickets._lock_for_conversion()
        obstacle = self._get_obstacle()
        if obstacle:
            raise UserError(obstacle)
        request = self.env["support.conversion.request"].create(
            self._prepare_request_vals()
        )
        tickets._schedule_handover(request)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(manager)s was asked to go on.", manager=self.user_id.name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    def _get_text_tickets(self):
        return self.ticket_ids._origin

    def _prepare_request_vals(self):
        return {
            "ticket_ids": [Command.set(self.ticket_ids.ids)],
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "action": self.action,
            "hours": self.hours,
            # Nothing typed: the project manager is proposed the usual words.
            "message": self._has_own_message() and self.message,
            "note": self.note,
        }

    def _get_obstacle(self):
        """Return what keeps the tickets from being handed over.

        :return: a sentence, or False
        """
        self.ensure_one()
        tickets = self.ticket_ids._origin
        obstacle = tickets._get_selection_obstacle()
        if obstacle:
            return obstacle
        if self.hours < 0:
            return self.env._("The estimate cannot be a negative number of hours.")
        if self.user_id not in self.available_user_ids._origin:
            return self.env._(
                "Choose a project manager of “%(company)s”.",
                company=self.company_id.name,
            )
        return False
