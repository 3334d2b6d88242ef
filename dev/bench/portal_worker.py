# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One Odoo process of the portal's benchmark: its desk, and the queries of its list.

The queries are run here with the rights of the customer, outside of any request, so
that their time alone is measured. Usage: bench_portal_worker.py CONF DATABASE
"""

from bench_worker import Worker, main, traced

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain
from odoo.tests.common import new_test_user

PASSWORD = "bench_portal"
BASE_PAGE = 80


class PortalWorker(Worker):
    def set_up_portal(self):
        """Make two customers with a portal user each.

        :return: for each one what their tickets belong to
        """
        desk = self.set_up()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            for login in ("many", "few"):
                firm = env["res.partner"].create({"name": login, "is_company": True})
                user = new_test_user(
                    env, login, "base.group_portal", password=PASSWORD, lang="en_US"
                )
                user.partner_id.parent_id = firm
                self.ids[login] = user.id
                self.ids[f"{login}_contact"] = user.partner_id.id
                self.ids[f"{login}_firm"] = firm.id
            self._set_up_notice(env)
            if "support_filing_hour_limit" in env.company:
                # Counted as ever, but nobody is told to wait.
                env.company.support_filing_hour_limit = 1_000_000
                env.company.support_filing_day_limit = 1_000_000
            subscription = env["sale.subscription"].browse(desk["subscriptions"][:1])
            customers = {}
            for login in ("many", "few"):
                customers[login] = {
                    **desk,
                    "contacts": [self.ids[f"{login}_contact"]],
                    "companies": [self.ids[f"{login}_firm"]],
                    "subscriptions": subscription.copy(
                        {"partner_id": self.ids[f"{login}_firm"]}
                    ).ids,
                }
        return customers

    def _set_up_notice(self, env):
        """Have somebody told by e-mail of each ticket filed, as desks do."""
        leader = new_test_user(
            env,
            "leader",
            "helpdesk_mgmt.group_helpdesk_manager",
            email="leader@example.com",
        )
        team = env["helpdesk.ticket.team"].browse(self.ids["team"])
        subtypes = env["mail.message.subtype"].search(
            [("res_model", "in", [team._name, False])]
        )
        team.message_subscribe(leader.partner_id.ids, subtypes.ids)
        # The form asks for the team, whose followers are told.
        env.company.helpdesk_mgmt_portal_select_team = True
        env.company.helpdesk_mgmt_portal_team_id_required = True

    def set_role(self, login, role):
        """Set what a customer sees, where there is such a role."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].browse(self.ids[f"{login}_contact"])
            if "support_portal_access" in partner:
                partner.support_portal_access = role

    def get_ticket(self, login):
        """Return the newest ticket of a customer."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.ids[login], {})
            return env["helpdesk.ticket"].search([], order="id desc", limit=1).id

    def _get_queries(self, name):
        """Return the text of what the list's page asks, as a customer.

        :param str name: login and what of the page, separated by a space
        """
        login, what = name.split()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.ids[login], {})
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
                    else:
                        tickets.search(
                            filters[what], order="create_date desc, id desc", limit=30
                        )
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
            return [text for text in statements if 'FROM "helpdesk_ticket"' in text]


if __name__ == "__main__":
    main(PortalWorker)
