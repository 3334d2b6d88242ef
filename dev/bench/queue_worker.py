# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The lists and figures of the queue: what the web client sends for them."""

from lxml import etree

from odoo.tools.safe_eval import datetime as dt
from odoo.tools.safe_eval import safe_eval, time

from .desk_worker import COUNT_LIMIT, PAGE, DeskWorker
from .worker import of_tickets, serve, traced

OPEN = [("closed", "=", False)]


class QueueWorker(DeskWorker):
    def get_rows(self):
        """Return the rows there are to measure, each as ``_get_queries`` takes it.

        The agent's list as it opens, each filter of its search in it and in all
        tickets, each column of the kanban, and each tile of *My Desk*: a page of it and
        its figure. And what is open in groups, by each field that the search groups by.

        :rtype: list[str]
        """
        with self._environment(self.ids["agent"], self.context) as env:
            filters = list(self._get_filters(env))
            names = [f"filter {name}" for name in filters]
            names += [f"all {name}" for name in filters if name != "open"]
            names += [f"column {stage.name}" for stage in self._get_stages(env)]
            names += [f"tile {tile['name']}" for tile in self._get_tiles(env)]
            groups = self._get_groups(env)
        return [
            *(f"{what} {name}" for name in names for what in ("list", "count")),
            "count my desk",
            *(f"count groups {name}" for name in groups),
        ]

    def _get_filters(self, env):
        """Return the domain of each filter of the agent's list."""
        values = {
            "uid": env.uid,
            "context_today": dt.date.today,
            "datetime": dt,
            "time": time,
        }
        return {"open": OPEN} | {
            node.get("name"): safe_eval(node.get("domain"), dict(values))
            for node in self._get_nodes(env)
            # OCA's groups have a domain too, which finds everything.
            if safe_eval(node.get("domain", "[]"), dict(values))
            and node.get("name") != "open"
        }

    def _get_groups(self, env):
        """Return what the search groups by: names of fields, some with a period."""
        contexts = [
            safe_eval(node.get("context", "{}")) for node in self._get_nodes(env)
        ]
        return dict.fromkeys(
            context["group_by"] for context in contexts if context.get("group_by")
        )

    def _get_nodes(self, env):
        view = env["helpdesk.ticket"].get_view(
            env.ref("helpdesk_mgmt.helpdesk_ticket_view_search").id, "search"
        )
        return etree.fromstring(view["arch"]).iter("filter")

    def _get_stages(self, env):
        return env["helpdesk.ticket.stage"].search([])

    def _get_tiles(self, env):
        sections = env["helpdesk.ticket"]._get_my_desk_sections()
        return [tile for section in sections for tile in section["tiles"]]

    def _get_queries(self, name):
        what, kind, *rest = name.split(" ", 2)
        with self._environment(self.ids["agent"], self.context) as env:
            tickets = env["helpdesk.ticket"]
            arch = tickets.get_view(view_type="list")["arch"]
            order = etree.fromstring(arch).get("default_order")
            if kind in ("filter", "all", "column", "tile"):
                domain = self._get_domain(env, kind, rest[0])
            tickets.search([], limit=1)  # what is cached is asked once
            with traced() as statements:
                if name == "count my desk":
                    tickets.get_my_desk()
                    return [text for text in statements if "AS counted" in text]
                if kind == "groups":
                    tickets.web_read_group(OPEN, rest, ["__count"], limit=PAGE)
                elif what == "list":
                    tickets.search(domain, order=order, limit=PAGE)
                else:
                    tickets.search_count(domain, limit=COUNT_LIMIT)
            return of_tickets(statements)

    def _get_domain(self, env, kind, name):
        if kind in ("filter", "all"):
            found = self._get_filters(env)[name]
            return found if kind == "all" else [*OPEN, *found]
        if kind == "column":
            stage = self._get_stages(env).filtered(lambda stage: stage.name == name)
            return [("stage_id", "=", stage[:1].id)]
        return next(
            tile["domain"] for tile in self._get_tiles(env) if tile["name"] == name
        )


if __name__ == "__main__":
    serve(QueueWorker)
