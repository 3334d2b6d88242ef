# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class OrderProject(models.Model):
    """The project or the task that an accepted quotation of a ticket becomes.

    What a service of the order makes by itself (``sale_project``) is used; nothing is
    made twice. What cannot be made never keeps the customer from accepting. Used by
    ``sale.order``.
    """

    _name = "sale.order"
    _inherit = ["sale.order"]

    support_on_acceptance = fields.Selection(
        selection=[
            ("nothing", "Nothing"),
            ("project", "A project"),
            ("task", "A task in the customer's support project"),
        ],
        string="Made on Acceptance",
        default="nothing",
        required=True,
        copy=False,
        help="What is made when the customer accepts the quotation of a ticket.",
    )
    support_project_template_id = fields.Many2one(
        comodel_name="project.project",
        string="Project Template",
        copy=False,
        help="From which the project is made on acceptance; empty means a new one.",
    )
    support_project_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Project Manager on Acceptance",
        copy=False,
    )
    support_project_hours = fields.Float(
        string="Planned Hours on Acceptance", copy=False
    )
    support_to_make = fields.Boolean(
        compute="_compute_support_to_make",
        compute_sudo=True,
        help="Accepted, and what was to be made could not be.",
    )

    # === COMPUTE METHODS === #

    def _compute_support_to_make(self):
        for order in self:
            order.support_to_make = (
                order.state == "sale"
                and order.support_on_acceptance != "nothing"
                and bool(order.ticket_ids)
                and not (order.order_line.project_id or order.order_line.task_id)
            )

    # === ACTION METHODS === #

    def action_support_make(self):
        """Make what could not be made when the customer accepted.

        :return: an action that opens the project or the task
        :rtype: dict
        :raise UserError: if it still cannot be made
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "sale":
            raise UserError(self.env._("The quotation has not been accepted yet."))
        # In sudo mode because a salesperson may sell projects without managing them:
        # the right to change the order was checked.
        order_sudo = self._support_with_clean_context()
        order_sudo._support_make_work()
        order_sudo._support_get_failure_activities().unlink()
        tickets = order_sudo.ticket_ids
        record = tickets.task_id[:1] or tickets.project_id[:1]
        return record.with_env(self.env)._get_records_action(context={})

    # === BUSINESS METHODS === #

    def _support_conclude(self, outcome, reason=None):
        orders_sudo = super()._support_conclude(outcome, reason)
        if outcome == "accepted":
            for order in orders_sudo:
                order._support_attempt(
                    order._support_with_clean_context()._support_make_work
                )
        return orders_sudo

    def _support_attempt(self, make):
        """Make something, or have the project manager do it by hand.

        :param make: what to call
        """
        self.ensure_one()
        try:
            # All of it or nothing: half a project would have to be cleaned up.
            with self.env.cr.savepoint():
                make()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo runs the whole request again
        except UserError as error:
            self._support_report_failure(str(error))
        except Exception:
            _logger.exception("Nothing could be made for order %s", self.name)
            self._support_report_failure(
                self.env._(
                    "an unexpected error, which the administrator finds in the log"
                )
            )

    def _support_with_clean_context(self):
        """Return this order in sudo mode without what the client left in the context.

        Defaults meant for the order (its tickets, its customer) would become those of
        the project. The texts are in the project manager's language.
        """
        self.ensure_one()
        user = self.sudo()._support_get_project_user()
        context = {"lang": user.lang or self.env.lang, "tz": user.tz}
        # pylint: disable-next=context-overridden
        order = self.sudo().with_context(context)
        return order.with_company(self.company_id)

    def _support_get_project_user(self):
        """Return who manages what is made.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        return self.support_project_user_id or self.user_id

    def _support_make_work(self):
        """Make the project or the task, once, and link the tickets to it.

        :raise UserError: if it cannot be made
        """
        self.ensure_one()
        tickets = self.ticket_ids
        # Accepted before, cancelled and accepted again: the same ones.
        tasks = self.order_line.task_id or tickets.task_id.filtered(
            lambda task: task.sale_line_id in self.order_line
        )
        line = self.order_line.filtered("task_id")[:1]
        line = line or self.order_line.filtered("project_id")[:1]
        project = line.task_id.project_id or line.project_id
        if self.support_on_acceptance != "nothing":
            line = line or self._support_get_line()
            project = project or self._support_make_project(line)
            tasks = tasks or self._support_make_tasks(project, line)
        if not project:
            return
        tasks = tasks.sorted("id")
        for index, ticket in enumerate(tickets.sorted("id")):
            task = tasks[index] if len(tasks) == len(tickets) else tasks[:1]
            ticket.write({"project_id": project.id, "task_id": task.id})

    def _support_get_line(self):
        """Return the order item that the time is charged to.

        :rtype: recordset of sale.order.line
        :raise UserError: if the order has none
        """
        self.ensure_one()
        line = self.order_line.filtered(
            lambda line: (
                line.is_service
                and not line.display_type
                and not line.is_downpayment
                and not line.is_expense
            )
        )[:1]
        if not line:
            raise UserError(
                self.env._(
                    "%(order)s has no service that time could be charged to.",
                    order=self.name,
                )
            )
        return line

    def _support_make_project(self, line):
        """Make the project, or find the support project of the customer.

        :param line: the order item that its time is charged to
        :rtype: recordset of project.project
        """
        self.ensure_one()
        ticket = self.ticket_ids.sorted("id")[:1]
        if self.support_on_acceptance == "task":
            return ticket._get_or_make_support_project(self._support_get_project_user())
        vals = self._prepare_accepted_project_vals(ticket, line)
        template = self.support_project_template_id
        if not template:
            project = self.env["project.project"].create(vals)
        else:
            self._support_check_template(template)
            # Its stages and who sees it are those of the template.
            del vals["type_ids"], vals["privacy_visibility"]
            project = template.action_create_from_template(vals)
            project.tasks.write({"sale_line_id": line.id})
            project.tasks.filtered(lambda task: not task.partner_id).write(
                {"partner_id": vals["partner_id"]}
            )
        line.project_id = project
        return project

    def _support_check_template(self, template):
        if not (template.active and template.is_template):
            raise UserError(
                self.env._(
                    "“%(project)s” is no longer a project template.",
                    project=template.display_name,
                )
            )
        if template.company_id and template.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "The project template “%(project)s” is another company's.",
                    project=template.display_name,
                )
            )

    def _prepare_accepted_project_vals(self, ticket, line):
        """Return the values of the project of this order.

        :param ticket: the first of the order's tickets
        :param line: the order item that its time is charged to
        :rtype: dict
        """
        customer = ticket.partner_id.commercial_partner_id.name or ""
        return {
            **ticket._prepare_project_vals(f"{customer} - {ticket.name}".strip(" -")),
            "user_id": self._support_get_project_user().id,
            "allocated_hours": self.support_project_hours,
            "sale_line_id": line.id,
            "reinvoiced_sale_order_id": self.id,
        }

    def _support_make_tasks(self, project, line):
        """Make a task for each ticket; the hours chosen are shared among them.

        :param project: where they go
        :param line: the order item that their time is charged to
        :rtype: recordset of project.task
        """
        tickets = self.ticket_ids.sorted("id")
        hours = self.support_project_hours / len(tickets)
        tasks = self.env["project.task"].create(
            [
                {
                    **ticket._prepare_task_vals(project, hours),
                    "user_ids": [Command.set(self._support_get_project_user().ids)],
                    "sale_line_id": line.id,
                }
                for ticket in tickets
            ]
        )
        if self.support_on_acceptance == "task":
            # As for a task that the service makes: the order says what was made.
            line.task_id = tasks[:1]
        return tasks

    # === WHAT COULD NOT BE MADE === #

    def _support_report_failure(self, reason):
        """Ask the project manager to make by hand what could not be made.

        :param str reason: why not
        """
        self.ensure_one()
        for ticket in self.sudo().ticket_ids:
            user = self.support_project_user_id or self._support_get_responsible(ticket)
            localized = ticket.with_context(lang=user.lang or self.env.lang)
            localized.activity_schedule(
                "omydoo_helpdesk.mail_activity_type_acceptance_failed",
                user_id=user.id,
                note=Markup("<p>%s</p>")
                % localized.env._(
                    "%(order)s was accepted, but what follows could not be made: "
                    "%(reason)s",
                    order=self.name,
                    reason=reason,
                ),
            )

    def _support_get_failure_activities(self):
        failed = self.env.ref("omydoo_helpdesk.mail_activity_type_acceptance_failed")
        return self.ticket_ids.activity_ids.filtered(
            lambda activity: activity.activity_type_id == failed
        )


class OrderLineProject(models.Model):
    """What an order line makes by itself, without failing a customer who accepts."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    def _timesheet_service_generation(self):
        """Make what services make, without failing a customer who accepts.

        A salesperson who confirms sees the error and repairs it; a customer (for
        whom Odoo acts as its own user) could not.
        """
        if self.env.uid != SUPERUSER_ID and not self.env.user.share:
            return super()._timesheet_service_generation()
        of_tickets = self.filtered("order_id.ticket_ids")
        res = super(OrderLineProject, self - of_tickets)._timesheet_service_generation()
        for order, lines in of_tickets.grouped("order_id").items():
            order._support_attempt(
                super(OrderLineProject, lines)._timesheet_service_generation
            )
        return res
