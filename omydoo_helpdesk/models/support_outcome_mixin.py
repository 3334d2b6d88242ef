# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import formatLang

from . import support_sla_clock as sla_clock
from .support_conversion_mixin import CONVERSION_GROUP
from .support_order_outcome_mixin import QUOTATION_STATES

# The cause in the log of the clocks: it stays when the ticket leaves its stage.
CONVERSION = "conversion"
LOST = ("refused", "cancelled", "expired")
OUTCOME_STAGES = {
    "accepted": "support_accepted_stage_id",
    "refused": "support_refused_stage_id",
    "cancelled": "support_lapsed_stage_id",
    "expired": "support_lapsed_stage_id",
}


class SupportOutcomeMixin(models.AbstractModel):
    """What follows the conversion of a ticket, for those who work on it.

    Used by a ticket with the conversion and SLA mixins.
    """

    _name = "support.outcome.mixin"
    _inherit = ["support.conversion.mixin", "support.sla.log.mixin"]
    _description = "Support: After a Conversion"

    conversion_ids = fields.One2many(
        comodel_name="support.conversion",
        inverse_name="ticket_id",
        string="Conversions",
        readonly=True,
        copy=False,
        groups=CONVERSION_GROUP,
    )
    quotation_state = fields.Selection(
        selection=QUOTATION_STATES,
        string="Quotation",
        compute="_compute_quotation_state",
        compute_sudo=True,
        groups="base.group_user",
        help="Where the last quotation of this ticket stands.",
    )

    # === COMPUTE METHODS === #

    @api.depends("sale_order_ids.support_state")
    def _compute_quotation_state(self):
        for ticket in self:
            ticket.quotation_state = ticket._get_leading_order().support_state

    def _get_leading_order(self):
        """Return the order that tells where this ticket stands.

        :return: the latest of those that are not lost, else the latest
        :rtype: recordset of sale.order
        """
        self.ensure_one()
        orders = self.sale_order_ids.sorted("id", reverse=True)
        alive = orders.filtered(lambda order: order.support_state not in LOST)
        return (alive or orders)[:1]

    # === SLA === #

    def _sla_get_closings(self):
        closings = super()._sla_get_closings()
        # In sudo mode because not every agent may read what a ticket became.
        if self.sudo().conversion_ref:
            # The promise ended there: what happens to the quotation or the project is
            # another matter, whatever stage the ticket is moved to.
            closings[CONVERSION] = sla_clock.DISMISSED
        return closings

    # === CONVERSION === #

    def _finish_conversion(self, record, message, attachments, task=None):
        res = super()._finish_conversion(record, message, attachments, task)
        self._log_conversion(record, task)
        return res

    def _log_conversion(self, record, task=None):
        """Note what this ticket was converted into.

        :param record: an order, a project or a task
        :param task: the task made with it, if any
        """
        conversions = self.env["support.conversion"]
        # In sudo mode because nobody but this method writes the log.
        conversions.sudo().create(
            [conversions._prepare_log_vals(ticket, record, task) for ticket in self]
        )

    # === THE QUOTATION === #

    def _follow_quotation(self, order):
        """Have these tickets follow what became of their quotation.

        :param order: whose outcome is new
        """
        outcome = order.support_outcome
        for ticket in self:
            user = order._support_get_responsible(ticket)
            localized = ticket.with_context(lang=user.lang or self.env.lang)
            localized._log_quotation_outcome(order)
            if outcome in LOST:
                localized._schedule_quotation_lost(order, user)
            else:
                localized._get_quotation_lost_activities().unlink()
            # What is lost of several is not the end of the others.
            if outcome == "accepted" or ticket._get_leading_order() == order:
                ticket._move_after_quotation(outcome)

    def _log_quotation_outcome(self, order):
        self.ensure_one()
        self._message_log(
            body=Markup("%s<br/>%s")
            % (
                self._get_quotation_news(order, order._get_html_link()),
                order.support_refusal_reason or "",
            )
        )

    def _get_quotation_news(self, order, name):
        """Return what became of a quotation, in words for those who sold it.

        :param order: the quotation
        :param name: how to call it
        :rtype: str
        """
        amount = formatLang(
            self.env, order.amount_total, currency_obj=order.currency_id
        )
        values = {"order": name, "amount": amount}
        return {
            "accepted": lambda: self.env._(
                "Quotation %(order)s was accepted: %(amount)s.", **values
            ),
            "refused": lambda: self.env._(
                "The customer refused quotation %(order)s: %(amount)s.", **values
            ),
            "cancelled": lambda: self.env._(
                "Quotation %(order)s was cancelled: %(amount)s.", **values
            ),
            "expired": lambda: self.env._(
                "Quotation %(order)s has expired without an answer: %(amount)s.",
                **values,
            ),
        }[order.support_outcome]()

    def _schedule_quotation_lost(self, order, user):
        """Bring a lost quotation back to whoever sold it.

        :param order: the quotation
        :param user: who decides what comes next
        """
        self.ensure_one()
        note = Markup("<p>%s</p>") % self._get_quotation_news(
            order, order._get_html_link()
        )
        if order.support_refusal_reason:
            note += Markup("<blockquote>%s</blockquote>") % order.support_refusal_reason
        self.activity_schedule(
            "omydoo_helpdesk.mail_activity_type_quotation_lost",
            user_id=user.id,
            note=note,
        )

    def _get_quotation_lost_activities(self):
        lost = self.env.ref("omydoo_helpdesk.mail_activity_type_quotation_lost")
        return self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == lost
        )

    def _move_after_quotation(self, outcome):
        """Move this ticket as the settings say.

        :param str outcome: of its quotation
        """
        self.ensure_one()
        stage = self._get_stage_after_quotation(outcome)
        if stage and self.active and not self.duplicate_id and self.stage_id != stage:
            self.stage_id = stage

    def _get_stage_after_quotation(self, outcome):
        """Return where this ticket goes, by its team or else by its company.

        :param str outcome: of its quotation
        :return: a stage of the team; none: the ticket does not move
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        name = OUTCOME_STAGES[outcome]
        stage = self.team_id[name] or self.company_id[name]
        stages = self.team_id.with_company(self.company_id)._get_applicable_stages()
        return stage & stages
