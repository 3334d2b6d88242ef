# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import COMPUTED, OUTCOMES, QUOTATION_STATES
from ...tools.batch import run_in_batches

NO_OUTCOME = {
    "support_outcome": False,
    "support_outcome_at": False,
    "support_refusal_reason": False,
}


class SaleOrder(models.Model):
    """What became of the quotation of a ticket, and who hears of it.

    Whatever the road (portal, payment, backend, the passing of time), each outcome is
    noted once, and what follows from it follows once. Used by ``sale.order``, before
    Odoo's own classes.

    A project made from tickets together with its quotation is charged to it.

    Not before the customer accepts: Odoo confirms a quotation as soon as one of its
    items is chosen on a project. Used by ``sale.order``.
    """

    _name = "sale.order"
    _inherit = ["support.guarded.mixin", "sale.order"]

    support_state = fields.Selection(
        selection=QUOTATION_STATES,
        string="State for the Customer",
        compute="_compute_support_state",
    )
    support_sent_at = fields.Datetime(
        string="Sent to the Customer", readonly=True, copy=False
    )
    support_accepted_at = fields.Datetime(
        string="Accepted At", readonly=True, copy=False
    )
    support_outcome = fields.Selection(
        selection=OUTCOMES,
        string="Outcome",
        readonly=True,
        copy=False,
        help="What became of the quotation: noted once, until it is sent again.",
    )
    support_outcome_at = fields.Datetime(
        string="Outcome Since", readonly=True, copy=False
    )
    support_refusal_reason = fields.Text(
        string="Reason of the Refusal",
        readonly=True,
        copy=False,
        help="In the customer's words.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "validity_date", "support_outcome")
    def _compute_support_state(self):
        for order in self:
            if order.state == "sale":
                order.support_state = "accepted"
            elif order.state == "cancel":
                refused = order.support_outcome == "refused"
                order.support_state = "refused" if refused else "cancelled"
            elif order.state == "sent":
                order.support_state = (
                    "expired" if order._support_is_expired() else "sent"
                )
            else:
                order.support_state = "preparing"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarded([vals])
        before = {order: order.state for order in self} if "state" in vals else {}
        res = super().write(vals)
        if before:
            self._support_note_states(before)
        if "validity_date" in vals:
            # It may be accepted again: another expiry will be another event.
            self.filtered(
                lambda order: (
                    order.support_outcome == "expired"
                    and not order._support_is_expired()
                )
            )._support_note(NO_OUTCOME)
        return res

    @api.model
    def _get_guarded_fields(self):
        names = (*NO_OUTCOME, "support_sent_at", "support_accepted_at")
        return super()._get_guarded_fields() | dict.fromkeys(names, COMPUTED)

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it follows from what became of the quotation.")

    # === HOOKS OF ODOO === #

    def _action_confirm(self):
        res = super()._action_confirm()
        self._charge_ticket_projects()
        self._support_conclude("accepted")
        # From now on, the hours that they sell can be used.
        self.order_line._set_pack_end_date()
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        # Set by the portal's controller, when it is the customer who refuses.
        reason = self.env.context.get("support_refusal")
        self._support_conclude("refused" if reason else "cancelled", reason)
        return res

    # === BUSINESS METHODS === #

    def _support_note(self, vals):
        """Write what only we note on the orders."""
        if self:
            # In sudo mode because these are facts, not a choice of the user.
            self.sudo().write(vals)

    def _support_note_states(self, before):
        """Note when quotations were sent, and forget the outcome of earlier ones.

        :param dict before: the state of each order before it was written
        """
        changed = self.filtered(lambda order: order.state != before[order])
        changed.filtered(lambda order: order.state == "sent")._support_note(
            {**NO_OUTCOME, "support_sent_at": fields.Datetime.now()}
        )
        changed.filtered(lambda order: order.state == "draft")._support_note(NO_OUTCOME)

    def _support_conclude(self, outcome, reason=None):
        """Note the outcome of quotations, and tell whom it concerns, once.

        :param str outcome: one of ``OUTCOMES``
        :param str reason: of a refusal, in the customer's words
        :return: the orders of tickets to which this is new, in sudo mode
        """
        # In sudo mode because neither the customer who accepts nor a salesperson
        # needs any right on the tickets: whoever comes here was allowed to decide.
        orders_sudo = self.sudo().filtered(
            lambda order: order.ticket_ids and order.support_outcome != outcome
        )
        now = fields.Datetime.now()
        vals = {
            "support_outcome": outcome,
            "support_outcome_at": now,
            "support_refusal_reason": reason if isinstance(reason, str) else False,
        }
        if outcome == "accepted":
            vals["support_accepted_at"] = now
        orders_sudo._support_note(vals)
        for order in orders_sudo:
            order.ticket_ids._follow_quotation(order)
        return orders_sudo

    def _support_is_expired(self):
        """Say what ``is_expired`` does, which forgets to follow its dates.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.validity_date and self.validity_date < fields.Date.today())

    def _support_is_shown(self):
        """Say whether the customer has ever been shown this order.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.state in ("sent", "sale")
            or self.state == "cancel"
            and (
                self.support_sent_at
                or self.support_accepted_at
                or self.support_outcome == "refused"
            )
        )

    def _support_get_responsible(self, ticket):
        """Return to whom a ticket comes back with its quotation.

        :param ticket: one of this order's tickets
        :return: the first of the people concerned who may read the ticket
        :rtype: recordset of res.users
        """
        self.ensure_one()
        candidates = (
            self.user_id,
            self.support_project_user_id,
            ticket.user_id,
            ticket.team_id.user_id,
        )
        return next(
            (
                user
                for user in candidates
                if user
                and user.active
                and not user.share
                and ticket.with_user(user).has_access("read")
            ),
            self.env["res.users"],
        )

    def _support_get_portal_tickets(self, visitor):
        """Return the tickets of this order that a visitor of its page may open.

        :param visitor: the user who looks
        :rtype: recordset of helpdesk.ticket
        """
        self.ensure_one()
        tickets = self.sudo().ticket_ids.with_user(visitor)
        if visitor._is_public():
            return tickets.browse()
        # In sudo mode because their name only is shown, once it is known that they
        # may be read.
        return tickets._filtered_access("read").sudo()

    def _charge_ticket_projects(self):
        """Charge the tasks made with these orders, unless something else was chosen."""
        of_tickets = self.filtered(lambda order: order.sudo().ticket_ids)
        # In sudo mode because the customer, or a salesperson without projects, accepts.
        projects_sudo = (
            self.env["project.project"]
            .sudo()
            .search(
                [
                    ("reinvoiced_sale_order_id", "in", of_tickets.ids),
                    ("sale_line_id", "=", False),
                    ("allow_billable", "=", True),
                    ("is_template", "=", False),
                ]
            )
        )
        for project in projects_sudo:
            lines = project.reinvoiced_sale_order_id.order_line.filtered(
                lambda line: line.is_service and not line.display_type
            )
            for line in lines.filtered("task_id"):
                task = line.task_id
                if task.project_id == project and not task.sale_line_id:
                    task.sale_line_id = line
            # For the other tasks; it would be written over those above.
            project.sale_line_id = lines[:1]

    # === EXPIRY === #

    @api.model
    def _support_get_expired_domain(self):
        """Return which quotations have expired without anybody having been told.

        :rtype: Domain
        """
        return (
            Domain("state", "=", "sent")
            & Domain("validity_date", "<", fields.Date.today())
            & Domain("ticket_ids", "!=", False)
            & Domain("support_outcome", "!=", "expired")
        )

    @api.model
    def _cron_support_expired(self, batch_size=50):
        """Bring expired quotations of tickets back to whoever sold them.

        Each batch is committed; what another worker holds is left to it, and what is
        noted as expired is not told again. A quotation that fails is left for the
        next day.

        :param int batch_size: quotations per transaction
        """
        run_in_batches(
            self,
            self._support_get_expired_domain(),
            lambda due: due._support_conclude_expired(),
            batch_size=batch_size,
        )

    def _support_conclude_expired(self):
        """Conclude those of these quotations that nobody else holds."""
        mine = self.try_lock_for_update(allow_referencing=True)
        mine.invalidate_recordset()
        mine.filtered_domain(self._support_get_expired_domain())._support_conclude(
            "expired"
        )
