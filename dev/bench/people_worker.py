# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk with agents and customers who are signed in, and what the web client reads."""

from lxml import etree

from odoo import http
from odoo.fields import Command
from odoo.service.security import compute_session_token

from .desk_setup import make_desk, open_portal
from .desk_worker import DeskWorker
from .worker import serve

OPEN_TICKETS = 10  # of a customer, the newest ones
# How often an agent brings a ticket to a stage.
STAGES = (("in_progress", 50), ("awaiting", 40), ("done", 10))


class PeopleWorker(DeskWorker):
    def set_up_people(self, agents, customers):
        """Make a desk.

        :param int agents: how many
        :param int customers: how many, each of a firm of their own
        :return: the ids of what tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            self.ids = make_desk(env, customers, agents - 1)
            open_portal(env, self.ids["team"])
            staff = env["res.users"].browse(self.ids["agents"])
            self.context = dict(staff[0].with_user(staff[0]).context_get())
            contacts = env["res.partner"].browse(self.ids["contacts"])
            portal = env.ref("base.group_portal")
            self.customers = (
                env["res.users"]
                .create(
                    [
                        {
                            "login": contact.email,
                            "partner_id": contact.id,
                            "group_ids": [Command.set(portal.ids)],
                        }
                        for contact in contacts
                    ]
                )
                .ids
            )
        return self.ids

    def sign_in(self):
        """Make a session for everybody, without the password, which takes long to be
        checked, on purpose.

        :return: the identifiers of the sessions of agents, and of customers
        :rtype: tuple[list[str], list[str]]
        """
        with self._environment() as env:
            return [
                [self._make_session(env(user=user_id)) for user_id in user_ids]
                for user_ids in (self.ids["agents"], self.customers)
            ]

    def _make_session(self, env):
        store = http.root.session_store
        session = store.new()
        session.update(
            http.get_default_session(),
            db=env.cr.dbname,
            uid=env.uid,
            login=env.user.login,
            context=dict(env["res.users"].context_get()),
        )
        session.session_token = compute_session_token(session, env)
        store.save(session)
        return session.sid

    def get_views(self):
        """Return what the web client reads of the list and of the form."""
        with self._environment(self.ids["agent"], self.context) as env:
            tickets = env["helpdesk.ticket"]
            self.ids["tickets"] = tickets.search([("closed", "=", False)], limit=1).ids
            arch = etree.fromstring(tickets.get_view(view_type="list")["arch"])
            return {
                "list": self._get_specification(env, "list"),
                "order": arch.get("default_order") or "",
                "form": self._get_specification(env, "form"),
                "context": self.context,
                "partner": env.user.partner_id.id,
                "stages": [(self.ids[name], often) for name, often in STAGES],
            }

    def get_open_tickets(self):
        """Return the ids of the open tickets of each customer, in their order."""
        with self._environment() as env:
            return [
                env["helpdesk.ticket"]
                .search(
                    [("partner_id", "=", contact), ("closed", "=", False)],
                    order="id desc",
                    limit=OPEN_TICKETS,
                )
                .ids
                for contact in self.ids["contacts"]
            ]


if __name__ == "__main__":
    serve(PeopleWorker)
