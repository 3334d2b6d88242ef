# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...const import COMPUTED
from ...tools.text import given_id

PACK_GROUP = "omydoo_helpdesk.support_group_project_manager"

SAME = 1e-6  # hours: less than that is the noise of a float


class AccountAnalyticLine(models.Model):
    """Time on a ticket: what was spent, and what is charged of it.

    Odoo counts ``unit_amount``: the hours left on a pack, what is invoiced, the time of
    a task. So where a ticket's time is charged, ``unit_amount`` is what is charged, and
    all of Odoo's numbers are right without being told. The time spent is kept beside
    it, in ``support_real_hours``; the cost of the employee (``amount``) follows that.
    Whatever is written in ``unit_amount``, by a person, an import or a script, is
    understood as time spent: both fields may be written, and they always agree.

    An entry of time: its unit, and what customers may see of the work.
    """

    _name = "account.analytic.line"
    _inherit = ["account.analytic.line", "support.guarded.mixin"]

    # The names that OCA's helpdesk_mgmt_timesheet gives them.
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        index="btree_not_null",
        ondelete="restrict",
    )
    ticket_partner_id = fields.Many2one(
        related="ticket_id.partner_id", string="Ticket Partner", store=True
    )
    unit_amount = fields.Float(
        compute="_compute_unit_amount", store=True, readonly=False, copy=True
    )
    support_real_hours = fields.Float(
        string="Time Spent",
        copy=True,
        help="Hours spent on the ticket, as typed or measured.",
    )
    support_charged_hours = fields.Float(
        string="Time Charged",
        compute="_compute_support_charged_hours",
        store=True,
        help="Hours that the customer is charged: rounded up by the company's "
        "settings, or nothing.",
    )
    support_no_charge = fields.Boolean(
        string="Not Charged",
        help="A gesture: the time is kept and reported, and not charged.",
    )
    support_no_charge_reason = fields.Char(
        string="Why Not Charged",
        groups="base.group_user",
        help="For your colleagues.",
    )
    support_customer_note = fields.Char(
        string="Told to the Customer",
        help="What customers read beside the time, in the portal and on statements. "
        "The description is for your colleagues only.",
    )
    support_pack_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Hours Pack",
        compute="_compute_support_pack_id",
        store=True,
        index="btree_not_null",
        help="The pack that pays for the ticket, also where this time is not charged.",
    )

    _support_real_hours_positive = models.Constraint(
        "CHECK (support_real_hours >= 0)", "The time spent cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_id", "so_line", "support_real_hours")
    def _compute_unit_amount(self):
        for line in self:
            if not line.ticket_id or not line._is_not_billed():
                line.unit_amount = line.unit_amount
                continue
            hours = line.support_real_hours
            if line.so_line:
                hours = (line.company_id or self.env.company)._get_charged_hours(hours)
            line.unit_amount = line._convert_from_hours(hours)

    @api.depends("ticket_id", "project_id", "so_line", "unit_amount")
    def _compute_support_charged_hours(self):
        for line in self:
            line.support_charged_hours = (
                line._convert_to_hours(line.unit_amount)
                if line.so_line and line.project_id
                else 0.0
            )

    @api.depends("ticket_id.coverage", "ticket_id.partner_id", "ticket_id.company_id")
    def _compute_support_pack_id(self):
        billed = self.filtered(lambda line: not line._is_not_billed())
        for line in billed:
            line.support_pack_id = line.support_pack_id
        others = self - billed
        charged = others.filtered(lambda line: line.ticket_id.coverage == "hours_pack")
        (others - charged).support_pack_id = False
        if not charged:
            return
        days = [line.date for line in charged if line.date]
        packs = charged.ticket_id._get_charge_packs(min(days, default=None))
        left = {}
        for line in charged:
            ticket = line.ticket_id
            pack = line._origin.support_pack_id
            # A pack that pays goes on paying, also once it is spent or over.
            if not pack._is_pack_of(*ticket._scope_get_pack_key()):
                hours = line.company_id._get_charged_hours(line.support_real_hours)
                pack = ticket._choose_charge_pack(packs, line.date, left, hours)
                if pack and not line.support_no_charge:
                    left[pack] = left.get(pack, pack.remaining_hours) - hours
            line.support_pack_id = pack

    @api.depends("ticket_id", "support_pack_id", "support_no_charge")
    def _compute_so_line(self):  # pylint: disable=missing-return
        on_tickets = self.filtered("ticket_id")
        super(AccountAnalyticLine, self - on_tickets)._compute_so_line()
        moved = self.env["sale.order.line"]
        for line in on_tickets.filtered(lambda line: line._is_not_billed()):
            if line.support_no_charge:
                pack = moved.browse()
            elif line.is_so_line_edited:
                continue
            else:
                pack = line.support_pack_id
            if pack != line.so_line:
                if line.id:  # not one that is being typed
                    moved |= pack | line.so_line
                line.so_line = pack
        moved._origin._refresh_balances()

    # === CONSTRAINT METHODS === #

    @api.constrains("support_no_charge", "support_no_charge_reason", "so_line")
    def _check_support_no_charge(self):
        for line in self.filtered("support_no_charge"):
            if not (line.sudo().support_no_charge_reason or "").strip():
                raise ValidationError(
                    self.env._("Say why this time is not charged: it is reported.")
                )
            if line.so_line:
                raise ValidationError(
                    self.env._(
                        "Time marked as not charged cannot have a sales order item."
                    )
                )

    @api.constrains("ticket_id", "so_line", "company_id")
    def _check_ticket_customer(self):
        # In sudo mode because only customers and companies are compared.
        for line in self.sudo().filtered("ticket_id"):
            ticket = line.ticket_id
            if ticket.company_id and line.company_id != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(ticket)s” belongs to %(company)s: so does its time.",
                        ticket=ticket.display_name,
                        company=ticket.company_id.name,
                    )
                )
            customer = line.so_line.order_partner_id.commercial_partner_id
            if customer and customer != ticket.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "The time on “%(ticket)s” cannot be charged to an order of "
                        "another customer.",
                        ticket=ticket.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        vals_list = [dict(vals) for vals in vals_list]
        default_id = self.env.context.get("default_ticket_id")
        of_tickets = [
            vals
            for vals in vals_list
            if given_id(vals.setdefault("ticket_id", default_id))
        ]
        if not of_tickets:
            return super().create(vals_list)
        self._prepare_ticket_time(of_tickets)
        rests = self._split_overruns(of_tickets)
        lines = super().create(vals_list)
        # What was given was the time spent.
        on_tickets = lines.filtered("ticket_id")
        self.env.add_to_compute(self._fields["unit_amount"], on_tickets)
        if not self._may_choose_sale_line():
            # Whatever the defaults of a client say.
            self.env.add_to_compute(self._fields["so_line"], on_tickets)
        if rests:
            # After the others: each finds a pack by what these have left of it.
            self.create(rests)
        return lines

    def write(self, vals):
        self._check_guarded([vals])
        on_tickets = self._get_sale_line_choices(vals)
        if on_tickets:
            (self - on_tickets).write(vals)
            return on_tickets.write(on_tickets._prepare_sale_line_choice(vals))
        if vals.get("support_no_charge"):
            vals = {**vals, "is_so_line_edited": False}
        if "ticket_id" in vals:
            for line in self:
                super(AccountAnalyticLine, line).write(line._prepare_move_vals(vals))
            return True
        if "unit_amount" not in vals:
            return super().write(dict(vals))
        on_tickets = self.filtered("ticket_id")
        res = super(AccountAnalyticLine, self - on_tickets).write(dict(vals))
        for line in on_tickets:
            super(AccountAnalyticLine, line).write(line._prepare_hours_vals(vals))
        return res

    def _check_can_write(self, values):
        if "support_real_hours" in values or "support_no_charge" in values:
            values = {**values, "unit_amount": None, "so_line": None}
        return super()._check_can_write(values)

    # === BUSINESS METHODS === #

    def _prepare_ticket_time(self, vals_list):
        """Complete the values of new time on tickets.

        :param list[dict] vals_list: changed in place
        :raise AccessError: if the user may not write on one of the tickets
        :raise UserError: if the user is no employee, or there is no project for it
        """
        tickets = self.env["helpdesk.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list}
        )
        tickets.check_access("write")
        projects = tickets.filtered(
            lambda ticket: any(
                vals["ticket_id"] == ticket.id
                and not (vals.get("project_id") or vals.get("task_id"))
                for vals in vals_list
            )
        )._get_time_projects()
        for vals in vals_list:
            ticket = tickets.browse(vals["ticket_id"])
            if not vals.get("employee_id"):
                user = self.env["res.users"].browse(
                    given_id(vals.get("user_id")) or self._default_user()
                )
                obstacle = ticket._get_time_obstacle(user)
                if obstacle:
                    raise UserError(obstacle)
            if ticket in projects:
                vals["project_id"] = projects[ticket].id
                task = ticket.sudo().task_id
                if task.project_id == projects[ticket] and "task_id" not in vals:
                    vals["task_id"] = task.id
            vals.setdefault("company_id", ticket.company_id.id)
            if vals.get("so_line"):
                self._check_may_choose_sale_line()
                vals["is_so_line_edited"] = True
            elif not self._may_choose_sale_line():
                # A form sends what it does not show as empty: nothing was chosen.
                vals.pop("so_line", None)
                vals["is_so_line_edited"] = False
            if "unit_amount" in vals or "support_real_hours" in vals:
                hours = vals.get("support_real_hours")
                if hours is None:
                    hours = self._convert_hours(
                        vals["unit_amount"], vals.get("product_uom_id"), to_hours=True
                    )
                vals["support_real_hours"] = hours
                vals["unit_amount"] = self._convert_hours(
                    hours, vals.get("product_uom_id"), to_hours=False
                )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "support_pack_id": COMPUTED,
            "support_charged_hours": COMPUTED,
        }

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it follows from the ticket, its customer and its hours.")

    @api.model
    def _may_choose_sale_line(self):
        """Say whether the user may decide what time on a ticket is charged to.

        :rtype: bool
        """
        return self.env.su or self.env.user.has_group(PACK_GROUP)

    @api.model
    def _check_may_choose_sale_line(self):
        """Check that the user may decide what time on a ticket is charged to.

        :raise AccessError: otherwise
        """
        if not self._may_choose_sale_line():
            raise AccessError(
                self.env._(
                    "Only a project manager decides to which order the time on a "
                    "ticket is charged."
                )
            )

    def _get_sale_line_choices(self, vals):
        """Return the time on tickets for which these values choose what is charged.

        :param dict vals: to write
        :rtype: recordset of account.analytic.line
        """
        choice = {"so_line", "is_so_line_edited"} & vals.keys()
        if not choice or (choice != {"so_line"} and self._may_choose_sale_line()):
            return self.browse()
        return self.filtered("ticket_id")

    def _prepare_sale_line_choice(self, vals):
        """Return values to write on time on tickets, with what was chosen, if any.

        :param dict vals: to write, with ``so_line`` or ``is_so_line_edited``
        :rtype: dict
        :raise AccessError: if the user may not choose
        """
        if self._may_choose_sale_line():
            # Else the next change of the ticket would undo what was chosen.
            return {**vals, "is_so_line_edited": True}
        names = {"so_line", "is_so_line_edited"} & vals.keys()
        # In sudo mode because agents do not read orders; only ids are compared.
        if any(
            line._has_other_value(name, vals[name])
            for line in self.sudo()
            for name in names
        ):
            self._check_may_choose_sale_line()
        # Written back as it was read: nothing was chosen.
        return {name: value for name, value in vals.items() if name not in names}

    def _prepare_hours_vals(self, vals):
        """Return values to write in which ``unit_amount`` is the time spent.

        :param dict vals: with ``unit_amount``
        :rtype: dict
        """
        self.ensure_one()
        vals = dict(vals)
        unit_amount = vals.pop("unit_amount")
        # A client that writes back what it read changes nothing.
        if (
            "support_real_hours" not in vals
            and abs(unit_amount - self.unit_amount) > SAME
        ):
            vals["support_real_hours"] = self._convert_to_hours(unit_amount)
        return vals

    def _prepare_move_vals(self, vals):
        """Return the values to write on time that goes to another ticket, or to none.

        :param dict vals: with ``ticket_id``
        :rtype: dict
        :raise AccessError: if the user may not write on that ticket
        """
        self.ensure_one()
        vals = dict(vals)
        ticket = self.env["helpdesk.ticket"].browse(given_id(vals["ticket_id"]) or ())
        ticket.check_access("write")
        if self.ticket_id:
            if "unit_amount" in vals:
                vals = self._prepare_hours_vals(vals)
        else:
            vals.setdefault(
                "support_real_hours",
                self._convert_to_hours(vals.get("unit_amount", self.unit_amount)),
            )
        if not ticket:
            hours = vals.get("support_real_hours", self.support_real_hours)
            vals.update(
                unit_amount=self._convert_from_hours(hours), support_real_hours=0.0
            )
        elif ticket != self.ticket_id and not {"project_id", "task_id"} & vals.keys():
            vals["project_id"] = ticket._get_time_projects()[ticket].id
            vals["task_id"] = False
        return vals

    def _timesheet_postprocess_values(self, values):
        if "support_real_hours" in values:
            values = {**values, "unit_amount": None}
        result = super()._timesheet_postprocess_values(values)
        # The cost is that of the time spent, not of the time charged.
        for line in self.sudo().filtered("ticket_id"):
            if "amount" in result[line.id] and line.unit_amount:
                spent = line._convert_from_hours(line.support_real_hours)
                result[line.id]["amount"] *= spent / line.unit_amount
        return result

    def _timesheet_get_portal_domain(self):
        domain = super()._timesheet_get_portal_domain()
        if self.env.user.share:
            # Customers read it on their pages of support, with the text that is for
            # them instead of the description.
            return domain & fields.Domain("ticket_id", "=", False)
        return domain

    def _get_customer_links(self, user):
        """Return what somebody may see of the work: their ticket, or else the task.

        :param user: who reads; the lines themselves may be in sudo mode
        :return: names and addresses by id of the line
        :rtype: dict[int, tuple[str, str]]
        """
        links = {}
        addresses = {"task_id": "/my/tasks/%s", "ticket_id": "/my/ticket/%s"}
        for field, address in addresses.items():
            works = self[field]
            if field == "ticket_id":
                works |= self.task_id.ticket_ids
            visible = works.browse().with_user(user).with_context(active_test=False)
            if not works or not visible.has_access("read"):
                continue
            visible = visible.search(fields.Domain("id", "in", works.ids))
            for line in self:
                work = line[field] or (
                    field == "ticket_id" and line.task_id.ticket_ids[:1]
                )
                if work and work in visible:
                    links[line.id] = (work.name, address % work.id)
        return links

    def _convert_to_hours(self, amount):
        self.ensure_one()
        return self._convert_hours(amount, self.product_uom_id.id, to_hours=True)

    def _convert_from_hours(self, hours):
        self.ensure_one()
        return self._convert_hours(hours, self.product_uom_id.id, to_hours=False)

    @api.model
    def _convert_hours(self, amount, uom_id, to_hours):
        """Convert between hours and the unit in which a company records time.

        :param float amount: hours or units
        :param int uom_id: of the line; none is that of the company
        :param bool to_hours: the direction
        :rtype: float
        """
        # In sudo mode because units are not for everybody to read.
        uom = self.env["uom.uom"].sudo().browse(uom_id or ())
        uom = uom or self.env.company.sudo().project_time_mode_id
        hour = self.env["sale.order.line"]._get_hour_unit()
        if uom == hour or not uom or not uom._has_common_reference(hour):
            return amount
        source, target = (uom, hour) if to_hours else (hour, uom)
        return source._compute_quantity(amount, target, round=False)
