# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import models

from ...const import LOST

OUT = ("preparing", "sent")


class TicketContestConverted(models.Model):
    """What happens to what a ticket became, when its verdict is overturned.

    What is covered is not quoted: a quotation that the customer has not accepted is
    cancelled, and the ticket goes on where it was. What the customer has accepted, what
    is about other tickets too, a project and a task stay: whoever sells, or leads it,
    is told.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === BUSINESS METHODS === #

    def _get_contest_warnings(self):
        # In sudo mode because a manager of the desk need not read orders: of them the
        # name is told.
        record = self.sudo()
        warnings = super()._get_contest_warnings()
        if record.scope != "out_of_scope":
            return warnings
        cancelled, kept = record._get_contested_orders()
        warnings += [
            self.env._("Quotation %(order)s will be cancelled.", order=order.name)
            for order in cancelled
        ]
        warnings += [
            self.env._(
                "Order %(order)s stays: it was accepted, or is about other tickets "
                "too. Whoever sells it is told.",
                order=order.name,
            )
            for order in kept
        ]
        work = record.conversion_ref
        if work and work._name != "sale.order":
            warnings.append(
                self.env._(
                    "“%(work)s” stays, with the time on it.", work=work.display_name
                )
            )
        return warnings

    def _get_contested_orders(self):
        """Return the orders of this ticket that are not lost.

        To be called in sudo mode.

        :return: those that go with the verdict, and those that stay
        :rtype: tuple[recordset, recordset]
        """
        self.ensure_one()
        orders = self.sale_order_ids.filtered(
            lambda order: order.support_state not in LOST
        )
        cancelled = orders.filtered(
            lambda order: order.support_state in OUT and order.ticket_ids == self
        )
        return cancelled, orders - cancelled

    def _follow_overturned(self):
        res = super()._follow_overturned()
        if self.scope != "in_scope":
            return res
        cancelled, kept = self._get_contested_orders()
        for order in kept:
            self._tell_contested(order, order._support_get_responsible(self))
        # What was handed over and not converted yet.
        pending = self._get_pending_request()
        if pending and pending.ticket_ids == self:
            pending.state = "replaced"
            self._withdraw_handover()
        if cancelled:
            cancelled._action_cancel()
        work = self.conversion_ref
        if work and work._name != "sale.order":
            is_task = work._name == "project.task"
            self._tell_contested(work, work.user_ids[:1] if is_task else work.user_id)
            return res
        if not work or kept:
            return res
        # It is work of support again: the clocks run, in an open stage.
        vals = {"conversion_ref": False}
        if self.stage_id.closed and (cancelled or self.stage_id.is_conversion):
            vals["stage_id"] = self._get_reopening_stage().id
        self._write_guarded(vals)
        return res

    def _tell_contested(self, work, user):
        """Have whoever sells an order, or leads a project or a task, see what remains.

        :param work: what stays
        :param user: who that is; nobody: whoever decides
        """
        self.ensure_one()
        localized = self.with_context(lang=user.lang or self.env.lang)
        localized.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=(user or self.env.user).id,
            summary=localized.env._("Covered after all"),
            note=Markup("<p>%s</p>")
            % localized.env._(
                "The customer contested the verdict, and it was overturned: see with "
                "them what remains of %(order)s.",
                order=work._get_html_link(),
            ),
        )
