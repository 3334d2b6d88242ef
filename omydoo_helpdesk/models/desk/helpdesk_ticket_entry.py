# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain


class TicketTeam(models.Model):
    """The team that a ticket goes to, and where it goes on with another one's stages.

    Nobody gives a team to most of what agents type in: without one a ticket has no
    leader who is told, and no address that it is answered from.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === COMPUTE METHODS === #

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        # The base takes the first team of the user, also one of another company.
        for company, tickets in self.grouped("company_id").items():
            teamless = tickets.filtered(lambda ticket: not ticket.team_id)
            default = teamless and self._get_default_team(company)
            for ticket in teamless:
                teams = ticket.user_id.helpdesk_team_ids
                ticket.team_id = _filter_teams(teams, company)[:1] or default

    @api.depends("team_id")
    def _compute_stage_id(self):
        # The base looks up the stages of a team for each of its tickets, and opens
        # again what was closed when another team has other stages.
        for team, tickets in self.grouped("team_id").items():
            stages = team._get_applicable_stages()
            for ticket in tickets:
                if ticket.stage_id not in stages:
                    ticket.stage_id = ticket._get_stage_among(stages)

    @api.depends("name", "number")
    def _compute_display_name(self):  # pylint: disable=missing-return
        # The base names a ticket that is being typed « / - False ».
        unnamed = self.filtered(lambda ticket: not ticket._origin)
        super(TicketTeam, self - unnamed)._compute_display_name()
        for ticket in unnamed:
            ticket.display_name = ticket.name or self.env._("New Ticket")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        self._add_default_teams(vals_list)
        return super().create(vals_list)

    @api.model
    def _add_default_teams(self, vals_list):
        """Set the team of new tickets to which nobody gives one.

        An assignee brings their own team, as in the base.

        :param list[dict] vals_list: completed in place
        """
        if self._has_default_team():
            return
        teams = {}
        for vals in vals_list:
            if vals.get("user_id") or "team_id" in vals:
                continue
            company = self.env["res.company"].browse(vals.get("company_id"))
            company = company or self.env.company
            if company not in teams:
                teams[company] = self._get_default_team(company)
            if teams[company]:
                vals["team_id"] = teams[company].id

    # === BUSINESS METHODS === #

    def _get_stage_among(self, stages):
        """Return where this ticket goes on with a team that has other stages.

        What is closed stays closed, and as it was: nobody opened it again.

        :param stages: those of the team, in their order
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        current = self.stage_id
        if not current.closed:
            return stages[:1]
        return (
            stages.filtered(
                lambda stage: stage.closed
                and stage.sla_success == current.sla_success
                and stage.is_conversion == current.is_conversion
            )[:1]
            or current
        )

    def _date_closings(self):
        """Have the date of closing follow stages that begin or cease to close."""
        closed = self.filtered(lambda ticket: ticket.stage_id.closed)
        closed.filtered(lambda ticket: not ticket.closed_date)._write_guarded(
            {"closed_date": fields.Datetime.now()}
        )
        (self - closed).filtered("closed_date")._write_guarded({"closed_date": False})

    @api.model
    def _has_default_team(self):
        """Say whether the client or the user has a default team of its own.

        :rtype: bool
        """
        return bool(
            self.env.context.get("default_team_id")
            or self.env["ir.default"]._get_model_defaults(self._name).get("team_id")
        )

    @api.model
    def _get_default_team(self, company):
        """Return the team of a new ticket to which nobody gives one.

        That of the agent who types it in, or else the company's.

        :param company: of the ticket
        :rtype: recordset of helpdesk.ticket.team
        """
        # In sudo mode because whoever files need not read teams, nor companies.
        own_sudo = _filter_teams(self.env.user.sudo().helpdesk_team_ids, company)
        team_sudo = own_sudo[:1] or company.sudo().support_team_id.filtered("active")
        return team_sudo.sudo(self.env.su)


def _filter_teams(teams, company):
    """Return those of some teams that serve a company: its own, and those of all.

    :rtype: recordset of helpdesk.ticket.team
    """
    return teams.filtered_domain(
        Domain("active", "=", True) & Domain("company_id", "in", [False, company.id])
    )
