# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SupportTimeMixin(models.AbstractModel):
    """The time spent on a ticket, and where Odoo keeps it.

    The names of the fields are those of OCA's helpdesk_mgmt_timesheet. Hours are those
    spent, not those charged: see support.time.charge.mixin.
    """

    _name = "support.time.mixin"
    _description = "Support Time"

    timesheet_ids = fields.One2many(
        comodel_name="account.analytic.line",
        inverse_name="ticket_id",
        string="Timesheets",
        groups="base.group_user",
    )
    allow_timesheet = fields.Boolean(
        compute="_compute_allow_timesheet", groups="base.group_user"
    )
    planned_hours = fields.Float(tracking=True, copy=False, groups="base.group_user")
    total_hours = fields.Float(
        string="Time Spent",
        compute="_compute_total_hours",
        store=True,
        precompute=True,
        groups="base.group_user",
    )
    remaining_hours = fields.Float(
        compute="_compute_remaining_hours",
        store=True,
        precompute=True,
        groups="base.group_user",
        help="Planned and not yet spent.",
    )
    progress = fields.Float(
        compute="_compute_remaining_hours",
        store=True,
        precompute=True,
        aggregator="avg",
        groups="base.group_user",
        help="Part of the planned hours that is spent, in percent.",
    )
    last_timesheet_activity = fields.Date(
        string="Last Time Recorded",
        compute="_compute_total_hours",
        store=True,
        precompute=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("team_id.allow_timesheet")
    def _compute_allow_timesheet(self):
        for record in self:
            record.allow_timesheet = (
                not record.team_id or record.team_id.allow_timesheet
            )

    @api.depends("timesheet_ids.support_real_hours", "timesheet_ids.date")
    def _compute_total_hours(self):
        for record in self:
            lines = record.timesheet_ids
            record.total_hours = sum(lines.mapped("support_real_hours"))
            record.last_timesheet_activity = max(
                lines.filtered("date").mapped("date"), default=False
            )

    @api.depends("planned_hours", "total_hours")
    def _compute_remaining_hours(self):
        for record in self:
            planned = record.planned_hours
            record.remaining_hours = planned - record.total_hours
            record.progress = planned and round(100 * record.total_hours / planned, 2)

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_time_recorded(self):
        # In sudo mode because the time of everybody counts.
        busy = self.sudo().filtered("timesheet_ids")
        if busy:
            raise UserError(
                self.env._(
                    "Time is recorded on “%(ticket)s”: archive the ticket instead of "
                    "deleting it.",
                    ticket=busy[0].display_name,
                )
            )

    # === BUSINESS METHODS === #

    def _get_time_obstacle(self, user=None):
        """Return why somebody cannot record time on this ticket, in words for them.

        :param user: who, by default the current user
        :return: a sentence, or False
        """
        self.ensure_one()
        user = user or self.env.user
        if not self.allow_timesheet:
            return self.env._(
                "The team “%(team)s” does not record time.", team=self.team_id.name
            )
        # In sudo mode because whoever works here need not read employees.
        employees_sudo = self.env["hr.employee"].sudo()
        if not employees_sudo.search_count(
            [
                ("user_id", "=", user.id),
                ("company_id", "in", (self.company_id or self.env.companies).ids),
            ],
            limit=1,
        ):
            return self.env._(
                "%(user)s is no employee of %(company)s, and time is that of an "
                "employee: ask whoever manages the employees to create one for this "
                "user.",
                user=user.name,
                company=(self.company_id or self.env.company).name,
            )
        return False

    def _get_time_projects(self):
        """Return the project to which the time on each ticket belongs in Odoo.

        That of the ticket, or else of the team, or else the customer's support
        project, which is made if there is none; our own internal one without customer.

        :return: by ticket
        :rtype: dict[recordset, recordset]
        :raise UserError: if there is none to be had
        """
        # In sudo mode because agents need no rights on projects: they may write on
        # the tickets, which decide.
        tickets_sudo = self.sudo()
        projects = {ticket: ticket._get_given_time_project() for ticket in tickets_sudo}
        left = tickets_sudo.filtered(lambda t: not projects[t] and t.partner_id)
        for (company, _customer), tickets in left.grouped(
            lambda t: (t.company_id, t.partner_id.commercial_partner_id)
        ).items():
            first = tickets[0].with_company(company)
            project = first._find_support_project() or first._create_support_project()
            projects.update(dict.fromkeys(tickets, project))
        for ticket in tickets_sudo:
            project = projects[ticket]
            project = project or ticket.company_id.internal_project_id
            if not project or not project.allow_timesheets:
                raise UserError(
                    self.env._(
                        "Time on “%(ticket)s” belongs to no project: choose its "
                        "customer, or a project with timesheets.",
                        ticket=ticket.display_name,
                    )
                )
            projects[ticket] = project
        return {ticket: projects[ticket.sudo()] for ticket in self}

    def _get_given_time_project(self):
        """Return the project that somebody chose for the time on this ticket.

        :rtype: recordset of project.project
        """
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        for project in (self.project_id, team.default_project_id):
            if (
                project.active
                and project.allow_timesheets
                and project.company_id in (project.company_id.browse(), self.company_id)
            ):
                return project
        return self.project_id.browse()

    def _create_support_project(self):
        """Make the project in which the customer's support is kept.

        :rtype: recordset of project.project
        """
        self.ensure_one()
        self._lock_support_project()
        customer = self.partner_id.commercial_partner_id
        return self.env["project.project"].create(
            {
                **self._prepare_project_vals(
                    self.env._("Support %(customer)s", customer=customer.name)
                ),
                "is_support": True,
                "user_id": False,
            }
        )

    def _get_portal_time(self):
        """Return the time on this ticket as its customer reads it.

        :return: hours ``spent`` and ``charged``, and the ``entries``, latest first
        :rtype: dict
        """
        self.ensure_one()
        lines = self.env["account.analytic.line"].search(
            Domain("ticket_id", "=", self.id) & Domain("support_real_hours", "!=", 0),
            order="date desc, id desc",
        )
        return {
            "spent": sum(lines.mapped("support_real_hours")),
            "charged": sum(lines.mapped("support_charged_hours")),
            "entries": [
                {
                    "date": line.date,
                    "note": line.support_customer_note or "",
                    "spent": line.support_real_hours,
                    "charged": line.support_charged_hours,
                    "is_gesture": line.support_no_charge,
                }
                for line in lines
            ],
        }
