# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ...const import CONVERSION_GROUP, LOST, QUOTATION_STATES
from ...tools import sla_clock

# The cause in the log of the clocks: it stays when the ticket leaves its stage.

OUTCOME_STAGES = {
    "accepted": "support_accepted_stage_id",
    "refused": "support_refused_stage_id",
    "cancelled": "support_lapsed_stage_id",
    "expired": "support_lapsed_stage_id",
}


class TicketOutcome(models.Model):
    """What follows the conversion of a ticket, for those who work on it.

    What became of a request, in words for the customer, and nothing internal.

    Of a quotation in preparation: that there is one. Of a project that is not shared:
    that the work is planned.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

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
            closings[sla_clock.CONVERSION] = sla_clock.DISMISSED
        return closings

    # === CONVERSION === #

    def _log_conversion(self, action, record, task=None, cover_reason=False):
        """Note what this ticket was converted into.

        :param str action: the way
        :param record: an order, a project or a task
        :param task: the task made with it, if any
        :param cover_reason: why what is covered was quoted all the same, if it was
        """
        conversions = self.env["support.conversion"]
        # In sudo mode because nobody but this method writes the log.
        conversions.sudo().create(
            [
                {
                    **conversions._prepare_log_vals(action, ticket, record, task),
                    "cover_reason": cover_reason,
                }
                for ticket in self
            ]
        )

    # === THE QUOTATION === #

    @api.model
    def _get_fields_once_saved(self):
        return super()._get_fields_once_saved() | {"quotation_state"}

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
            self.write({"stage_id": stage.id})

    def _get_stage_after_quotation(self, outcome):
        """Return where this ticket goes, by its team or else by its company.

        :param str outcome: of its quotation
        :return: a stage of the team; none: the ticket does not move
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        name = OUTCOME_STAGES[outcome]
        # In sudo mode because it is a customer who answers, who reads no settings.
        stage = self.team_id[name] or self.company_id.sudo()[name]
        stages = self.team_id.with_company(self.company_id)._get_applicable_stages()
        return stage & stages

    # === WAITING FOR THE CUSTOMER === #

    @api.model
    def _get_portal_waiting_domains(self):
        # In sudo mode because customers may not read which orders a ticket has; theirs
        # only are looked at, and tickets are found by their own rules.
        orders = (
            self.env["sale.order"]
            .sudo()
            .search(
                Domain("state", "=", "sent")
                & (
                    Domain("validity_date", "=", False)
                    | Domain("validity_date", ">=", fields.Date.today())
                )
                & Domain(
                    "partner_id", "child_of", self.env.user.commercial_partner_id.id
                )
            )
        )
        domains = super()._get_portal_waiting_domains()
        if orders:
            # Few, mostly none: by id, and nothing for PostgreSQL to plan.
            tickets = self.sudo().search(Domain("sale_order_ids", "in", orders.ids))
            domains.append(Domain("id", "in", tickets.ids))
        return domains

    # === WHAT BECAME OF IT === #

    def _get_portal_outcomes(self, visitor):
        """Return what became of this ticket's request, for a visitor of its page.

        :param visitor: the user who looks; nobody of another company learns anything
        :return: for each piece of news its ``kind``, a ``title``, ``sentences``, and
            maybe ``links``, each a label and an address
        :rtype: list[dict]
        """
        self.ensure_one()
        if not self._is_portal_insider(visitor):
            return []
        news = [
            self._get_portal_order_news(order, visitor)
            for order in self._get_portal_orders()
        ]
        return news or self._get_portal_work_news(visitor)

    def _is_portal_insider(self, visitor):
        """Say whether a visitor is one of the customer's people, or of ours.

        Also whoever has the link that the customer was sent, without being known.

        :rtype: bool
        """
        self.ensure_one()
        return (
            not visitor.share
            or visitor._is_public()
            or visitor.commercial_partner_id == self.partner_id.commercial_partner_id
        )

    def _get_portal_orders(self):
        """Return the orders to tell the customer about, latest first.

        A lost one is no news any more once something else came after it.

        :rtype: recordset of sale.order
        """
        self.ensure_one()
        orders = self.sale_order_ids.sorted("id", reverse=True)
        if self.conversion_ref and self.conversion_ref._name != "sale.order":
            orders = orders.filtered(lambda order: order.support_state not in LOST)
        alive = orders.filtered(lambda order: order.support_state not in LOST)
        if not alive:
            return orders[:1]
        # One quotation in preparation looks like another.
        preparing = alive.filtered(lambda order: order.support_state == "preparing")
        return alive - preparing[1:]

    def _get_portal_order_news(self, order, visitor):
        """Return what is to be said of an order.

        :param order: one of this ticket's orders
        :param visitor: the user who looks
        :rtype: dict
        """
        self.ensure_one()
        state = order.support_state
        sentences, links = [], []
        if order._support_is_shown():
            is_reader = order.with_user(visitor).has_access("read")
            if is_reader:
                sentences.append(self._get_portal_order_amount(order))
                label = (
                    self.env._("Read and answer the quotation")
                    if state == "sent"
                    else self.env._("See the order")
                    if state == "accepted"
                    else self.env._("See the quotation")
                )
                links.append((label, f"/my/orders/{order.id}"))
            elif visitor._is_public():
                path = f"/web/login?redirect=/my/ticket/{self.id}"
                links.append((self.env._("Sign in to read it"), path))
        sentences.append(self._get_portal_order_sentence(order, state))
        if state == "accepted":
            work, work_links = self._get_portal_planned_work(visitor)
            sentences += work
            links += work_links
        return {
            "kind": state,
            "title": self._get_portal_order_title(order, state),
            "sentences": [sentence for sentence in sentences if sentence],
            "links": links,
        }

    def _get_portal_order_amount(self, order):
        amount = formatLang(
            self.env, order.amount_total, currency_obj=order.currency_id
        )
        if order.amount_tax:
            return self.env._(
                "%(order)s: %(amount)s, taxes included.",
                order=order.name,
                amount=amount,
            )
        return self.env._("%(order)s: %(amount)s.", order=order.name, amount=amount)

    def _get_portal_order_title(self, order, state):
        if state == "cancelled" and not order._support_is_shown():
            return self.env._("No quotation is being prepared any more")
        return {
            "preparing": lambda: self.env._("A quotation is being prepared"),
            "sent": lambda: self.env._("A quotation is waiting for your answer"),
            "accepted": lambda: self.env._("The quotation is accepted"),
            "refused": lambda: self.env._("The quotation was refused"),
            "cancelled": lambda: self.env._("The quotation was cancelled"),
            "expired": lambda: self.env._("The quotation has expired"),
        }[state]()

    def _get_portal_order_sentence(self, order, state):
        if state == "preparing":
            return self.env._(
                "You will receive it for approval: nothing is started without your "
                "agreement."
            )
        if state in ("sent", "expired"):
            day = order.validity_date and format_date(
                self.env, order.validity_date, date_format="full"
            )
            if state == "sent":
                return day and self.env._("You can accept it until %(day)s.", day=day)
            return self.env._(
                "It could be accepted until %(day)s. Write to us here if you still "
                "need it.",
                day=day,
            )
        if state == "accepted":
            moment = self._format_portal_datetime(order.support_accepted_at)
            return moment and self.env._("Accepted on %(moment)s.", moment=moment)
        if state == "refused":
            return self.env._("Write to us here if you would like another one.")
        return self.env._("Write to us here if you still need it.")

    def _get_portal_story(self, visitor):
        """Tell when quotations were sent, and what became of them."""
        story = super()._get_portal_story(visitor)
        insiders = self.filtered(lambda ticket: ticket._is_portal_insider(visitor))
        for ticket in insiders:
            entries = [
                entry
                for order in ticket.sale_order_ids.sorted("id")
                for entry in ticket._get_portal_order_story(order)
            ]
            story[ticket] = story.get(ticket, []) + entries
        return story

    def _get_portal_order_story(self, order):
        """Return what happened to a quotation that the customer was shown.

        :param order: one of this ticket's orders
        :return: as ``_get_portal_story``
        :rtype: list[tuple]
        """
        entries = []
        if not order._support_is_shown():
            return entries
        if order.support_sent_at:
            text = self.env._("Quotation %(order)s was sent to you.", order=order.name)
            entries.append((order.support_sent_at, "quotation", text, ""))
        outcome = order.support_outcome
        if not outcome or not order.support_outcome_at:
            return entries
        texts = {
            "accepted": self.env._(
                "Quotation %(order)s was accepted.", order=order.name
            ),
            "refused": self.env._("Quotation %(order)s was refused.", order=order.name),
            "cancelled": self.env._(
                "Quotation %(order)s was cancelled.", order=order.name
            ),
            "expired": self.env._("Quotation %(order)s has expired.", order=order.name),
        }
        detail = outcome == "refused" and order.support_refusal_reason or ""
        entries.append((order.support_outcome_at, "quotation", texts[outcome], detail))
        return entries

    # === HOW IT WAS === #

    def _may_rate(self, partner):
        """Ask nobody how it was while the quotation of it is still to be decided."""
        return super()._may_rate(partner) and not self._is_quotation_pending()

    def _is_quotation_pending(self):
        """Say whether a quotation of this ticket is prepared, or waits for an answer.

        :rtype: bool
        """
        self.ensure_one()
        # In sudo mode because not everybody who may read tickets reads orders.
        return self.sudo()._get_leading_order().support_state in ("preparing", "sent")

    # === PROJECT AND TASK === #

    def _get_portal_work_news(self, visitor):
        """Return what is to be said of a ticket that became a project or a task.

        :param visitor: the user who looks
        :rtype: list[dict]
        """
        self.ensure_one()
        action = self.conversion_ids[:1].action
        if not self.conversion_ref or not action:
            return []
        sentences, links = getattr(self, f"_portal_work_{action}")(visitor)
        if not sentences:
            return []
        return [
            {
                "kind": "planned",
                # The first sentence says it all.
                "title": sentences[0].rstrip("."),
                "sentences": sentences[1:],
                "links": links,
            }
        ]

    def _get_portal_planned_work(self, visitor):
        """Return that the work is planned, and where the visitor may follow it.

        :param visitor: the user who looks
        :return: sentences, and links to what is shared with the visitor
        :rtype: tuple[list[str], list[tuple[str, str]]]
        """
        self.ensure_one()
        if not (self.project_id or self.task_id):
            return [], []
        links = []
        for record, path in (
            (self.project_id, "/my/projects"),
            (self.task_id, "/my/tasks"),
        ):
            # An employee sees the page as the customer does.
            shared = self.project_id.privacy_visibility in ("portal", "invited_users")
            if record and shared and record.with_user(visitor).has_access("read"):
                links.append((record.display_name, f"{path}/{record.id}"))
        return [self.env._("The work is planned.")], links

    @api.model
    def _sla_get_watched_fields(self):
        return super()._sla_get_watched_fields() | {"conversion_ref"}

    @api.model
    def _get_portal_page_lines(self):
        lines = super()._get_portal_page_lines()
        return [*lines, "sale_order_ids", "conversion_ids"]

    def _get_portal_page_values(self, visitor):
        return super()._get_portal_page_values(visitor) | {
            "portal_outcomes": self._get_portal_outcomes(visitor),
        }
