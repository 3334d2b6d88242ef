# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

NOISE = 1e-6  # hours: of a float, not of time


class TimeOverrun(models.Model):
    """Time that a pack does not hold whole: what fits stays, the rest goes to the next.

    By entries, since Odoo counts entries: one for what the first pack still holds, and
    one for the rest, on the next pack. Where no other pack has hours, the entry stays
    whole, and its pack goes below zero. Whoever divides an entry changes nothing of
    what is charged in all: where the rounding of the company would, it stays whole too.
    """

    _name = "account.analytic.line"
    _inherit = ["account.analytic.line"]

    def write(self, vals):
        is_moved = {"ticket_id", "so_line", "support_no_charge"} & vals.keys()
        if is_moved or not {"support_real_hours", "unit_amount"} & vals.keys():
            return super().write(vals)
        rests = []
        divided = {}
        for line in self:
            hours = line._get_written_hours(vals)
            fitting = line._get_fitting_hours(hours)
            if fitting:
                divided[line] = fitting
                rests.append(line._prepare_overrun_vals(vals, hours - fitting))
        if not divided:
            return super().write(vals)
        others = self.browse().union(*(line for line in self if line not in divided))
        res = super(TimeOverrun, others).write(vals) if others else True
        given = {name: value for name, value in vals.items() if name != "unit_amount"}
        for line, fitting in divided.items():
            super(TimeOverrun, line).write({**given, "support_real_hours": fitting})
        self.create(rests)
        return res

    def _split_overruns(self, vals_list):
        """Cut new time on tickets down to what its pack still holds.

        :param list[dict] vals_list: prepared for tickets; changed in place
        :return: values of the time that is left over, for other packs
        :rtype: list[dict]
        """
        charged = [
            vals
            for vals in vals_list
            if (vals.get("support_real_hours") or 0.0) > 0
            and not vals.get("so_line")
            and not vals.get("support_no_charge")
        ]
        tickets = self.env["helpdesk.ticket"].browse(
            {vals["ticket_id"] for vals in charged}
        )
        tickets = tickets.filtered(lambda ticket: ticket.coverage == "hours_pack")
        if not tickets:
            return []
        days = [fields.Date.to_date(vals.get("date")) for vals in charged]
        packs = tickets._get_charge_packs(min(filter(None, days), default=None))
        rests = []
        left = {}
        for vals in charged:
            ticket = tickets.browse(vals["ticket_id"])
            if ticket not in tickets:
                continue
            hours = vals["support_real_hours"]
            pack, others = ticket._find_overrun_packs(packs, vals.get("date"), left)
            if not pack:
                continue
            # In sudo mode because agents need not read the settings of a company.
            company_sudo = (ticket.company_id or self.env.company).sudo()
            free = left.get(pack, pack.remaining_hours)
            fitting = others and company_sudo._get_hours_that_fit(hours, free)
            if fitting:
                rests.append(
                    {
                        **{k: v for k, v in vals.items() if k != "unit_amount"},
                        "support_real_hours": hours - fitting,
                    }
                )
                vals["support_real_hours"] = hours = fitting
                vals["unit_amount"] = self._convert_hours(
                    hours, vals.get("product_uom_id"), to_hours=False
                )
            taken = company_sudo._get_charged_hours(hours)
            if taken <= free + NOISE:
                left[pack] = free - taken
        return rests

    def _get_written_hours(self, vals):
        """Return the time spent that values to write give, in hours.

        :param dict vals: with ``support_real_hours`` or ``unit_amount``
        :rtype: float
        """
        self.ensure_one()
        if "support_real_hours" not in vals:
            vals = self._prepare_hours_vals(vals)
        return vals.get("support_real_hours", self.support_real_hours) or 0.0

    def _get_fitting_hours(self, hours):
        """Return what of more time on this entry its pack still holds.

        :param float hours: the time spent, as it is about to be written
        :return: 0.0 if the entry stays whole
        :rtype: float
        """
        self.ensure_one()
        # In sudo mode because agents do not read orders, nor the settings of a company.
        line = self.sudo()
        pack = line.so_line
        if (
            not line.ticket_id
            or not pack
            or pack != line.support_pack_id
            or line.is_so_line_edited
            or not line._is_not_billed()
            or not line.employee_id.active
            or hours <= line.support_real_hours
        ):
            return 0.0
        ticket = line.ticket_id
        packs = ticket._get_charge_packs(line.date)
        first, others = ticket._find_overrun_packs(packs, line.date, {pack: 0.0})
        if not first | others:
            return 0.0
        free = pack.remaining_hours + line.support_charged_hours
        return line.company_id._get_hours_that_fit(hours, free)

    def _prepare_overrun_vals(self, vals, hours):
        """Return the values of an entry for what this one does not hold.

        :param dict vals: what is written on this one
        :param float hours: the time spent that is left over
        :rtype: dict
        """
        self.ensure_one()
        copied = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in (
                "name",
                "date",
                "employee_id",
                "project_id",
                "task_id",
                "ticket_id",
                "company_id",
                "support_customer_note",
            )
        }
        dropped = ("unit_amount", "so_line", "is_so_line_edited")
        given = {name: value for name, value in vals.items() if name not in dropped}
        return {**copied, **given, "support_real_hours": hours}
