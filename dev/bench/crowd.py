# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A part of the benchmark with people: its databases, and who they are."""

import requests

from .base import WITH, WITHOUT, Bench
from .people import Agent, Customer

# Where the list of all tickets of a customer is.
WHOLE_LISTS = {WITHOUT: "/my/tickets", WITH: "/my/tickets?filterby=all"}


class CrowdBench(Bench):
    """People on both sides."""

    modules = {WITHOUT: (), WITH: ("omydoo_helpdesk",)}
    worker = "people_worker"
    copy_seconds = 30
    insert_seconds = 10
    agents = 0
    customers = 0

    def _fill(self):
        """Make a desk on each side, and write its tickets.

        :return: by side the ``sessions`` of agents and of customers, the ``views`` and
            the open ``tickets`` of each customer
        :rtype: dict
        """
        people = {}
        for worker in self.workers.values():
            worker.send("set_up_people", self.agents, self.customers)
        for side, worker in self.workers.items():
            self._insert(side, [(worker.receive(), self.args.tickets)])
            people[side] = {
                "sessions": worker.ask("sign_in"),
                "views": worker.ask("get_views"),
                "tickets": worker.ask("get_open_tickets"),
            }
        return people

    def _let_in(self, server, side, people, gate=None):
        """Return the people of a side, in front of its server.

        :param dict people: as ``_fill`` returns of the side
        :param gate: as ``Person``
        :return: agents, and customers
        :rtype: tuple[list[Agent], list[Customer]]
        """
        agents, customers = people["sessions"]
        return (
            [
                Agent(
                    _get_session(sid),
                    server.url,
                    number,
                    gate,
                    views=people["views"],
                    is_ours=side == WITH,
                )
                for number, sid in enumerate(agents)
            ],
            [
                Customer(
                    _get_session(sid),
                    server.url,
                    number,
                    gate,
                    tickets=tickets,
                    whole_list=WHOLE_LISTS[side],
                )
                for number, (sid, tickets) in enumerate(
                    zip(customers, people["tickets"], strict=True)
                )
            ],
        )


def _get_session(sid):
    session = requests.Session()
    session.cookies.set("session_id", sid, domain="127.0.0.1")
    return session
