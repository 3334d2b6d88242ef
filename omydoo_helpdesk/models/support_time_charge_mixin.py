# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date, format_duration


class SupportTimeChargeMixin(models.AbstractModel):
    """What pays for the time on a ticket: an hours pack, or nothing more.

    Nothing is billed by accident: Odoo charges time to any prepaid hours of the
    customer; here only a ticket that is covered by a pack is charged to one.
    """

    _name = "support.time.charge.mixin"
    _inherit = ["support.time.mixin", "support.scope.mixin"]
    _description = "Charge of Support Time"

    total_charged_hours = fields.Float(
        string="Time Charged",
        compute="_compute_total_charged_hours",
        compute_sudo=True,
        groups="base.group_user",
    )
    charge_notice = fields.Char(
        compute="_compute_charge_notice", compute_sudo=True, groups="base.group_user"
    )
    charge_warning = fields.Char(
        compute="_compute_charge_notice", compute_sudo=True, groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("timesheet_ids.support_charged_hours")
    def _compute_total_charged_hours(self):
        for record in self:
            record.total_charged_hours = sum(
                record.timesheet_ids.mapped("support_charged_hours")
            )

    @api.depends("coverage", "timesheet_ids.so_line")
    def _compute_charge_notice(self):
        self.charge_notice = self.charge_warning = False
        charged = self.filtered(lambda record: record.coverage == "hours_pack")
        packs = charged._get_charge_packs()
        for record in charged:
            pack = record._choose_charge_pack(packs)
            if not pack:
                record.charge_warning = self.env._(
                    "The customer’s hours packs have ended: the time is recorded, and "
                    "charged to nothing."
                )
            elif pack.remaining_hours <= 0:
                record.charge_warning = self.env._(
                    "The pack “%(pack)s” is spent (%(hours)s h over): more time stays "
                    "on it. Propose another pack to the customer.",
                    pack=pack.order_id.name,
                    hours=format_duration(-pack.remaining_hours),
                )
            else:
                record.charge_notice = record._get_charge_notice(pack)

    def _get_charge_notice(self, pack):
        values = {
            "pack": pack.order_id.name,
            "hours": format_duration(pack.remaining_hours),
            "date": pack.support_pack_end_date
            and format_date(self.env, pack.support_pack_end_date),
        }
        if values["date"]:
            return self.env._(
                "Charged to the pack %(pack)s: %(hours)s h left, until %(date)s.",
                **values,
            )
        return self.env._("Charged to the pack %(pack)s: %(hours)s h left.", **values)

    # === BUSINESS METHODS === #

    def _scope_get_coverage(self, scope, reason, has_pack):
        coverage = super()._scope_get_coverage(scope, reason, has_pack)
        if scope == "out_of_scope" and coverage == "none" and self._has_charges():
            # The pack that paid until now may have been spent by this very ticket.
            return "hours_pack"
        return coverage

    def _has_charges(self):
        """Say whether time on this ticket is charged to a pack of its customer.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            pack._is_pack_of(*self._scope_get_pack_key())
            for pack in self._origin.timesheet_ids.so_line
        )

    def _get_charge_packs(self, day=None):
        """Return the packs that time on these tickets may go to, first to end first.

        Spent ones too: what is over stays on the last one.

        :param date day: the earliest on which they must run, by default today
        :rtype: recordset of sale.order.line
        """
        packs = self.env["sale.order.line"].sudo()
        partners = self.partner_id.commercial_partner_id
        if not partners:
            return packs
        packs = packs._find_packs(partners, self.company_id, day)
        return packs.filtered(lambda pack: pack.qty_delivered_method == "timesheet")

    def _choose_charge_pack(self, packs, day=None, left=None):
        """Return the pack to which time on this ticket goes.

        That of its task, if a project manager chose one; or else the first to end of
        those with hours left; or else what this ticket is on already, or the last.

        :param packs: what ``_get_charge_packs`` returned
        :param date day: on which it must run, by default today
        :param dict left: hours left by pack, where some are already spoken for
        :rtype: recordset of sale.order.line
        """
        self.ensure_one()
        key = self._scope_get_pack_key()
        packs = packs.filtered(
            lambda pack: pack._is_pack_of(*key) and pack._is_running(day)
        )
        left = left or {}
        chosen = self.task_id.sudo().sale_line_id & packs
        open_packs = packs.filtered(
            lambda pack: left.get(pack, pack.remaining_hours) > 0
        )
        return (
            (chosen & open_packs)
            or open_packs[:1]
            or chosen
            or (packs & self._origin.timesheet_ids.so_line)[-1:]
            or packs[-1:]
        )
