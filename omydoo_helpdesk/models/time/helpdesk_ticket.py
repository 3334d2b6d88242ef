# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...const import COMPUTED
from ...tools.text import format_hours

NOISE = 1e-6  # hours: of a float, not of time

BUDGET_WARNING = 80  # percent: the charter's quick help is nearly over

PROJECT_MANAGER = "omydoo_helpdesk.support_group_project_manager"

HAND_OVER_TYPE = "omydoo_helpdesk.mail_activity_type_budget_hand_over"


class TicketTime(models.Model):
    """The time spent on a ticket, and where Odoo keeps it.

    The names of the fields are those of OCA's helpdesk_mgmt_timesheet. Hours are those
    spent, not those charged: these are on the lines (account.analytic.line).

    What pays for the time on a ticket: an hours pack, or nothing more.

    Nothing is billed by accident: Odoo charges time to any prepaid hours of the
    customer; here only a ticket that is covered by a pack is charged to one.

    The time that the category gives to a request, such as quick help.

    Time above it warns the agent and proposes what to do; it is never a verdict.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    timesheet_ids = fields.One2many(
        comodel_name="account.analytic.line",
        inverse_name="ticket_id",
        string="Timesheets",
        groups="base.group_user",
    )
    allow_timesheet = fields.Boolean(
        compute="_compute_allow_timesheet", groups="base.group_user"
    )
    planned_hours = fields.Float(
        tracking=True,
        copy=False,
        groups="base.group_user",
        help="Hours that the work is expected to take.",
    )
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
    total_charged_hours = fields.Float(
        string="Time Charged",
        compute="_compute_total_charged_hours",
        compute_sudo=True,
        groups="base.group_user",
    )
    charge_notice = fields.Char(
        compute="_compute_charge_notice", compute_sudo=True, groups="base.group_user"
    )
    charge_warning = fields.Char(
        compute="_compute_charge_notice", compute_sudo=True, groups="base.group_user"
    )
    budget_extra_minutes = fields.Integer(
        string="Budget Extended By",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Minutes added to the budget of the category, each time with a reason.",
    )
    budget_minutes = fields.Integer(
        string="Time Budget",
        compute="_compute_budget",
        groups="base.group_user",
        help="Minutes that the plan gives to quick help, or else the category, and "
        "those added.",
    )
    budget_used_minutes = fields.Integer(
        string="Budget Used", compute="_compute_budget", groups="base.group_user"
    )
    budget_state = fields.Selection(
        selection=[
            ("none", "No budget"),
            ("ok", "Within the budget"),
            ("warning", "Nearly used"),
            ("reached", "Used up"),
        ],
        compute="_compute_budget",
        groups="base.group_user",
    )

    # What took longer than planned, in the order of the list: 50 → 1 ms of 100,000.
    # Nothing of the kind is filed.
    _over_planned_idx = models.Index(
        "(next_deadline, priority DESC, id)"
        " WHERE active IS TRUE AND planned_hours > 0 AND remaining_hours < 0"
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

    @api.depends("timesheet_ids.support_charged_hours")
    def _compute_total_charged_hours(self):
        for record in self:
            record.total_charged_hours = sum(
                record.timesheet_ids.mapped("support_charged_hours")
            )

    @api.depends("coverage", "timesheet_ids.so_line")
    def _compute_charge_notice(self):
        self.charge_notice = self.charge_warning = False
        charged = self.filtered(lambda record: record.coverage == "hours_pack")
        packs = charged._get_charge_packs()
        for record in charged:
            pack = record._choose_charge_pack(packs)
            if not pack:
                record.charge_warning = self.env._(
                    "The customer’s hours packs have ended: the time is recorded, and "
                    "charged to nothing."
                )
            elif pack.remaining_hours <= 0:
                record.charge_warning = self.env._(
                    "The pack “%(pack)s” is spent (%(hours)s over): more time stays "
                    "on it. Propose another pack to the customer.",
                    pack=pack.order_id.name,
                    hours=format_hours(-pack.remaining_hours),
                )
            else:
                record.charge_notice = record._get_charge_notice(pack)

    def _get_charge_notice(self, pack):
        values = {
            "pack": pack.order_id.name,
            "hours": format_hours(pack.remaining_hours),
            "date": pack.support_pack_end_date
            and format_date(self.env, pack.support_pack_end_date),
        }
        if values["date"]:
            return self.env._(
                "Charged to the pack %(pack)s: %(hours)s left, until %(date)s.",
                **values,
            )
        return self.env._("Charged to the pack %(pack)s: %(hours)s left.", **values)

    @api.depends(
        "category_id.budget_minutes",
        "support_plan_id.quick_help_minutes",
        "budget_extra_minutes",
        "total_hours",
    )
    def _compute_budget(self):
        for record in self:
            budget = record._get_given_minutes()
            record.budget_minutes = budget and budget + record.budget_extra_minutes
            record.budget_used_minutes = round(record.total_hours * 60)
            record.budget_state = record._get_budget_state()

    def _get_given_minutes(self):
        """Return the budget of this request: the plan's, where its category has one.

        A plan sells its own length of quick help; without a plan, or where the plan
        says nothing, the category's own.

        :return: minutes, 0 for none
        :rtype: int
        """
        self.ensure_one()
        # In sudo mode because a plan is read by its company's people only.
        own = self.category_id.budget_minutes
        return own and (self.support_plan_id.sudo().quick_help_minutes or own)

    def _get_budget_state(self):
        self.ensure_one()
        if not self.budget_minutes:
            return "none"
        if self.budget_used_minutes >= self.budget_minutes:
            return "reached"
        if self.budget_used_minutes * 100 >= self.budget_minutes * BUDGET_WARNING:
            return "warning"
        return "ok"

    # === CRUD METHODS === #

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        before = {ticket: ticket.partner_id.commercial_partner_id for ticket in self}
        res = super().write(vals)
        for ticket in self:
            if before[ticket] and before[ticket] != ticket.commercial_partner_id:
                ticket._move_time_to_customer()
        return res

    def _move_time_to_customer(self):
        """Have the time on this ticket go with it to its new customer.

        Which pack pays for it is chosen anew; here are its project and task.

        :raise UserError: if the former customer was invoiced for it
        """
        self.ensure_one()
        # In sudo mode because the time of everybody goes along, and agents need no
        # rights on projects: they may write on the ticket, which decides.
        ticket_sudo = self.sudo()
        lines_sudo = ticket_sudo.timesheet_ids
        if lines_sudo.filtered(lambda line: not line._is_not_billed()):
            raise UserError(
                self.env._(
                    "Time on “%(ticket)s” was invoiced to its customer already: file "
                    "another ticket for the other one.",
                    ticket=self.display_name,
                )
            )
        customer = ticket_sudo.partner_id.commercial_partner_id
        foreign_sudo = lines_sudo.filtered(
            lambda line: line.project_id.partner_id
            and line.project_id.partner_id.commercial_partner_id != customer
        )
        if foreign_sudo and customer:
            project = ticket_sudo._get_time_projects()[ticket_sudo]
            foreign_sudo.write({"project_id": project.id, "task_id": False})

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

    # === ACTION METHODS === #

    def action_extend_budget(self):
        """Open the wizard that gives more time, with a reason.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omydoo_helpdesk.support_budget_extend_action"
        )
        action["context"] = {"default_ticket_id": self.id}
        return action

    def action_budget_hand_over(self):
        """Ask a project manager to take over what is no quick help any more.

        Asking twice asks once.

        :return: True
        :raise AccessError: if the user may not write on the ticket
        """
        self.ensure_one()
        self.check_access("write")
        if not self.activity_search([HAND_OVER_TYPE]):
            user = self._get_budget_hand_over_user()
            self.with_context(lang=user.lang).activity_schedule(
                HAND_OVER_TYPE, user_id=user.id
            )
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_fields_once_saved(self):
        return super()._get_fields_once_saved() | {
            "budget_used_minutes",
            "timesheet_ids",
            "total_charged_hours",
            "total_hours",
        }

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | dict.fromkeys(
            (
                "total_hours",
                "remaining_hours",
                "progress",
                "last_timesheet_activity",
                "budget_extra_minutes",
            ),
            COMPUTED,
        )

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
            project = first._get_or_make_support_project()
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

    def _get_portal_time(self):
        """Return the time on this ticket as its customer reads it.

        :return: time ``spent`` and ``charged``, as people say it (empty if nothing
            is charged), and the ``entries``, latest first
        :rtype: dict
        """
        self.ensure_one()
        lines = self.timesheet_ids.filtered("support_real_hours").sorted(
            lambda line: (line.date, line.id), reverse=True
        )
        charged = sum(lines.mapped("support_charged_hours"))
        return {
            "spent": format_hours(sum(lines.mapped("support_real_hours"))),
            "charged": format_hours(charged) if charged else "",
            "entries": [
                {
                    "date": line.date,
                    "note": line.support_customer_note or "",
                    "spent": format_hours(line.support_real_hours),
                    "charged": format_hours(line.support_charged_hours),
                    "is_gesture": line.support_no_charge,
                }
                for line in lines
            ],
        }

    def _scope_is_charged(self):
        # The pack that paid until now may have been spent by this very ticket.
        return super()._scope_is_charged() or self._has_charges()

    def _has_charges(self):
        """Say whether time on this ticket is charged to a pack of its customer.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            pack._is_pack_of(*self._scope_get_pack_key())
            for pack in self._origin.timesheet_ids.so_line
        )

    def _get_charge_packs(self, day=None):
        """Return the packs that time on these tickets may go to, first to end first.

        Spent ones too: what is over stays on the last one.

        :param date day: the earliest on which they must run, by default today
        :rtype: recordset of sale.order.line
        """
        packs = self.env["sale.order.line"].sudo()
        partners = self.partner_id.commercial_partner_id
        if not partners:
            return packs
        packs = packs._find_packs(partners, self.company_id, day)
        return packs.filtered(lambda pack: pack.qty_delivered_method == "timesheet")

    def _choose_charge_pack(self, packs, day=None, left=None, hours=0.0):
        """Return the pack to which time on this ticket goes.

        That of its task, if a project manager chose one; or else the first to end of
        those with hours left; or else what this ticket is on already, or the last.
        What is more than one of them holds goes to the next that does: a pack is spent
        below zero only where none does.

        :param packs: what ``_get_charge_packs`` returned
        :param date day: on which it must run, by default today
        :param dict left: hours left by pack, where some are already spoken for
        :param float hours: to be charged
        :rtype: recordset of sale.order.line
        """
        self.ensure_one()
        key = self._scope_get_pack_key()
        packs = packs.filtered(
            lambda pack: pack._is_pack_of(*key) and pack._is_running(day)
        )
        left = left or {}
        chosen = self.task_id.sudo().sale_line_id & packs
        open_packs = packs.filtered(
            lambda pack: left.get(pack, pack.remaining_hours) > 0
        )
        ample = open_packs.filtered(
            lambda pack: left.get(pack, pack.remaining_hours) - hours > -NOISE
        )
        open_packs = ample or open_packs
        return (
            (chosen & open_packs)
            or open_packs[:1]
            or chosen
            or (packs & self._origin.timesheet_ids.so_line)[-1:]
            or packs[-1:]
        )

    def _find_overrun_packs(self, packs, day, left):
        """Return the pack that new time on this ticket goes to, and where the rest may.

        :param packs: what ``_get_charge_packs`` returned
        :param date day: of the time, by default today
        :param dict left: hours left by pack, where some are already spoken for
        :return: the pack with hours left, maybe none, and the others that have some
        :rtype: tuple
        """
        self.ensure_one()
        day = fields.Date.to_date(day)
        key = self._scope_get_pack_key()
        packs = packs.filtered(
            lambda pack: (
                pack._is_pack_of(*key)
                and pack._is_running(day)
                and left.get(pack, pack.remaining_hours) > NOISE
            )
        )
        pack = self._choose_charge_pack(packs, day, left) if packs else packs
        return pack, packs - pack

    def _get_budget_hand_over_user(self):
        """Return the project manager who is asked: of the team, or else its leader.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        # In sudo mode because agents may not read the groups of others.
        people_sudo = self.team_id.sudo().user_ids - self.env.user
        managers_sudo = people_sudo.filtered(
            lambda user: user.has_group(PROJECT_MANAGER)
        )
        user = managers_sudo[:1] or self.team_id.user_id or self.env.user
        return user.sudo(False)

    def _extend_budget(self, minutes, reason):
        """Give more time.

        :param int minutes: added to the budget
        :param str reason: for the colleagues, kept in the log
        """
        self.ensure_one()
        self._write_guarded(
            {"budget_extra_minutes": self.budget_extra_minutes + minutes}
        )
        self._message_log(
            body=self.env._(
                "Time budget extended by %(minutes)s min: %(reason)s",
                minutes=minutes,
                reason=reason,
            )
        )

    @api.model
    def _scope_find_packs(self, partners, companies):
        return self.env["sale.order.line"]._find_hours_packs(partners, companies)

    @api.model
    def _get_portal_page_lines(self):
        return [*super()._get_portal_page_lines(), "timesheet_ids"]

    def _get_portal_page_values(self, visitor):
        return super()._get_portal_page_values(visitor) | {
            "portal_time": self._get_portal_time(),
        }
