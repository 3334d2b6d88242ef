# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

BUDGET_WARNING = 80  # percent: the charter's quick help is nearly over
PROJECT_MANAGER = "omydoo_helpdesk.support_group_project_manager"
HAND_OVER_TYPE = "omydoo_helpdesk.mail_activity_type_budget_hand_over"


class SupportBudgetMixin(models.AbstractModel):
    """The time that the category gives to a request, such as quick help.

    Time above it warns the agent and proposes what to do; it is never a verdict.
    """

    _name = "support.budget.mixin"
    _inherit = ["support.time.mixin"]
    _description = "Support Time Budget"

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
        help="Minutes that the category gives, and those added.",
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

    # === COMPUTE METHODS === #

    @api.depends("category_id.budget_minutes", "budget_extra_minutes", "total_hours")
    def _compute_budget(self):
        for record in self:
            budget = record.category_id.budget_minutes
            record.budget_minutes = budget and budget + record.budget_extra_minutes
            record.budget_used_minutes = round(record.total_hours * 60)
            record.budget_state = record._get_budget_state()

    def _get_budget_state(self):
        self.ensure_one()
        if not self.budget_minutes:
            return "none"
        if self.budget_used_minutes >= self.budget_minutes:
            return "reached"
        if self.budget_used_minutes * 100 >= self.budget_minutes * BUDGET_WARNING:
            return "warning"
        return "ok"

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
        self.budget_extra_minutes += minutes
        self._message_log(
            body=self.env._(
                "Time budget extended by %(minutes)s min: %(reason)s",
                minutes=minutes,
                reason=reason,
            )
        )
