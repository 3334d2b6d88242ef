# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The desk of the portal's benchmark, and the queries of the portal's list.

The queries are run here with the rights of the customer, outside of any request, so
that their time alone is measured.
"""

from odoo.fields import Domain
from odoo.tests.common import new_test_user

from .desk_setup import make_desk, open_portal
from .worker import Worker, of_tickets, serve, traced

BASE_PAGE = 80


class PortalWorker(Worker):
    def __init__(self, database):
        super().__init__(database)
        self.users = {}

    def set_up_portal(self, logins, password):
        """Make customers with a portal user each.

        :param list logins: of the users
        :param str password: of all of them
        :return: for each one what their tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            return self._make_portal(env, make_desk(env), logins, password)

    def _make_portal(self, env, desk, logins, password):
        customers = {}
        for login in logins:
            firm = env["res.partner"].create({"name": login, "is_company": True})
            user = new_test_user(
                env, login, "base.group_portal", password=password, lang="en_US"
            )
            user.partner_id.parent_id = firm
            self.users[login] = user.id
            subscription = env["sale.subscription"].browse(desk["subscriptions"][:1])
            customers[login] = {
                **desk,
                "contacts": user.partner_id.ids,
                "companies": firm.ids,
                "subscriptions": subscription.copy({"partner_id": firm.id}).ids,
            }
        open_portal(env, desk["team"])
        return customers

    def set_role(self, login, role):
        """Set what a customer sees, where there is such a role."""
        with self._environment() as env:
            partner = env["res.users"].browse(self.users[login]).partner_id
            if "support_portal_access" in partner:
                partner.support_portal_access = role

    def get_ticket(self, login):
        """Return the newest ticket of a customer."""
        with self._environment(self.users[login]) as env:
            return env["helpdesk.ticket"].search([], order="id desc", limit=1).id

    def _get_queries(self, name):
        """Return the text of what the list's page asks, as a customer.

        :param str name: login and what of the page, separated by a space
        """
        login, what = name.split()
        with self._environment(self.users[login]) as env:
            tickets = env["helpdesk.ticket"]
            is_ours = "support_portal_access" in env["res.partner"]
            tickets.search([], limit=1)  # what is cached is asked once
            if is_ours:
                tickets._get_portal_filters()
            with traced() as statements:
                if is_ours:
                    # With what is looked up to know what waits for the customer.
                    filters = tickets._get_portal_filters()
                    if what == "counts":
                        tickets._count_portal_filters(filters, Domain.TRUE)
                        return list(statements)
                    order = "create_date desc, id desc"
                    tickets.search(filters[what], order=order, limit=30)
                else:
                    # What the base does, which has one list and one count.
                    domain = env["ir.rule"]._compute_domain("helpdesk.ticket", "read")
                    if what == "counts":
                        tickets.search_count(domain)
                    elif what == "all":
                        order = "create_date desc"
                        tickets.search(domain, order=order, limit=BASE_PAGE)
                    else:
                        return []
            return of_tickets(statements)


if __name__ == "__main__":
    serve(PortalWorker)
