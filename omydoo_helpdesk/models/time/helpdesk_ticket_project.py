# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class TicketSupportProject(models.Model):
    """The project in which the time and the tasks of a customer's support are kept."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _prepare_project_vals(self, name):
        """Return the values of a project for the customer of this ticket.

        :param str name: its name
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": name,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "company_id": self.company_id.id,
            # Sharing it with the customer is a decision of the project manager.
            "privacy_visibility": "employees",
            "allow_billable": True,
            "allow_timesheets": True,
            # A new project has no stages, and its tasks would be in none.
            "type_ids": [
                Command.create(vals) for vals in self._prepare_task_stage_vals()
            ],
        }

    def _prepare_task_stage_vals(self):
        """Return the stages of a new project.

        :rtype: list[dict]
        """
        return [
            {"name": self.env._("To Do"), "sequence": 5},
            {"name": self.env._("In Progress"), "sequence": 10},
            {"name": self.env._("Done"), "sequence": 15, "fold": True},
            {"name": self.env._("Cancelled"), "sequence": 20, "fold": True},
        ]

    def _prepare_support_project_vals(self, user=None):
        """Return the values of the project that keeps the customer's support tasks.

        :param user: its manager, if it has one
        :rtype: dict
        """
        return {
            **self._prepare_project_vals(
                self.env._(
                    "Support %(customer)s",
                    customer=self.partner_id.commercial_partner_id.name,
                )
            ),
            "is_support": True,
            "user_id": user.id if user else False,
        }

    def _get_support_project_domain(self):
        """Return which projects may take a task for this ticket.

        :rtype: Domain
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return (
            Domain("partner_id", "!=", False)
            & Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("company_id", "in", [False, self.company_id.id])
            & Domain("is_template", "=", False)
            & Domain("allow_billable", "=", True)
            & Domain("allow_timesheets", "=", True)
        )

    def _find_support_project(self):
        """Return the project in which the customer's support tasks are kept.

        :rtype: recordset of project.project
        """
        return self.env["project.project"].search(
            self._get_support_project_domain() & Domain("is_support", "=", True),
            order="id",
            limit=1,
        )

    def _get_or_make_support_project(self, user=None):
        """Return the customer's support project, made now if there is none.

        :param user: the manager of a new one, if it has one
        :rtype: recordset of project.project
        """
        self.ensure_one()
        project = self._find_support_project()
        if not project:
            self._lock_support_project()
            project = self.env["project.project"].create(
                self._prepare_support_project_vals(user)
            )
        return project

    def _lock_support_project(self):
        """Keep the customer from getting two support projects at the same second.

        Nothing changes in the row, but PostgreSQL takes it as changed: whoever comes
        at the same time waits for us, is refused after our commit, and Odoo runs their
        request again, which then finds our project.
        """
        partner = self.partner_id.commercial_partner_id
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET write_date = write_date WHERE id = %s "
                "RETURNING id",
                partner.id,
            )
        )


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project"]

    is_support = fields.Boolean(
        string="Support Project",
        copy=False,
        help="Tasks made from the customer's tickets go here. Their time is charged "
        "to an hours pack only where the task says so.",
    )


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.task"]

    def _get_last_sol_of_customer_domain(self):
        # Odoo charges a task without an order item to any prepaid hours of the
        # customer; full support is paid for by the subscription.
        if self.project_id.is_support:
            return []
        return super()._get_last_sol_of_customer_domain()
