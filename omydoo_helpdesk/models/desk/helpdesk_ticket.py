# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.fields import Domain

from . import support_sla_clock as sla_clock
from .helpdesk_ticket_team import ReplyToMemo
from .support_sla_mixin import CLOCKS
from .support_sla_notice_mixin import BREACH


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = [
        # Before the base, whose field it redefines.
        "support.priority.mixin",
        "helpdesk.ticket",
        # Before the mixins that they extend
        "support.budget.mixin",
        "support.timer.mixin",
        "support.time.charge.mixin",
        "support.scope.mixin",
        "support.scope.panel.mixin",
        "support.phone.mixin",
        "support.change.mixin",
        "support.bug.mixin",
        "support.sla.notice.mixin",
        "support.sla.why.mixin",
        "support.reopen.mixin",
        "support.urgent.mixin",
        "support.answer.mixin",
        "support.satisfaction.mixin",
        "support.timeline.mixin",
        "support.portal.mixin",
        "support.portal.outcome.mixin",
        "support.portal.waiting.mixin",
        "support.portal.list.mixin",
        "support.customer.mixin",
        "support.lookalike.mixin",
        "support.filing.mixin",
        "support.mail.queue.mixin",
        "support.conversion.mixin",
        "support.charter.ticket.mixin",
    ]
    # Odoo's guard against mail loops looks at who wrote the last tickets.
    _primary_email = "partner_email"

    application_id = fields.Many2one(
        comodel_name="support.application",
        string="Affected Application",
        ondelete="restrict",
    )
    environment = fields.Selection(
        selection=[
            ("production", "Production"),
            ("test", "Test or pre-production"),
        ],
        help="The database in which it happens.",
    )
    # Not the related field of the base: a ticket stays with the firm that filed it when
    # its contact goes to another one.
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        related=False,
        compute="_compute_commercial_partner_id",
        store=True,
        precompute=True,
    )
    event_ids = fields.One2many(
        comodel_name="support.ticket.event",
        inverse_name="ticket_id",
        string="Log",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    # The order of the model, and that of the lists by deadline.
    _default_order_idx = models.Index(
        "(priority DESC, sequence, number DESC, id DESC) WHERE active IS TRUE"
    )
    _next_deadline_idx = models.Index(
        "(next_deadline, priority DESC, id) WHERE active IS TRUE"
    )

    # === COMPUTE METHODS === #

    @api.depends("team_id")
    def _compute_stage_id(self):
        # The base looks up the stages of a team for each of its tickets.
        for team, tickets in self.grouped("team_id").items():
            stages = team._get_applicable_stages()
            for ticket in tickets:
                if ticket.stage_id not in stages:
                    ticket.stage_id = stages[:1]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_support_vals(vals) for vals in vals_list]
        self._add_numbers(vals_list)
        self._add_first_stages(vals_list)
        # The team's address is looked up once, not for each ticket's first message.
        memo = self.with_context(support_reply_to=ReplyToMemo())
        tickets = super(HelpdeskTicket, memo).create(vals_list).with_env(self.env)
        tickets._sla_start()
        return tickets

    def write(self, vals):
        self._sla_check_result_fields(vals)
        promise_changes = self._sla_get_promise_fields() & set(vals)
        if promise_changes:
            promises = {ticket: ticket._sla_get_promise() for ticket in self}
            self._sla_record_breaches()
        res = super().write(dict(vals))
        if self._sla_get_watched_fields() & set(vals):
            self._sla_sync_log()
        if promise_changes:
            self._sla_log_changes(promises)
            self._sla_silence()
        return res

    # === ACTION METHODS === #

    def action_view_sale_orders(self):
        action = super().action_view_sale_orders()
        # OCA gives the id as a list: an order made from there could not be saved.
        action["context"]["default_ticket_ids"] = [Command.link(self.id)]
        return action

    # === SCOPE === #

    @api.model
    def _scope_get_open_domain(self):
        return Domain("stage_id.closed", "=", False)

    @api.model
    def _scope_refresh_open(self, domain):
        tickets = super()._scope_refresh_open(domain)
        tickets._sla_sync_log()
        return tickets

    # === SLA === #

    @api.model
    def _sla_get_dependencies(self):
        return (*super()._sla_get_dependencies(), "priority", "support_plan_id")

    def _sla_get_targets(self):
        target = self.support_plan_id and self.support_plan_id._get_target(
            self.priority
        )
        return (target.response_hours, target.resolution_hours) if target else (0, 0)

    def _sla_get_calendar(self):
        return self.support_plan_id.calendar_id

    def _sla_get_closings(self):
        closings = super()._sla_get_closings()
        if self.stage_id.closed:
            success = self.stage_id.sla_success
            closings["stage"] = sla_clock.SOLVED if success else sla_clock.DISMISSED
        elif self.scope == "out_of_scope":
            # The customer is still owed an answer: only the resolution ends.
            closings[sla_clock.OUT_OF_SCOPE] = sla_clock.DISMISSED
        if self.duplicate_id:
            closings["duplicate"] = sla_clock.DISMISSED
        if not self.active:
            closings["archived"] = sla_clock.DISMISSED
        return closings

    def _sla_get_holds(self):
        holds = super()._sla_get_holds()
        if self.stage_id.holds_sla:
            holds["stage"] = self.stage_id.hold_party
        return holds

    @api.model
    def _sla_get_promise_fields(self):
        """Return the fields that decide what was promised.

        :rtype: set[str]
        """
        return {
            "priority",
            "support_plan_id",
            # what the plan depends on
            "subscription_id",
            "partner_id",
            "company_id",
        }

    def _sla_get_promise(self):
        self.ensure_one()
        return self.priority, self.support_plan_id

    def _sla_log_changes(self, promises):
        """Note in the log for which tickets something else is promised from now on.

        :param dict promises: what was promised to each ticket before
        """
        now = fields.Datetime.now()
        self._sla_log(
            {
                ticket: [
                    sla_clock.Event(
                        now,
                        sla_clock.CHANGED,
                        cause=ticket._sla_get_change(promises[ticket]),
                    )
                ]
                for ticket in self
                if ticket._sla_get_promise() != promises[ticket]
            }
        )

    @api.model
    def _sla_get_watched_fields(self):
        return super()._sla_get_watched_fields() | {
            "stage_id",
            "team_id",  # a team has its own stages
            "user_id",  # an assignee brings their team
            "active",
            "duplicate_id",
            "conversion_ref",
            # what the verdict depends on
            "category_id",
            "partner_id",
            "company_id",
            "subscription_id",
            "custom_module_id",
            "scope",
            "scope_override",
        }

    def _sla_get_notice_user(self, kind):
        leader = self.team_id.user_id
        return leader or self.user_id if kind == BREACH else self.user_id or leader

    def _sla_start(self):
        """Write the first events of new tickets.

        Their clocks were computed with these events before the tickets were
        inserted, so that nothing has to be written twice.
        """
        events = {
            ticket: ticket._sla_get_first_events(ticket.filed_at) for ticket in self
        }
        self.env["support.ticket.event"]._log(self._sla_prepare_log(events))

    def _sla_record_breaches(self):
        """Note in the log the breaches so far: what was missed stays missed.

        To be called before what was promised changes.
        """
        now = fields.Datetime.now()
        events = {}
        for ticket in self:
            events[ticket] = [
                sla_clock.Event(
                    ticket[f"{clock}_deadline"], sla_clock.BREACHED, clock=clock
                )
                for clock in CLOCKS
                if ticket._sla_is_late(clock, now)
                and not ticket[f"{clock}_breached_at"]
            ]
        self._sla_log(events)

    def _sla_is_late(self, clock, now):
        self.ensure_one()
        deadline = self[f"{clock}_deadline"]
        return bool(
            deadline
            and deadline < now
            and self[f"{clock}_state"] in ("ongoing", "held")
        )

    # === MAIL === #

    @api.model
    def message_new(self, msg, custom_values=None):
        """Take a mail as a ticket, also one without subject, text or sender."""
        defaults = {
            # Some mailers send control characters, which PostgreSQL refuses.
            "name": _clean(msg.get("subject"))[:250] or self.env._("No Subject"),
            "description": msg.get("body") or "<p></p>",
        }
        defaults.update(custom_values or {})
        gateway = self.with_context(support_mail_gateway=True)
        ticket = super(HelpdeskTicket, gateway).message_new(msg, defaults)
        return ticket.with_env(self.env)

    def message_update(self, msg, update_vals=None):
        gateway = self.with_context(support_mail_gateway=True)
        return super(HelpdeskTicket, gateway).message_update(msg, update_vals)

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_support_vals(self, vals):
        """Return the values of a new ticket with what support adds to them.

        :param dict vals: as given to ``create``
        :rtype: dict
        """
        self._sla_check_result_fields(vals)
        vals = dict(vals)
        if vals.get("claimed_priority"):
            vals.setdefault("priority", vals["claimed_priority"])
        return vals


def _clean(text):
    """Return a text without control characters, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
