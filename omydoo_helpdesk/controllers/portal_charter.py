# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class SupportPortalCharter(CustomerPortal):
    @http.route("/my/charter", type="http", auth="user", website=True, readonly=True)
    def portal_my_charter(self, **kw):
        """Show the charter in force to a customer."""
        return request.render(
            "omydoo_helpdesk.portal_my_charter", self._prepare_charter_page_values()
        )

    def _prepare_charter_page_values(self):
        """Return the values of the charter's page.

        :rtype: dict
        """
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_charter",
            charter=request.env["support.charter"]._get_published(request.env.company),
        )
        return values
