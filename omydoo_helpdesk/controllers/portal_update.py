# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

MAX_AGE = timedelta(days=365)
MAX_UPDATES = 52


class SupportPortalUpdate(CustomerPortal):
    """The weekly updates and the known bugs, as every customer reads them."""

    @http.route("/my/updates", type="http", auth="user", website=True, readonly=True)
    def portal_my_updates(self, **kw):
        """Show what the updates repair, and which bugs are known."""
        return request.render(
            "omydoo_helpdesk.portal_my_updates", self._prepare_updates_page_values()
        )

    @http.route(
        "/my/updates/follow",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_follow_updates(self, follow="", **kw):
        """Have the visitor told of updates, or not any more.

        :param str follow: "1" or "0"
        """
        # In sudo mode because customers may not write on contacts: this is their own.
        request.env.user.partner_id.sudo().support_update_follower = follow == "1"
        return request.redirect("/my/updates")

    def _prepare_updates_page_values(self):
        """Return the values of the page.

        :rtype: dict
        """
        companies = request.env.user.company_ids
        # In sudo mode because customers may not read these models: the page shows
        # only what was written for every customer of these companies.
        Update = request.env["support.update"].sudo()
        Bug = request.env["support.upstream.bug"].sudo()
        mine = Domain("company_id", "in", companies.ids)
        planned = Update.search(
            mine
            & Domain("state", "=", "planned")
            & Domain("scheduled_at", ">=", fields.Datetime.now() - timedelta(days=1)),
            order="scheduled_at",
            limit=MAX_UPDATES,
        )
        done = Update.search(
            mine
            & Domain("state", "=", "done")
            & Domain("done_at", ">=", fields.Datetime.now() - MAX_AGE),
            limit=MAX_UPDATES,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_updates",
            planned=planned,
            done=done,
            bugs=[
                bug._get_customer_notice()
                for bug in Bug.search(Bug._get_public_domain(companies))
            ],
            is_follower=request.env.user.partner_id.sudo().support_update_follower,
        )
        return values
