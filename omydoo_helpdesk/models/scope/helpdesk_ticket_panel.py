# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.text import format_hours

MAX_MODULES = 10


class TicketCoverPanel(models.Model):
    """What an agent needs in one glance: who the customer is, and what is covered.

    Agents need no sales rights for it: names, dates and hours are shown, no prices.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    support_panel = fields.Html(
        string="Cover",
        compute="_compute_support_panel",
        # In sudo mode because it tells agents what they need of what they may not
        # open: of subscriptions and orders no prices, of other tickets their number.
        compute_sudo=True,
        sanitize=False,  # rendered from our own template, which escapes
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id", "subscription_id", "support_plan_id")
    @api.depends_context("lang")
    def _compute_support_panel(self):
        for record in self:
            if record.partner_id:
                record.support_panel = self.env["ir.qweb"]._render(
                    "omydoo_helpdesk.support_panel", record._prepare_support_panel()
                )
            else:
                record.support_panel = False

    # === ACTION METHODS === #

    def action_change_subscription(self):
        """Open the wizard that shows the customer's subscriptions.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not write on the record
        """
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["helpdesk.ticket.subscription"]._create_for(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change the Subscription"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _prepare_support_panel(self):
        """Return what the panel shows: lines of a label, a value and a kind.

        The kind is ``danger`` where something is not covered, else ``warning``,
        ``success`` or empty.

        :rtype: dict
        """
        self.ensure_one()
        modules, more = self._get_panel_modules()
        return {
            "rows": [
                row
                for row in (
                    self._get_panel_customer(),
                    self._get_panel_subscription(),
                    self._get_panel_plan(),
                    self._get_panel_hours(),
                    self._get_panel_tickets(),
                    self._get_panel_satisfaction(),
                )
                if row
            ],
            "modules": modules,
            "more_modules": more,
        }

    def _get_support_filing_day(self):
        """Return the day of filing, where the desk is.

        :rtype: date
        """
        self.ensure_one()
        return self.company_id._get_support_day(self.filed_at or fields.Datetime.now())

    def _get_panel_customer(self):
        customer = self.partner_id.commercial_partner_id
        value, kind = customer.display_name, ""
        if not customer.active:
            value = self.env._("%(customer)s (archived)", customer=value)
            kind = "danger"
        return {"label": self.env._("Company"), "value": value, "kind": kind}

    def _get_panel_subscription(self):
        row = {"label": self.env._("Subscription")}
        subscription = self.subscription_id
        if not subscription:
            return row | {
                "value": self.env._("None on the day of filing"),
                "kind": "danger",
            }
        name = subscription.display_name or self.env._("Without a name")
        start = format_date(self.env, subscription.date_start)
        if subscription.date:
            end = format_date(self.env, subscription.date)
            name = self.env._(
                "%(name)s, from %(start)s to %(end)s", name=name, start=start, end=end
            )
        elif start:
            name = self.env._("%(name)s, since %(start)s", name=name, start=start)
        today = self.company_id._get_support_day(fields.Datetime.now())
        reason = subscription._get_not_covering_reason(today)
        if not reason:
            return row | {
                "value": name,
                "kind": "success",
                "note": self.env._("Running"),
            }
        note = reason
        if self.scope_reason != "no_subscription":
            note = self.env._("%(reason)s This ticket keeps its cover.", reason=reason)
        return row | {"value": name, "kind": "danger", "note": note}

    def _get_panel_plan(self):
        plan = self.support_plan_id
        if not plan:
            return {
                "label": self.env._("Plan"),
                "value": self.env._("None"),
                "kind": "danger",
            }
        notes = [
            self.env._("Telephone for emergencies")
            if plan.phone_allowed
            else self.env._("No telephone")
        ]
        if plan.full_support:
            notes.append(self.env._("Full support"))
        return {
            "label": self.env._("Plan"),
            "value": plan.display_name,
            "kind": "",
            "note": ", ".join(notes),
        }

    def _get_panel_modules(self):
        """Return the customer's custom modules; the one of this ticket comes first.

        :return: the first ones, and how many more there are
        :rtype: tuple[list[dict], int]
        """
        self.ensure_one()
        modules = self.env["support.custom.module"].search(
            [
                ("partner_id", "=", self.partner_id.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        modules = self.custom_module_id | modules
        labels = dict(modules._fields["state"]._description_selection(self.env))
        kinds = {
            "maintained": "success",
            "outdated": "warning",
            "grown": "danger",
            "not_maintained": "danger",
        }
        rows = [
            {
                "name": module.display_name,
                "lines": module.line_count,
                "counted_on": module.counted_on
                and format_date(self.env, module.counted_on),
                "state": labels[state],
                "kind": kinds[state],
                "named": module == self.custom_module_id,
            }
            for module in modules[:MAX_MODULES]
            for state in [self._get_panel_module_state(module)]
        ]
        return rows, max(len(modules) - MAX_MODULES, 0)

    def _get_panel_module_state(self, module):
        """Return the state of a module: for this ticket, if it is about it.

        :rtype: str
        """
        if module == self.custom_module_id:
            return self._scope_get_custom_code_state()
        return module.state

    def _get_panel_hours(self):
        packs = self._scope_find_packs(
            self.partner_id.commercial_partner_id, self.company_id
        )
        row = {"label": self.env._("Hours packs")}
        if not packs:
            kind = "danger" if self.scope == "out_of_scope" else ""
            return row | {"value": self.env._("No hours left"), "kind": kind}
        hours = format_hours(sum(packs.mapped("remaining_hours")))
        return row | {
            "value": self.env._("%(hours)s left", hours=hours),
            "kind": "success",
            "note": ", ".join(packs.order_id.mapped("name")),
        }

    def _get_panel_tickets(self):
        count = self.search_count(
            Domain(
                "commercial_partner_id", "=", self.partner_id.commercial_partner_id.id
            )
            & Domain("company_id", "=", self.company_id.id)
            & Domain("id", "!=", self._origin.id)
            & self._scope_get_open_domain()
        )
        return {
            "label": self.env._("Other open tickets"),
            "value": str(count),
            "kind": "",
        }

    def _get_panel_satisfaction(self):
        """Return the customer's last rating of a ticket, where something asks for it.

        :return: None if no ticket of the customer was ever rated
        """
        rating = self.env["rating.rating"].search(
            [
                ("res_model", "=", self._name),
                ("consumed", "=", True),
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    self.partner_id.commercial_partner_id.id,
                ),
            ],
            order="write_date desc, id desc",
            limit=1,
        )
        if not rating:
            return None
        labels = dict(rating._fields["rating_text"]._description_selection(self.env))
        return {
            "label": self.env._("Last satisfaction"),
            "value": labels.get(rating.rating_text) or "",
            "kind": "danger" if rating.rating_text == "ko" else "",
            "note": format_date(self.env, rating.write_date),
        }
