# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportTimeLineMixin(models.AbstractModel):
    """An entry of time: its unit, and what customers may see of the work."""

    _name = "support.time.line.mixin"
    _description = "Entry of Support Time"

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
