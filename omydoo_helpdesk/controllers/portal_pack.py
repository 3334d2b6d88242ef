# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.text import MAX_INTEGER, parse_page
from .portal_plan import SupportPortalPlan

CHARGES_A_PAGE = 20
STATEMENT = "omydoo_helpdesk.support_pack_statement_report"


class SupportPortalPack(SupportPortalPlan):
    """An hours pack of the customer: the balance, each charge, and the statement."""

    @http.route(
        ["/my/packs/<int:pack_id>", "/my/packs/<int:pack_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_pack(self, pack_id, page=1, **kw):
        """Show to a customer what was charged to a pack of their company."""
        pack_sudo = self._get_hours_pack_sudo(pack_id)
        if not pack_sudo:
            raise request.not_found()
        return request.render(
            "omydoo_helpdesk.portal_my_pack", self._prepare_pack_page(pack_sudo, page)
        )

    @http.route(
        "/my/packs/<int:pack_id>/statement",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_pack_statement(self, pack_id, download=None, **kw):
        """Give a customer the statement of a pack, as a PDF where we can make one."""
        pack_sudo = self._get_hours_pack_sudo(pack_id)
        if not pack_sudo:
            raise request.not_found()
        # In sudo mode because the state of the server is not for customers to read.
        reports_sudo = request.env["ir.actions.report"].sudo()
        can_print = reports_sudo.get_wkhtmltopdf_state() in ("ok", "upgrade")
        return self._show_report(
            model=pack_sudo,
            report_type="pdf" if can_print else "html",
            report_ref=STATEMENT,
            download=bool(download),
        )

    def _get_hours_pack_sudo(self, pack_id):
        """Return a pack, if the user's own company has bought it.

        :param int pack_id: as received
        :rtype: recordset of sale.order.line, in sudo mode, maybe empty
        """
        if pack_id > MAX_INTEGER:
            return request.env["sale.order.line"]
        return self._get_hours_packs_sudo().filtered(lambda pack: pack.id == pack_id)

    def _prepare_pack_page(self, pack_sudo, page):
        """Return the values of the page of a pack.

        :param pack_sudo: the customer's, in sudo mode
        :param int page: of its charges
        :rtype: dict
        """
        url = f"/my/packs/{pack_sudo.id}"
        pager = portal_pager(
            url=url,
            total=pack_sudo._count_pack_charges(),
            page=parse_page(page),
            step=CHARGES_A_PAGE,
        )
        charges = pack_sudo._get_pack_charges(
            limit=CHARGES_A_PAGE, offset=pager["offset"]
        )
        orders = request.env["sale.order"]
        if orders.has_access("read"):
            orders = orders.search([("id", "=", pack_sudo.order_id.id)])
        entries = [
            self._format_charge(charge)
            for charge_list in charges.values()
            for charge in charge_list
        ]
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_pack",
            pack=self._prepare_one_pack_values(
                pack_sudo, {pack_sudo.id: entries}, orders
            ),
            used=self._format_number(pack_sudo.support_pack_used_hours),
            used_percent=self._get_used_percent(pack_sudo),
            pager=pager,
            statement_url=f"{url}/statement",
        )
        return values

    def _get_used_percent(self, pack_sudo):
        sold = pack_sudo.support_pack_hours
        return round(100 * pack_sudo.support_pack_used_hours / sold) if sold else 100
