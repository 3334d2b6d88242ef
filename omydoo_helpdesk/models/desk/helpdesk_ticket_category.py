# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicketCategory(models.Model):
    """A kind of request, which the charter puts in scope or out of scope."""

    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category"]

    scope = fields.Selection(
        selection=[
            ("in_scope", "In scope"),
            ("out_of_scope", "Out of scope"),
        ],
        required=True,
        default="in_scope",
        help="Whether the charter covers this kind of request.",
    )
    customer_description = fields.Text(
        translate=True,
        help="What belongs here, in the words of a customer.",
    )
    portal_examples = fields.Text(
        string="Examples for the Customer",
        translate=True,
        help="Requests that a customer recognises, one on each line.",
    )
    portal_checklist = fields.Text(
        string="What to Include",
        translate=True,
        help="What the agent needs to know, one heading on each line: shown in the "
        "form, where one click puts the headings into the description. A line that "
        "begins with a star is shown, and not put there: a file to attach, say.",
    )
    charter_clause = fields.Char(
        translate=True,
        help="Where the charter says so; shown beside the verdict.",
    )
    budget_minutes = fields.Integer(
        string="Time Budget",
        help="Minutes after which the agent is warned and a conversion proposed. "
        "Zero means no budget.",
    )

    _budget_minutes_positive = models.Constraint(
        "CHECK (budget_minutes >= 0)", "A time budget cannot be negative."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if "scope" in vals:
            self.env["helpdesk.ticket"]._scope_refresh_open(
                [("category_id", "in", self.ids)]
            )
        return res

    # === BUSINESS METHODS === #

    def _get_portal_examples(self):
        """Return requests that belong here.

        :rtype: list[str]
        """
        self.ensure_one()
        lines = (line.strip() for line in (self.portal_examples or "").splitlines())
        return [line for line in lines if line]

    def _get_portal_checklist(self):
        """Return what such a request should include.

        :return: for each line its text, and whether it is a heading to fill in
        :rtype: list[tuple[str, bool]]
        """
        self.ensure_one()
        lines = (line.strip() for line in (self.portal_checklist or "").splitlines())
        return [
            (text, not line.startswith("*"))
            for line in lines
            if (text := line.lstrip("* "))
        ]


class SupportApplication(models.Model):
    """An application of Odoo that a request may be about."""

    _name = "support.application"
    _description = "Supported Application"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "This application is already in the list."
    )
