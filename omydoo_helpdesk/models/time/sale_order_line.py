# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

PACK_GROUP = "omydoo_helpdesk.support_group_project_manager"


class SaleOrderLine(models.Model):
    """An order line that sells hours in advance: until when, and what was used.

    The balance is that of sale_timesheet; nothing is counted twice.
    """

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    support_pack_end_date = fields.Date(
        string="End of the Pack",
        copy=False,
        help="The last day on which the hours can be used; empty means without end.",
    )
    support_pack_credited_qty = fields.Float(
        string="Quantity Credited",
        compute="_compute_support_pack_credited_qty",
        store=True,
        compute_sudo=True,
        digits="Product Unit",
        help="What credit notes took back of the quantity sold, in its unit.",
    )
    support_pack_hours = fields.Float(
        string="Hours Sold",
        compute="_compute_support_pack_hours",
        compute_sudo=True,
    )
    support_pack_used_hours = fields.Float(
        string="Hours Used",
        compute="_compute_support_pack_hours",
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "product_uom_qty",
        "invoice_lines.parent_state",
        "invoice_lines.quantity",
        "invoice_lines.product_uom_id",
    )
    def _compute_support_pack_credited_qty(self):
        for line in self:
            # A customer may use hours before they are invoiced; what was credited and
            # invoiced anew is sold.
            totals = dict.fromkeys(("out_invoice", "out_refund"), 0.0)
            for invoiced in line.invoice_lines:
                move_type = invoiced.move_id.move_type
                if invoiced.parent_state == "posted" and move_type in totals:
                    totals[move_type] += invoiced.product_uom_id._compute_quantity(
                        invoiced.quantity, line.product_uom_id, round=False
                    )
            refunded = totals["out_refund"]
            kept = totals["out_invoice"] - refunded
            line.support_pack_credited_qty = refunded and min(
                refunded, max(0.0, line.product_uom_qty - kept)
            )

    # The unit too: the base forgets it, and a day would stay the hour it was sold as.
    @api.depends("support_pack_credited_qty", "product_uom_id")
    def _compute_remaining_hours(self):
        res = super()._compute_remaining_hours()
        used = self._get_exact_hours()
        for line in self:
            if line.remaining_hours_available and (
                line in used or line.support_pack_credited_qty
            ):
                sold = line._to_pack_hours(line._get_kept_qty())
                delivered = used.get(line)
                if delivered is None:
                    delivered = line._to_pack_hours(line.qty_delivered)
                line.remaining_hours = sold - delivered
        return res

    @api.depends(
        "product_uom_qty",
        "qty_delivered",
        "product_uom_id",
        "support_pack_credited_qty",
    )
    def _compute_support_pack_hours(self):
        used = self._get_exact_hours()
        for line in self:
            line.support_pack_hours = line._to_pack_hours(line._get_kept_qty())
            line.support_pack_used_hours = (
                used[line] if line in used else line._to_pack_hours(line.qty_delivered)
            )

    def _to_pack_hours(self, quantity):
        """Return a quantity of this line in hours; 0 if its unit is no time.

        :param float quantity: in the line's unit
        :rtype: float
        """
        self.ensure_one()
        hour = self._get_hour_unit()
        unit = self.product_uom_id
        if not unit or not unit._has_common_reference(hour):
            return 0.0
        return unit._compute_quantity(quantity, hour, round=False)

    def _get_exact_hours(self):
        """Return the hours used of the packs that are not sold by the hour.

        Odoo keeps what is delivered in hundredths of the unit sold: of a day, that is
        five minutes.

        :return: hours by line, of those lines only
        :rtype: dict[recordset, float]
        """
        hour = self._get_hour_unit()
        coarse = self._origin.filtered(
            lambda line: line.product_uom_id != hour
            and line.qty_delivered_method == "timesheet"
            and line.remaining_hours_available
        )
        if not coarse:
            return {}
        # In sudo mode because whoever reads an order need not read timesheets.
        groups = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                Domain(coarse._timesheet_compute_delivered_quantity_domain())
                & Domain("so_line", "in", coarse.ids),
                ["so_line", "product_uom_id"],
                ["unit_amount:sum"],
            )
        )
        used = dict.fromkeys(coarse, 0.0)
        for line, unit, amount in groups:
            if unit and unit._has_common_reference(hour):
                hours = unit._compute_quantity(amount, hour, round=False)
                used[line.with_env(self.env)] += hours
        return used

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        sold = lines.filtered(lambda line: line.state == "sale")
        sold._set_pack_end_date()
        sold._refresh_pack_tickets()
        return lines

    def write(self, vals):
        if "support_pack_end_date" in vals and not (
            self.env.su or self.env.user.has_group(PACK_GROUP)
        ):
            raise AccessError(
                self.env._("Only a project manager changes until when a pack runs.")
            )
        if not self._get_pack_fields() & vals.keys():
            return super().write(vals)
        before = {line: line._get_kept_qty() for line in self}
        res = super().write(vals)
        # What was spent or over when a request came in may pay for it now, or not.
        sold = self.filtered(lambda line: line.state == "sale")
        sold._refresh_pack_tickets()
        sold.filtered(
            lambda line: line._get_kept_qty() < before[line]
        )._tell_taken_back()
        return res

    @api.model
    def _get_pack_fields(self):
        """Return the fields that decide how long a pack pays, and for whom.

        :rtype: set[str]
        """
        return {
            "product_uom_qty",
            "product_uom_id",
            "product_id",
            "support_pack_end_date",
        }

    # === BUSINESS METHODS === #

    def _get_kept_qty(self):
        """Return the quantity sold without what was credited, in the line's unit.

        :rtype: float
        """
        self.ensure_one()
        return self.product_uom_qty - self.support_pack_credited_qty

    def _refresh_pack_tickets(self):
        """Have what pays for the customers' open tickets found again.

        Called when packs are bought, cancelled or credited: a pack that was bought
        after a request pays for it as well.
        """
        # In sudo mode because whoever signs, sells or credits need not see tickets.
        packs = self.sudo().filtered(
            lambda line: line.product_id.service_policy == "ordered_prepaid"
        )
        for (company, customer), _lines in packs.grouped(
            lambda line: (line.company_id, line.order_partner_id.commercial_partner_id)
        ).items():
            self.env["helpdesk.ticket"]._scope_refresh_open(
                Domain("commercial_partner_id", "=", customer.id)
                & Domain("company_id", "=", company.id)
                & Domain("scope", "=", "out_of_scope")
            )

    def _set_pack_end_date(self):
        """Set until when the hours can be used, as the product says."""
        for line in self.filtered("product_id.support_pack_months"):
            if not line.support_pack_end_date and line._is_prepaid_time():
                # In sudo mode because whoever confirms the order does not choose it.
                line.sudo().support_pack_end_date = line._get_pack_end_date()

    def _get_pack_end_date(self):
        """Return the last day of a pack: bought on 15 January for a year, 14 January.

        :rtype: date
        """
        self.ensure_one()
        start = self.company_id._get_support_day(self.order_id.date_order)
        months = self.product_id.support_pack_months
        return fields.Date.subtract(fields.Date.add(start, months=months), days=1)

    @api.model
    def _get_hour_unit(self):
        """Return the hour, without asking the database whether it still exists.

        :rtype: recordset of uom.uom
        """
        # In sudo mode because units are not for everybody to read.
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        return self.env["uom.uom"].sudo().browse(unit_id)

    @api.model
    def _get_time_units(self):
        """Return the units that are a time.

        :rtype: recordset of uom.uom
        """
        # In sudo mode because units are not for everybody to read.
        units_sudo = self.env["uom.uom"].sudo()
        return units_sudo.browse(units_sudo._find_time_units(self._get_hour_unit().id))

    @api.model
    def _get_pack_domain(self):
        """Return what may be a pack, running or not.

        :rtype: Domain
        """
        return (
            Domain("state", "=", "sale")
            & Domain("is_service", "=", True)
            & Domain("product_id.invoice_policy", "=", "order")
            & Domain("product_id.is_support_pack", "=", True)
            & Domain("product_uom_id", "in", self._get_time_units().ids)
        )

    def _is_prepaid_time(self):
        """Say what ``remaining_hours_available`` does, which costs a look-up a line.

        Of support packs only: other hours that are prepaid have nothing to do with us.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.product_id.is_support_pack
            and self.product_id.service_policy == "ordered_prepaid"
            and bool(self.product_uom_id)
            and self.product_uom_id._has_common_reference(self._get_hour_unit())
        )

    def _is_pack_of(self, partner_id, company_id):
        """Say whether this is a confirmed line of a customer.

        :param int partner_id: a commercial partner
        :param int company_id: one of ours
        :rtype: bool
        """
        return (
            len(self) == 1
            and self.state == "sale"
            and self.order_partner_id.commercial_partner_id.id == partner_id
            and self.company_id.id == company_id
        )

    def _is_running(self, day=None):
        """Say whether hours of this pack can be used.

        :param date day: by default today, for the company
        :rtype: bool
        """
        self.ensure_one()
        day = day or self.company_id._get_support_day(fields.Datetime.now())
        return not self.support_pack_end_date or self.support_pack_end_date >= day

    @api.model
    def _find_packs(self, partners, companies, day=None, domain=Domain.TRUE):
        """Return the packs of some customers that run, spent ones too.

        :param partners: commercial partners
        :param companies: our companies
        :param date day: on which they run at least, by default today
        :param domain: what else is asked of them
        :return: first to end first, those without end last
        :rtype: recordset of sale.order.line
        """
        now = fields.Datetime.now()
        days = [company._get_support_day(now) for company in companies]
        first = min([*days, day] if day else days, default=fields.Date.today())
        lines = self.search(
            domain
            & self._get_pack_domain()
            & Domain("order_partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("company_id", "in", companies.ids)
            & (
                Domain("support_pack_end_date", "=", False)
                | Domain("support_pack_end_date", ">=", first)
            ),
            order="support_pack_end_date, id",
        )
        return lines.filtered(
            lambda line: line.product_id.service_policy == "ordered_prepaid"
        )

    def _refresh_balances(self):
        """Have the hours used counted again: time came to these lines, or left them.

        A pack was chosen by its balance while the time that it lost was being moved:
        that balance was counted too early.
        """
        if self:
            self.env.add_to_compute(self._fields["qty_delivered"], self)
            self.modified(["qty_delivered"])

    @api.model
    def _find_hours_packs(self, partners, companies):
        """Return the customers' running packs with hours left, first to end first.

        :param partners: commercial partners
        :param companies: our companies
        :rtype: recordset of sale.order.line
        """
        packs = self._find_packs(
            partners, companies, domain=Domain("remaining_hours", ">", 0)
        )
        return packs.filtered(lambda pack: pack._is_running())

    # === STATEMENT === #

    def _get_charge_domain(self):
        """Return the time that is told on the statement of these packs.

        :rtype: Domain
        """
        return (
            Domain("project_id", "!=", False)
            & Domain("unit_amount", "!=", 0)
            & (
                Domain("so_line", "in", self.ids)
                | (
                    Domain("support_no_charge", "=", True)
                    & Domain("support_pack_id", "in", self.ids)
                )
            )
        )

    def _get_pack_charges(self, limit=None, offset=0):
        """Return the work charged to these packs, and the gestures, latest first.

        Of what an employee writes only the text for the customer is told, and of a
        ticket or task only what the reader may see.

        :param int limit: of entries
        :param int offset: of the first one
        :return: for each pack its entries
        :rtype: dict[recordset, list[dict]]
        """
        # In sudo mode because customers may not read timesheets: only those of their
        # own packs, which the caller has checked.
        times_sudo = (
            self.env["account.analytic.line"]
            .sudo()
            .search(
                self._get_charge_domain(),
                order="date desc, id desc",
                limit=limit,
                offset=offset,
            )
        )
        links = times_sudo._get_customer_links(self.env.user)
        charges = {}
        for time in times_sudo:
            pack = time.so_line or time.support_pack_id
            name, url = links.get(time.id, (None, None))
            charges.setdefault(pack, []).append(
                {
                    "date": time.date,
                    "name": name or self.env._("Work on your pack"),
                    "note": (url and time.support_customer_note) or "",
                    "url": url,
                    "hours": time.support_charged_hours,
                    "spent": time.support_real_hours or time.support_charged_hours,
                    "is_gesture": time.support_no_charge,
                }
            )
        return charges

    def _count_pack_charges(self):
        # In sudo mode: see above.
        times_sudo = self.env["account.analytic.line"].sudo()
        return times_sudo.search_count(self._get_charge_domain())

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Statement %(order)s", order=self.order_id.name)


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template"]

    is_support_pack = fields.Boolean(
        string="Support Pack",
        help="The prepaid hours of this product pay for tickets. Others, such as hours "
        "of installation, do not.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "is_support_pack" in vals:
            # In sudo mode because whoever keeps the products need not sell: only
            # verdicts are computed again.
            lines = self.env["sale.order.line"].sudo()
            lines.search(
                [("state", "=", "sale"), ("product_id.product_tmpl_id", "in", self.ids)]
            )._refresh_pack_tickets()
        return res


class SaleOrder(models.Model):
    """A pack that is bought, or cancelled, changes what pays for open tickets."""

    _name = "sale.order"
    _inherit = ["sale.order"]

    def _action_confirm(self):
        res = super()._action_confirm()
        self.order_line._refresh_pack_tickets()
        return res

    def _action_cancel(self):
        sold = self.order_line.filtered(lambda line: line.state == "sale")
        res = super()._action_cancel()
        self.order_line._refresh_pack_tickets()
        sold._tell_taken_back()
        return res


class AccountMove(models.Model):
    """A pack that is credited has its hours no more."""

    _name = "account.move"
    _inherit = ["account.move"]

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        # In sudo mode because whoever keeps the books need not sell.
        lines_sudo = self.sudo().invoice_line_ids.sale_line_ids
        before = {line: line.support_pack_credited_qty for line in lines_sudo}
        res = super().write(vals)
        lines_sudo._refresh_pack_tickets()
        lines_sudo.filtered(
            lambda line: line.support_pack_credited_qty > before[line]
        )._tell_taken_back()
        return res
