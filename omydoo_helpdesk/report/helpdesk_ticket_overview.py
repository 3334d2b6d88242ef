# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter

from odoo import api, models
from odoo.fields import Domain

from ..const import CONTEST_OPEN, CONTEST_OVERTURNED, MANAGER_GROUP
from ..tools.sla_clock import CLOCKS

# Of the days that the figures are about, today not counted.
PERIODS = (7, 30)
EVENTS_ACTION = "omydoo_helpdesk.support_verdict_event_action"
# What was kept or missed; what was never promised is neither.
JUDGED = ("met", "missed")


class TicketOverview(models.Model):
    """The desk as its manager sees it, each figure with the tickets behind it.

    Added up by PostgreSQL, by the rights and in the companies of who looks.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # What the last days were, without reading a ticket: of a million, 1,000 → 10 ms for
    # each block. By the first one the agents' filter of the last week is counted, too.
    # Only this one is written when a ticket is filed, each other one when that ends.
    _filed_idx = models.Index(
        "(filed_at) INCLUDE (company_id, scope) WHERE active IS TRUE"
    )
    _closed_idx = models.Index(
        "(closed_date) INCLUDE (company_id, satisfaction)"
        " WHERE active IS TRUE AND closed_date IS NOT NULL"
    )
    _response_ended_idx = models.Index(
        "(response_ended_at) INCLUDE (company_id, response_state)"
        " WHERE active IS TRUE AND response_ended_at IS NOT NULL"
    )
    _resolution_ended_idx = models.Index(
        "(resolution_ended_at) INCLUDE (company_id, resolution_state)"
        " WHERE active IS TRUE AND resolution_ended_at IS NOT NULL"
    )
    _next_response_ended_idx = models.Index(
        "(next_response_ended_at) INCLUDE (company_id, next_response_state)"
        " WHERE active IS TRUE AND next_response_ended_at IS NOT NULL"
    )

    # === BUSINESS METHODS === #

    @api.model
    def get_desk_overview(self):
        """Return the figures of the desk: what *The Desk* shows.

        :return: blocks, each with its ``name``, ``title``, ``columns``, ``rows``,
            ``empty`` (what it says without a row) and ``action`` (XML id of where it is
            analysed). A row has a ``label``, a ``level`` (1 below another one) and
            ``cells``; a cell a ``value`` (None where there is nothing to tell), a
            ``format`` (``integer``, ``signed``, ``percentage`` or
            ``float_time``), ``emphasis``
            (``danger``, or empty), and ``title`` and ``domain`` of the list of tickets
            that it opens, if any; of another list, its ``action`` (XML id)
        :rtype: list[dict]
        :raise AccessError: for who does not manage the desk
        """
        self._check_desk_group(MANAGER_GROUP)
        blocks = self._get_overview_blocks()
        for block in blocks:
            for row in block["rows"]:
                for cell in row["cells"]:
                    if "domain" in cell:
                        cell["domain"] = list(Domain(cell["domain"]))
        return blocks

    @api.model
    def _get_overview_blocks(self):
        """Return the blocks of *The Desk*, in their order. To be extended.

        :return: as ``get_desk_overview``
        :rtype: list[dict]
        """
        return [
            self._get_overview_work(),
            self._get_overview_compliance(),
            self._get_overview_flow(),
            self._get_overview_waiting(),
            self._get_overview_satisfaction(),
            self._get_overview_scope(),
            self._get_overview_contests(),
            self._get_overview_hours(),
        ]

    @api.model
    def _get_open_domain(self):
        # By id, so that PostgreSQL can look them up.
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        # A duplicate may stay in its stage, and is nobody's work any more.
        return Domain("stage_id", "in", list(stages["open"])) & Domain(
            "duplicate_id", "=", False
        )

    @api.model
    def _get_period_domain(self, name, days):
        """Return what happened within the last days.

        :param str name: of a date
        :param int days: how many
        :rtype: Domain
        """
        return Domain(name, ">=", f"today -{days}d")

    @api.model
    def _get_period_labels(self):
        return [self.env._("%(days)s days", days=days) for days in PERIODS]

    @api.model
    def _make_cell(self, value, title, domain, emphasis=""):
        """Return a figure of tickets, which opens them.

        :param int value: how many
        :param str title: of their list
        :param Domain domain: which
        :param str emphasis: of a figure that is not nought
        :rtype: dict
        """
        return {
            "value": value,
            "format": "integer",
            "title": title,
            "domain": domain,
            "emphasis": emphasis if value else "",
        }

    # === BLOCKS === #

    @api.model
    def _get_overview_work(self):
        """Return what is open, late and waiting, by team and person."""
        is_open = self._get_open_domain()
        domains = {
            "open": (self.env._("Open"), is_open, ""),
            "late": (
                self.env._("Late"),
                is_open & Domain("next_deadline", "<", "now"),
                "danger",
            ),
            "waiting": (
                self.env._("Waiting for us"),
                is_open & self._get_waiting_for_us_domain(),
                "",
            ),
        }
        counts = {
            name: {
                (team, user): count
                for team, user, count in self._read_group(
                    domain, ["team_id", "user_id"], ["__count"]
                )
            }
            for name, (_title, domain, _emphasis) in domains.items()
        }
        rows = []
        for team in sorted(
            {team for team, _user in counts["open"]},
            key=lambda team: (not team, team.sequence, team.id),
        ):
            users = [user for other, user in counts["open"] if other == team]
            users.sort(key=lambda user: -counts["open"][team, user])
            in_team = Domain("team_id", "=", team.id)
            name = team.display_name or self.env._("No team")
            for user in [None, *users]:
                label = name
                whose = in_team
                if user is not None:
                    label = user.name or self.env._("Untaken")
                    whose &= Domain("user_id", "=", user.id)
                cells = []
                for key, (title, domain, emphasis) in domains.items():
                    count = (
                        sum(counts[key].get((team, each), 0) for each in users)
                        if user is None
                        else counts[key].get((team, user), 0)
                    )
                    cells.append(
                        self._make_cell(
                            count, f"{title} – {label}", domain & whose, emphasis
                        )
                    )
                rows.append(
                    {"label": label, "level": int(user is not None), "cells": cells}
                )
        return {
            "name": "work",
            "title": self.env._("Open and late"),
            "columns": [title for title, _domain, _emphasis in domains.values()],
            "rows": rows,
            "empty": self.env._("No ticket is open."),
            "action": "helpdesk_mgmt.helpdesk_ticket_reporting_action",
        }

    @api.model
    def _get_overview_compliance(self):
        """Return which part of what was promised was kept, of each clock."""
        columns = []
        for label in self._get_period_labels():
            columns += [
                self.env._("Kept, %(period)s", period=label),
                self.env._("Missed, %(period)s", period=label),
            ]
        rows = []
        for clock in CLOCKS:
            field = self._fields[f"{clock}_state"]
            label = field._description_string(self.env)
            cells = []
            for days in PERIODS:
                ended = self._get_period_domain(f"{clock}_ended_at", days)
                judged = ended & Domain(field.name, "in", list(JUDGED))
                counts = dict(self._read_group(judged, [field.name], ["__count"]))
                total = sum(counts.values())
                missed = counts.get("missed", 0)
                cells += [
                    {
                        "value": counts.get("met", 0) / total if total else None,
                        "format": "percentage",
                        "title": label,
                        "domain": judged,
                        "emphasis": "",
                    },
                    self._make_cell(
                        missed,
                        self.env._("%(clock)s: missed", clock=label),
                        ended & Domain(field.name, "=", "missed"),
                        "danger",
                    ),
                ]
            if any(cell["value"] is not None for cell in cells[::2]):
                rows.append({"label": label, "level": 0, "cells": cells})
        return {
            "name": "compliance",
            "title": self.env._("Deadlines kept"),
            "columns": columns,
            "rows": rows,
            "empty": self.env._(
                "No promise was kept or missed within %(days)s days.", days=PERIODS[-1]
            ),
            "action": "omydoo_helpdesk.helpdesk_ticket_sla_action",
        }

    @api.model
    def _get_overview_flow(self):
        """Return what came in and what was closed."""
        titles = {
            "filed_at": self.env._("Requests filed"),
            "closed_date": self.env._("Closed"),
        }
        rows = []
        for days, label in zip(PERIODS, self._get_period_labels(), strict=True):
            cells = []
            for name, title in titles.items():
                domain = self._get_period_domain(name, days)
                cells.append(
                    self._make_cell(
                        self.search_count(domain), f"{title} – {label}", domain
                    )
                )
            filed, closed = (cell["value"] for cell in cells)
            cells.append({"value": filed - closed, "format": "signed", "emphasis": ""})
            if filed or closed:
                rows.append({"label": label, "level": 0, "cells": cells})
        return {
            "name": "flow",
            "title": self.env._("Filed and closed"),
            "columns": [*titles.values(), self.env._("Backlog")],
            "rows": rows,
            "empty": self.env._(
                "Nothing was filed or closed within %(days)s days.", days=PERIODS[-1]
            ),
            "action": "helpdesk_mgmt.helpdesk_ticket_reporting_action",
        }

    @api.model
    def _get_overview_waiting(self):
        """Return for whom open tickets wait."""
        is_open = self._get_open_domain()
        is_held = is_open & Domain("hold_party", "!=", False)
        counts = dict(self._read_group(is_held, ["hold_party"], ["__count"]))
        is_ours = is_open & self._get_waiting_for_us_domain()
        parties = [
            (
                self.env._("Us"),
                self.search_count(is_ours),
                is_ours,
            ),
            *(
                (
                    label,
                    counts.get(party, 0),
                    is_open & Domain("hold_party", "=", party),
                )
                for party, label in self._fields["hold_party"]._description_selection(
                    self.env
                )
            ),
        ]
        title = self.env._("Waiting for")
        return {
            "name": "waiting",
            "title": title,
            "columns": [self.env._("Tickets")],
            "rows": [
                {
                    "label": label,
                    "level": 0,
                    "cells": [self._make_cell(count, f"{title} – {label}", domain)],
                }
                for label, count, domain in parties
                if count
            ],
            "empty": self.env._("No ticket waits for anybody."),
            "action": "helpdesk_mgmt.helpdesk_ticket_reporting_action",
        }

    @api.model
    def _get_overview_satisfaction(self):
        """Return what customers said of what was closed."""
        return self._get_overview_states(
            "satisfaction",
            "satisfaction",
            self.env._("Satisfaction"),
            "closed_date",
            self.env._("No customer has said anything of what was closed."),
            "omydoo_helpdesk.helpdesk_ticket_satisfaction_action",
            ("dissatisfied",),
        )

    @api.model
    def _get_overview_scope(self):
        """Return what of what was filed is covered."""
        return self._get_overview_states(
            "scope",
            "scope",
            self.env._("Scope"),
            "filed_at",
            self.env._("Nothing was filed."),
            "omydoo_helpdesk.helpdesk_ticket_scope_action",
        )

    @api.model
    def _get_overview_contests(self):
        """Return which verdicts customers contested, and what came of it."""
        events = self.env["support.verdict.event"]
        title = self.env._("Contested verdicts")
        periods = [self._get_period_domain("at", days) for days in PERIODS]
        counts = [
            dict(events._read_group(period, ["kind"], ["__count"]))
            for period in periods
        ]
        empty = {"value": None, "format": "integer", "emphasis": ""}
        rows = [
            {
                "label": label,
                "level": 0,
                "cells": [
                    {
                        **self._make_cell(
                            found.get(kind, 0),
                            f"{title} – {label}",
                            period & Domain("kind", "=", kind),
                            "danger" if kind == CONTEST_OVERTURNED else "",
                        ),
                        "action": EVENTS_ACTION,
                    }
                    for period, found in zip(periods, counts, strict=True)
                ]
                + [empty],
            }
            for kind, label in events._fields["kind"]._description_selection(self.env)
            if any(kind in found for found in counts)
        ]
        waiting = Domain("contest_state", "=", CONTEST_OPEN)
        if count := self.search_count(waiting):
            label = self.env._("To be decided")
            cell = self._make_cell(count, f"{title} – {label}", waiting, "danger")
            rows.append({"label": label, "level": 0, "cells": [empty, empty, cell]})
        return {
            "name": "contests",
            "title": title,
            "columns": [*self._get_period_labels(), self.env._("Now")],
            "rows": rows,
            "empty": self.env._("No customer contested a verdict."),
            "action": EVENTS_ACTION,
        }

    @api.model
    def _get_overview_states(self, name, field, title, date, empty, action, alarms=()):
        """Return how many tickets of each period have each value of a selection.

        :param str name: of the block
        :param str field: the selection
        :param str title: of the block
        :param str date: which decides of the period
        :param str empty: what is said when there are none
        :param str action: XML id of where it is analysed
        :param alarms: values to draw the attention to
        :rtype: dict
        """
        periods = [self._get_period_domain(date, days) for days in PERIODS]
        counts = [
            dict(
                self._read_group(
                    period & Domain(field, "!=", False), [field], ["__count"]
                )
            )
            for period in periods
        ]
        return {
            "name": name,
            "title": title,
            "columns": self._get_period_labels(),
            "rows": [
                {
                    "label": label,
                    "level": 0,
                    "cells": [
                        self._make_cell(
                            found.get(value, 0),
                            f"{title} – {label}",
                            period & Domain(field, "=", value),
                            "danger" if value in alarms else "",
                        )
                        for period, found in zip(periods, counts, strict=True)
                    ],
                }
                for value, label in self._fields[field]._description_selection(self.env)
                if any(value in found for found in counts)
            ],
            "empty": empty,
            "action": action,
        }

    @api.model
    def _get_overview_hours(self):
        """Return the time spent on tickets, and what of it was charged."""
        titles = {
            "real_hours": self.env._("Spent"),
            "charged_hours": self.env._("Charged"),
            "gesture_hours": self.env._("Not charged, as a gesture"),
        }
        report = self.env["support.time.report"]
        sums = Counter()
        for days in PERIODS:
            [row] = report._read_group(
                self._get_period_domain("date", days),
                [],
                [f"{name}:sum" for name in titles],
            )
            sums.update(
                {
                    (name, days): hours or 0.0
                    for name, hours in zip(titles, row, strict=True)
                }
            )
        return {
            "name": "hours",
            "title": self.env._("Hours"),
            "columns": self._get_period_labels(),
            "rows": [
                {
                    "label": label,
                    "level": 0,
                    "cells": [
                        {
                            "value": sums[name, days],
                            "format": "float_time",
                            "title": label,
                            "domain": Domain(
                                "timesheet_ids",
                                "any",
                                list(self._get_period_domain("date", days)),
                            ),
                            "emphasis": "",
                        }
                        for days in PERIODS
                    ],
                }
                for name, label in titles.items()
                if any(sums[name, days] for days in PERIODS)
            ],
            "empty": self.env._(
                "No time was spent on tickets within %(days)s days.", days=PERIODS[-1]
            ),
            "action": "omydoo_helpdesk.support_time_report_action",
        }
