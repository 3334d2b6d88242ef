# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportTicketTime(models.TransientModel):
    """What was done, and for how long: the end of a timer, or time typed in."""

    _name = "support.ticket.time"
    _inherit = ["support.guarded.mixin"]
    _description = "Time on a Ticket"
    _support_subjects = ("ticket_id", "next_ticket_id")

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    next_ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        readonly=True,
        help="On which the timer starts once this one is stopped.",
    )
    started_at = fields.Datetime(readonly=True)
    stopped_at = fields.Datetime(
        readonly=True, help="When the ticket was closed, and the timer stopped."
    )
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False
    )
    hours = fields.Float(string="Time Spent", required=True)
    name = fields.Char(string="Description", help="For your colleagues.")
    support_customer_note = fields.Char(
        string="Told to the Customer",
        help="What the customer reads beside the time, in the portal and on "
        "statements.",
    )
    support_no_charge = fields.Boolean(
        string="Not Charged",
        help="The time is recorded, and no pack pays for it.",
    )
    support_no_charge_reason = fields.Char(string="Why Not Charged")
    charged_hours = fields.Float(
        string="Time Charged", compute="_compute_charged_hours"
    )
    charge_notice = fields.Char(related="ticket_id.charge_notice")
    charge_warning = fields.Char(related="ticket_id.charge_warning")

    # === COMPUTE METHODS === #

    @api.depends("started_at")
    def _compute_date(self):
        for wizard in self:
            moment = wizard.started_at or fields.Datetime.now()
            wizard.date = fields.Datetime.context_timestamp(wizard, moment).date()

    @api.depends("ticket_id", "hours", "support_no_charge")
    def _compute_charged_hours(self):
        for wizard in self:
            ticket = wizard.ticket_id
            is_charged = ticket.charge_notice or ticket.coverage == "hours_pack"
            wizard.charged_hours = (
                ticket.company_id._get_charged_hours(wizard.hours)
                if is_charged and not wizard.support_no_charge
                else 0.0
            )

    # === ACTION METHODS === #

    def action_save(self):
        """Record the time; the timer stops.

        :return: an action that closes the dialog
        :rtype: dict
        :raise UserError: if the timer was stopped meanwhile, or no time is given
        """
        self.ensure_one()
        if self.hours <= 0:
            raise UserError(self.env._("Say how much time was spent."))
        if self.started_at:
            self._take_timer()
        self.env["account.analytic.line"].create(self._prepare_time_vals())
        return self._finish()

    def action_discard_timer(self):
        """Stop the timer; nothing is recorded.

        :return: an action that closes the dialog
        :rtype: dict
        :raise UserError: if the timer was stopped meanwhile
        """
        self.ensure_one()
        self._take_timer()
        return self._finish()

    # === BUSINESS METHODS === #

    def _take_timer(self):
        """Stop the user's timer, once: who comes second is told.

        :raise UserError: if it is not running any more
        """
        timer = self.ticket_id._timer_get()
        if timer.started_at != self.started_at:
            raise UserError(
                self.env._("This timer was stopped, and another one started since.")
            )
        # In sudo mode because timers are only started and stopped by these methods.
        timer.sudo().unlink()

    def _prepare_time_vals(self):
        """Return the values of the time to record.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "ticket_id": self.ticket_id.id,
            "date": self.date,
            "name": self.name or "/",
            "support_real_hours": self.hours,
            "support_customer_note": self.support_customer_note,
            "support_no_charge": self.support_no_charge,
            "support_no_charge_reason": self.support_no_charge
            and self.support_no_charge_reason,
        }

    def _finish(self):
        """Start the timer on the ticket for which this one was stopped, if any."""
        next_ticket = self.next_ticket_id
        if next_ticket:
            next_ticket.action_timer_start()
        return {"type": "ir.actions.act_window_close"}


class SupportBudgetExtend(models.TransientModel):
    """An agent takes more time than the category gives, and says why."""

    _name = "support.budget.extend"
    _inherit = ["support.guarded.mixin"]
    _description = "Extend the Time Budget"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    minutes = fields.Integer(string="Minutes More", default=15, required=True)
    reason = fields.Text(required=True, help="For your colleagues.")

    _minutes_positive = models.Constraint(
        "CHECK (minutes > 0 AND minutes <= 600)",
        "A budget is extended by 1 to 600 minutes: more than that is to be converted.",
    )

    def action_apply(self):
        """Extend the budget.

        :raise AccessError: if the user may not write on the ticket
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._extend_budget(self.minutes, self.reason)
        return {"type": "ir.actions.act_window_close"}
