# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import GUARD

NORMAL = "1"


class SupportStart(models.TransientModel):
    """A test request, filed as the first customer: answered, then archived."""

    _name = "support.start"
    _inherit = ["support.start"]

    test_lacks = fields.Text(compute="_compute_steps", export_string_translation=False)
    test_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Test Request",
        compute="_compute_test_id",
    )
    is_test_answered = fields.Boolean(
        compute="_compute_test_id", export_string_translation=False
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_test_id(self):
        for start in self:
            test = self._get_open_test(start.company_id)
            start.test_id = test
            start.is_test_answered = bool(test.response_ended_at)

    # === ACTION METHODS === #

    def action_file_test(self):
        """File a request as the first customer, and open it to be answered.

        :return: the action
        :rtype: dict
        :raise UserError: if there is no customer yet
        """
        company = self._get_start_company()
        test = self._get_open_test(company)
        if test:
            return self._open_test(test)
        contact = self._get_start_contacts(company, is_invited=True)
        contact = contact or self._get_start_contacts(company)
        if not contact:
            raise UserError(
                self.env._("Subscribe a customer first: the test is theirs.")
            )
        tickets = self.env["helpdesk.ticket"].with_context(
            support_guard=GUARD, mail_create_nosubscribe=True
        )
        test = tickets.create(
            {
                "name": self.env._("Test of the desk"),
                "description": self.env._(
                    "I cannot print my invoices. (A test: nobody is mailed, answer me.)"
                ),
                "partner_id": contact.id,
                "partner_name": contact.name,
                "partner_email": contact.email,
                "company_id": company.id,
                "team_id": self._get_start_team(company).id,
                "user_id": self.env.uid,
                "claimed_priority": NORMAL,
                "category_id": self.env["helpdesk.ticket.category"]
                .search(
                    Domain("scope", "=", "in_scope")
                    & Domain("company_id", "in", [False, company.id]),
                    limit=1,
                )
                .id,
                "is_setup_test": True,
            }
        )
        return self._open_test(test.with_env(self.env))

    def action_open_test(self):
        """Open the test request.

        :return: the action
        :rtype: dict
        """
        return self._open_test(self._get_open_test(self._get_start_company()))

    def action_archive_test(self):
        """Archive the test request, which was answered: no count has it any more."""
        test = self._get_open_test(self._get_start_company())
        if not test.response_ended_at:
            raise UserError(self.env._("Answer the test first."))
        test.active = False

    # === BUSINESS METHODS === #

    @api.model
    def _get_start_steps(self, company):
        return [
            *super()._get_start_steps(company),
            {"name": "test", "lacks": self._get_test_lacks(company)},
        ]

    @api.model
    def _get_open_test(self, company):
        return self.env["helpdesk.ticket"].search(
            Domain("is_setup_test", "=", True) & Domain("company_id", "=", company.id),
            limit=1,
        )

    @api.model
    def _get_test_lacks(self, company):
        """Return what lacks until a request was answered: a test, or a real one.

        :param company: recordset of res.company
        :rtype: str
        """
        test = self._get_open_test(company)
        if test:
            if test.response_ended_at:
                return self.env._("The test is answered: archive it.")
            return self.env._("Your answer to the test: open it, and answer.")
        answered = Domain("company_id", "=", company.id) & Domain(
            "response_ended_at", "!=", False
        )
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        if tickets.search_count(answered, limit=1):
            return ""
        return self.env._(
            "A request that was answered. File one as your first customer: it shows "
            "what they get."
        )

    @api.model
    def _open_test(self, test):
        return {
            "type": "ir.actions.act_window",
            "res_model": test._name,
            "res_id": test.id,
            "views": [(False, "form")],
        }
