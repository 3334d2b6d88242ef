# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class SupportTicketTimer(models.Model):
    """Somebody works on a ticket, since when.

    On the server, so that it outlives the browser. There is one at most for each user:
    nobody works on two things at once.
    """

    _name = "support.ticket.timer"
    _description = "Running Timer of a Ticket"
    _order = "started_at, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    stopped_at = fields.Datetime(
        help="When its ticket was closed: from then on it counts nothing more, until "
        "its time is recorded or thrown away.",
    )

    _user_uniq = models.Constraint(
        "UNIQUE (user_id)", "A timer of yours is running already."
    )

    @api.model
    def _get_running(self):
        """Return the current user's timer, if it runs.

        :rtype: recordset of support.ticket.timer
        """
        return self.search([("user_id", "=", self.env.uid)], limit=1)

    def _get_hours(self):
        """Return the time that the timer ran, to the minute, at least one.

        :rtype: float
        """
        self.ensure_one()
        end = self.stopped_at or fields.Datetime.now()
        seconds = (end - self.started_at).total_seconds()
        return max(round(seconds / 60), 1) / 60


class TicketTimer(models.Model):
    """A timer to start and stop on a ticket, one at a time for each user.

    It stops with the closing of its ticket, by whatever road; what it counted stays to
    be recorded by whoever ran it.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    timer_started_at = fields.Datetime(
        string="Timer",
        compute="_compute_timer_started_at",
        groups="base.group_user",
        help="Since when the timer of the current user runs on this ticket.",
    )

    timer_stopped_at = fields.Datetime(
        compute="_compute_timer_started_at",
        groups="base.group_user",
        help="When the ticket was closed, and the timer of the current user stopped.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_timer_started_at(self):
        timers = self.env["support.ticket.timer"]
        if self._origin:  # none runs on what is still typed
            timers = timers._get_running()
        for record in self:
            timer = timers.filtered(lambda timer: timer.ticket_id == record._origin)  # noqa: B023
            record.timer_started_at = timer.started_at
            record.timer_stopped_at = timer.stopped_at

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if {"stage_id", "active", "duplicate_id"} & vals.keys():
            self._timer_follow_closing()
        return res

    # === ACTION METHODS === #

    def action_timer_start(self):
        """Start the user's timer on this ticket.

        Where it runs on another ticket, that one is stopped first: its dialog opens.

        :return: an action, or True
        :raise AccessError: if the user may not write on the ticket
        :raise UserError: if the user cannot record time
        """
        self.ensure_one()
        self.check_access("write")
        obstacle = self._get_time_obstacle()
        if obstacle:
            raise UserError(obstacle)
        timer = self.env["support.ticket.timer"]._get_running()
        if timer.ticket_id == self and not timer.stopped_at:
            return True
        if timer:
            # In sudo mode because the time that ran there is the user's, whoever the
            # ticket belongs to by now.
            return timer.ticket_id.sudo()._get_time_action(timer, next_ticket=self)
        self._timer_start()
        return True

    def action_timer_stop(self):
        """Open the dialog in which the time of the user's timer is recorded.

        :return: an action
        :rtype: dict
        :raise UserError: if no timer of the user runs on this ticket
        """
        self.ensure_one()
        self.check_access("write")
        return self._get_time_action(self._timer_get())

    def action_log_time(self):
        """Open the same dialog without a timer.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return self._get_time_action(self.env["support.ticket.timer"])

    # === BUSINESS METHODS === #

    def _get_absences(self, names):
        absences = super()._get_absences(names)
        shown = [
            name
            for name in ("timer_started_at", "timer_stopped_at")
            if name in names and self.id not in self._fields[name]._get_cache(self.env)
        ]
        if shown:
            self.env["support.ticket.timer"].flush_model(["ticket_id", "user_id"])
            condition = SQL(
                "EXISTS (SELECT 1 FROM support_ticket_timer"
                " WHERE user_id = %s AND ticket_id = %s)",
                self.env.uid,
                self.id,
            )
            absences.append((condition, shown))
        return absences

    @api.model
    def _get_fields_once_saved(self):
        return super()._get_fields_once_saved() | {
            "timer_started_at",
            "timer_stopped_at",
        }

    def _timer_get(self):
        """Return the user's timer on this ticket.

        :rtype: recordset of support.ticket.timer
        :raise UserError: if there is none
        """
        self.ensure_one()
        timer = self.env["support.ticket.timer"]._get_running()
        if timer.ticket_id.id != self.id:
            raise UserError(
                self.env._(
                    "No timer of yours is running on this ticket: it was stopped "
                    "somewhere else. Reload the page."
                )
            )
        return timer

    def _timer_follow_closing(self):
        """Stop the timers on what is closed, everybody's."""
        closed = self.filtered(
            lambda ticket: (
                ticket.stage_id.closed or ticket.duplicate_id or not ticket.active
            )
        )
        if closed:
            # In sudo mode because whoever closes stops the timers of colleagues too.
            timers_sudo = self.env["support.ticket.timer"].sudo()
            running = timers_sudo.search(
                Domain("ticket_id", "in", closed.ids) & Domain("stopped_at", "=", False)
            )
            running.stopped_at = fields.Datetime.now()
            closed.invalidate_recordset(["timer_stopped_at"])

    def _timer_start(self):
        self.ensure_one()
        # In sudo mode because timers are only started and stopped here, after a check
        # of the ticket.
        self.env["support.ticket.timer"].sudo().create({"ticket_id": self.id})

    def _get_time_action(self, timer, next_ticket=None):
        """Return the action that opens the dialog to record time.

        :param timer: the one to be stopped, maybe empty
        :param next_ticket: on which to start it next, if any
        :rtype: dict
        """
        self.ensure_one()
        context = {
            "default_ticket_id": self.id,
            "default_next_ticket_id": next_ticket and next_ticket.id,
        }
        if timer:
            context["default_started_at"] = timer.started_at
            context["default_stopped_at"] = timer.stopped_at
            context["default_hours"] = timer._get_hours()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Time on %(ticket)s", ticket=self.number),
            "res_model": "support.ticket.time",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }
