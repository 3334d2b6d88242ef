# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...const import ASSIGNMENTS

MAX_TOLD = 10


class SupportTicketBulk(models.TransientModel):
    """Change some tickets at once: all of them, or none and which one refuses."""

    _name = "support.ticket.bulk"
    _inherit = ["support.guarded.mixin"]
    _description = "Change Tickets"
    _support_subjects = ("ticket_ids",)

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Tickets",
        required=True,
        default=lambda self: self._default_tickets(),
    )
    ticket_count = fields.Integer(compute="_compute_usable")
    usable_stage_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.stage", compute="_compute_usable"
    )
    assignment = fields.Selection(
        selection=ASSIGNMENTS,
        string="Given To",
        help="Who has the requests afterwards.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        domain="[('share', '=', False)]",
    )
    stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        domain="[('id', 'in', usable_stage_ids)]",
        help="One that holds the clock holds it.",
    )
    priority = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]._selection_priority(),
        string="Agreed Priority",
    )
    priority_reason = fields.Char(
        string="Reason of the Priority", help="The customers read it."
    )
    tag_ids = fields.Many2many(comodel_name="helpdesk.ticket.tag", string="Tags Added")

    # === COMPUTE METHODS === #

    @api.model
    def _default_tickets(self):
        if self.env.context.get("active_model") != "helpdesk.ticket":
            return False
        return self.env.context.get("active_ids")

    @api.depends("ticket_ids")
    def _compute_usable(self):
        for wizard in self:
            wizard.ticket_count = len(wizard.ticket_ids)
            stages = self.env["helpdesk.ticket.stage"]
            for index, usable in enumerate(wizard._get_stages().values()):
                stages = stages & usable if index else usable
            wizard.usable_stage_ids = stages

    # === ACTION METHODS === #

    def action_apply(self):
        """Change the tickets, with the user's own rights.

        :return: an action that closes the dialog
        :rtype: dict
        :raise UserError: which tickets refuse, and why; then nothing is changed
        """
        self.ensure_one()
        batches = self._prepare_batches()
        if not batches and self.assignment != "team":
            raise UserError(self.env._("Say what is to be changed."))
        refusals = self._find_refusals()
        if refusals:
            raise UserError(self._format_refusals(refusals))
        for tickets, vals in batches:
            self._write(tickets, vals)
        if self.assignment == "team":
            self.ticket_ids._hand_to_team()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _get_stages(self):
        """Return the stages that the teams of these tickets use.

        :return: by team and company
        :rtype: dict[tuple, recordset]
        """
        self.ensure_one()
        groups = self.ticket_ids.grouped(lambda one: (one.team_id, one.company_id))
        return {
            (team, company): team.with_company(company)._get_applicable_stages()
            for team, company in groups
        }

    def _prepare_batches(self):
        """Return what is to be written, and on which tickets.

        The reason of a priority is for those that did not have that priority yet.

        :rtype: list[tuple[recordset, dict]]
        """
        self.ensure_one()
        tickets = self.ticket_ids
        vals = tickets._prepare_given_vals(self.assignment, self.user_id)
        if self.tag_ids:
            vals["tag_ids"] = [Command.link(tag.id) for tag in self.tag_ids]
        if self.stage_id:
            vals["stage_id"] = self.stage_id.id
        if not self.priority:
            return [(tickets, vals)] if self._does_something(vals) else []
        changed = tickets.filtered(lambda ticket: ticket.priority != self.priority)
        agreed = {
            **vals,
            "priority": self.priority,
            "priority_reason": self.priority_reason,
        }
        batches = [(changed, agreed), (tickets - changed, vals)]
        return [
            (some, values)
            for some, values in batches
            if some and self._does_something(values)
        ]

    def _does_something(self, vals):
        """Say whether anything is to be done to some tickets.

        :param dict vals: what is to be written on them
        :rtype: bool
        """
        return bool(vals)

    def _change(self, tickets, vals):
        """Write on some tickets; what more is done to them, other rooms add.

        :param tickets: recordset of helpdesk.ticket
        :param dict vals: to write, maybe none
        """
        self.ensure_one()
        if vals:
            tickets.write(vals)

    def _find_refusals(self):
        """Return which of the tickets cannot be changed like this, and why.

        :rtype: list[tuple[record, str]]
        """
        self.ensure_one()
        tickets = self.ticket_ids
        refusals = [
            (ticket, self.env._("you may not change it."))
            for ticket in tickets - tickets._filtered_access("write")
        ]
        stages = self._get_stages() if self.stage_id else {}
        for ticket in tickets:
            key = (ticket.team_id, ticket.company_id)
            if self.stage_id and self.stage_id not in stages[key]:
                reason = self.env._(
                    "its team does not use the stage “%(stage)s”.",
                    stage=self.stage_id.name,
                )
                refusals.append((ticket, reason))
            obstacle = ticket._get_given_obstacle(self.assignment, self.user_id)
            if obstacle:
                refusals.append((ticket, obstacle))
        return refusals

    def _format_refusals(self, refusals):
        """Return in words which tickets refuse.

        :param refusals: as ``_find_refusals`` returns
        :rtype: str
        """
        told = "\n".join(
            ticket._say_of(reason) for ticket, reason in refusals[:MAX_TOLD]
        )
        more = len(refusals) - MAX_TOLD
        return self.env._(
            "Nothing was changed.\n%(refusals)s%(more)s",
            refusals=told,
            more=f"\n(+ {more})" if more > 0 else "",
        )

    def _write(self, tickets, vals):
        """Write on some tickets at once, and say which one refuses if one does.

        :param tickets: recordset of helpdesk.ticket
        :param dict vals: to write
        :raise UserError: with the number of the ticket
        """
        try:
            with self.env.cr.savepoint():
                self._change(tickets, vals)
        except (UserError, ValidationError, AccessError) as error:
            for ticket in tickets:
                reason = self._try(ticket, vals)
                if reason:
                    message = self._format_refusals([(ticket, reason)])
                    raise UserError(message) from error
            raise

    def _try(self, ticket, vals):
        """Return why a ticket cannot be written on; nothing is kept.

        :rtype: str or None
        """
        savepoint = self.env.cr.savepoint()
        try:
            self._change(ticket, vals)
            self.env.flush_all()
        except (UserError, ValidationError, AccessError) as error:
            return str(error)
        finally:
            savepoint.rollback()
            self.env.invalidate_all(flush=False)
        return None
