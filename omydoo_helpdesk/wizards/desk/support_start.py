# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.i18n import format_list

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
# What an agent chosen here is given, if somebody may: the right to see all tickets.
GIVEN = "helpdesk_mgmt.group_helpdesk_user"
ADMINISTRATORS = "base.group_erp_manager"
# As many people are named as one can ask.
MAX_NAMES = 3


class SupportStart(models.TransientModel):
    """The first day of a desk: what is still to be done until it can be asked.

    Nothing is remembered here: what lacks is read from the company each time, so that
    the page can be left and found again, and is there for a new company too. Each room
    adds its own steps (``_get_start_steps``), their fields and their buttons.
    """

    _name = "support.start"
    _inherit = ["support.guarded.mixin"]
    _description = "Set-Up of the Desk"
    _support_subjects = ("company_id", "team_user_ids")
    # Somebody is asked for an address, and answers on Monday.
    _transient_max_hours = 24 * 7

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    progress = fields.Char(compute="_compute_steps", export_string_translation=False)
    is_done = fields.Boolean(compute="_compute_steps", export_string_translation=False)

    # === THE COMPANY === #

    company_lacks = fields.Text(
        compute="_compute_steps", export_string_translation=False
    )
    company_facts = fields.Char(
        string="Name and Country", compute="_compute_company_facts"
    )
    phone = fields.Char(
        string="Telephone for Emergencies",
        default=lambda self: self._get_default_phone(),
        help="Shown to customers whose plan has it, for what blocks their work.",
    )
    may_edit_company = fields.Boolean(
        compute="_compute_company_facts", export_string_translation=False
    )

    # === THE TEAM === #

    team_lacks = fields.Text(compute="_compute_steps", export_string_translation=False)
    team_name = fields.Char(
        string="Team",
        default=lambda self: self._get_start_team().name or self.env._("Support"),
        help="The team that takes whatever nobody gives to another one.",
    )
    team_user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Agents",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self._get_start_team().user_ids or self.env.user,
        help="Who answers. They are given the right to the helpdesk if you may give "
        "it.",
    )

    # === THE MAIL === #

    mail_lacks = fields.Text(compute="_compute_steps", export_string_translation=False)
    mail_name = fields.Char(
        string="Address",
        default=lambda self: self._get_start_team().alias_name or "support",
        help="What stands before the @. A mail to it becomes a ticket of the team.",
    )
    mail_domain = fields.Char(
        compute="_compute_mail_domain", export_string_translation=False
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        for start in self:
            start.display_name = self.env._("Set-Up of the Desk")

    @api.depends_context("lang", "uid")
    def _compute_steps(self):
        """Find out what lacks now, of each step of each room."""
        for start in self:
            steps = start._get_start_steps(start.company_id)
            for step in steps:
                start[f"{step['name']}_lacks"] = step["lacks"]
            done, total = self._count_start_steps(steps)
            start.is_done = done == total
            start.progress = self.env._(
                "%(done)s of %(total)s steps are done", done=done, total=total
            )

    @api.depends("company_id")
    def _compute_company_facts(self):
        for start in self:
            company = start.company_id
            country = company.country_id.name
            start.company_facts = (
                f"{company.name}, {country}" if country else company.name
            )
            start.may_edit_company = company.has_access("write")

    @api.depends("company_id")
    def _compute_mail_domain(self):
        for start in self:
            start.mail_domain = start.company_id.alias_domain_id.name or ""

    @api.model
    def _get_default_phone(self):
        company = self.env.company
        return company.support_phone or company.phone

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the set-up of the desk of the company that the user works in.

        :return: the action
        :rtype: dict
        :raise AccessError: if the user does not manage the desk
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set-Up of the Desk"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "views": [(False, "form")],
        }

    def action_set_phone(self):
        """Write the telephone number of the desk."""
        self._get_start_company().support_phone = self.phone

    def action_edit_company(self):
        """Open the company, for who may edit it.

        :return: the action
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.company",
            "res_id": self._get_start_company().id,
            "views": [(False, "form")],
        }

    def action_set_team(self):
        """Make the team, or write it, and give its agents what they need for it.

        By the user's own right to give it: who may not is told who may, by the step.
        """
        company = self._get_start_company()
        vals = {
            "name": self.team_name,
            "user_ids": [Command.set(self.team_user_ids.ids)],
        }
        team = self._get_start_team(company)
        if team:
            team.write(vals)
        else:
            leader = self.env.user & self.team_user_ids or self.team_user_ids[:1]
            team = team.create({**vals, "company_id": company.id, "user_id": leader.id})
        if not company.support_team_id:
            company.support_team_id = team
        strangers = self._get_strangers(team)
        if strangers and self._may_give_rights():
            strangers.write({"group_ids": [Command.link(self.env.ref(GIVEN).id)]})

    def action_set_mail(self):
        """Write the mail address of the team."""
        self._get_start_team(self._get_start_company()).alias_name = self.mail_name

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it says whose desk is set up.")

    # === BUSINESS METHODS - STEPS === #

    @api.model
    def _get_start_steps(self, company):
        """Return the steps in which a desk is set up. To be extended by each room.

        :param company: recordset of res.company
        :return: of each step its ``name``: that of the field which says what lacks,
            without ``_lacks``; what ``lacks``, empty if it is done; and
            ``is_optional``, if the desk can be opened without it
        :rtype: list[dict]
        """
        return [
            {"name": "company", "lacks": self._get_company_lacks(company)},
            {"name": "team", "lacks": self._get_team_lacks(company)},
            {
                "name": "mail",
                "lacks": self._get_mail_lacks(company),
                "is_optional": True,
            },
        ]

    @api.model
    def _get_start_progress(self):
        """Return how far the set-up is, for who is shown it.

        :return: ``done`` and ``total``; False if nothing lacks, or for who does not
            manage the desk
        :rtype: dict or bool
        """
        if not self.has_access("create"):
            return False
        # Nobody is named where what lacks is only counted.
        brief = self.with_context(support_start_brief=True)
        done, total = self._count_start_steps(brief._get_start_steps(self.env.company))
        return {"done": done, "total": total} if done < total else False

    @api.model
    def _count_start_steps(self, steps):
        """Return how many of the steps that are needed are done, and how many are.

        :param list steps: as of ``_get_start_steps``
        :rtype: tuple[int, int]
        """
        needed = [step for step in steps if not step.get("is_optional")]
        return sum(not step["lacks"] for step in needed), len(needed)

    def _get_start_company(self):
        """Return the company that is set up, if the user manages its desk.

        :rtype: recordset of res.company
        :raise AccessError: otherwise
        """
        self.ensure_one()
        company = self.company_id
        if not self.env.user.has_group(MANAGER) or company not in self.env.companies:
            raise AccessError(
                self.env._(
                    "The set-up is for managers of the helpdesk, in their company."
                )
            )
        return company

    @api.model
    def _name_people(self, group, company):
        """Return who has a right, to be asked.

        :param str group: XML id of it
        :param company: recordset of res.company
        :rtype: str
        """
        if self.env.context.get("support_start_brief"):
            return ""
        users = self.env["res.users"].search(
            Domain("all_group_ids", "in", self.env.ref(group).ids)
            & Domain("company_ids", "in", company.ids)
            & Domain("share", "=", False),
            limit=MAX_NAMES,
        )
        names = users.mapped("name") or [self.env._("an administrator")]
        return format_list(self.env, names, style="or")

    # === BUSINESS METHODS - WHAT LACKS === #

    @api.model
    def _get_company_lacks(self, company):
        lacks = []
        if not company.country_id:
            lacks.append(
                self.env._(
                    "The country of the company, by which public holidays are known. "
                    "%(people)s can set it.",
                    people=self._name_people(ADMINISTRATORS, company),
                )
            )
        if not company.support_phone:
            lacks.append(
                self.env._("The telephone number for what blocks a customer's work.")
            )
        return "\n".join(lacks)

    @api.model
    def _get_start_team(self, company=None):
        """Return the team of a company that takes what nobody gives to another.

        :param company: recordset of res.company, by default the user's
        :rtype: recordset of helpdesk.ticket.team
        """
        company = company or self.env.company
        return company.support_team_id or self.env["helpdesk.ticket.team"].search(
            Domain("company_id", "=", company.id), limit=1
        )

    @api.model
    def _get_strangers(self, team):
        """Return the members of a team who have no right on the helpdesk.

        :param team: recordset of helpdesk.ticket.team
        :rtype: recordset of res.users
        """
        return team.user_ids.filtered(lambda user: not user.has_group(AGENT))

    @api.model
    def _may_give_rights(self):
        return self.env["res.users"].has_access("write")

    @api.model
    def _get_team_lacks(self, company):
        team = self._get_start_team(company)
        if not team:
            return self.env._("A team, and who is in it.")
        if not team.user_ids:
            return self.env._("Somebody in the team “%(team)s”.", team=team.name)
        strangers = self._get_strangers(team)
        if not strangers:
            return ""
        names = format_list(self.env, strangers.mapped("name"))
        if self._may_give_rights():
            return self.env._(
                "The right to the helpdesk, for %(agents)s: save the team to give it.",
                agents=names,
            )
        return self.env._(
            "The right to the helpdesk, for %(agents)s. You cannot give rights: "
            "%(people)s can, in Settings > Users, by “Helpdesk Access Levels”.",
            agents=names,
            people=self._name_people(ADMINISTRATORS, company),
        )

    @api.model
    def _get_mail_lacks(self, company):
        if self.env.context.get("support_start_brief"):
            return ""  # it is not counted
        people = self._name_people("base.group_system", company)
        team = self._get_start_team(company)
        if not team:
            return self.env._("The team first: the address is the team's.")
        if not company.alias_domain_id:
            return self.env._(
                "The domain of your addresses, what stands behind the @. %(people)s "
                "can set it, in Settings > General Settings > Alias Domain.",
                people=people,
            )
        if not team.alias_name:
            return self.env._("The address itself.")
        if not self._does_mail_arrive(team):
            return self.env._(
                "Nothing brings the mails to %(address)s here. %(people)s can have "
                "them fetched, in Settings > General Settings > Incoming Email "
                "Servers; or your mail server hands them over to Odoo. Write a mail to "
                "it then: it becomes a ticket.",
                address=team.alias_email,
                people=people,
            )
        return ""

    @api.model
    def _does_mail_arrive(self, team):
        """Say whether mails to a team arrive: one has, or a server is asked for them.

        :param team: recordset of helpdesk.ticket.team
        :rtype: bool
        """
        # In sudo mode because only administrators read the servers, and a manager need
        # not read each mail: whether there is one is all that is told, to who manages
        # the desk, as the access to this model has it.
        self.check_access("create")
        return bool(
            self.env["fetchmail.server"]
            .sudo()
            .search_count([("state", "=", "done")], limit=1)
            or self.env["mail.message"]
            .sudo()
            .search_count(
                [
                    ("model", "=", "helpdesk.ticket"),
                    ("message_type", "=", "email"),
                    (
                        "res_id",
                        "in",
                        team.ticket_ids._search([("team_id", "=", team.id)]),
                    ),
                ],
                limit=1,
            )
        )
