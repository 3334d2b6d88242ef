# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date

from ...tools import service_review as pure
from ...tools.text import format_hours

DESK = "base.group_user"
# Told together: of the hours that a plan includes none may be used.
INCLUDED = ("hours.included", "hours.included_used", "hours.beyond")
# The promises among the figures that are read first
TILE_CLOCKS = ("response", "resolution")


class ReviewPage(models.Model):
    """A review as it is read: in the language of the context.

    Made once for the desk's screen, the customer's page and the PDF, which show it by
    the same template.
    """

    _name = "support.service.review"
    _inherit = ["support.service.review"]

    page_html = fields.Html(
        string="Review", compute="_compute_page_html", sanitize=False, groups=DESK
    )

    # === COMPUTE METHODS === #

    @api.depends("figures", "state", "previous_id")
    @api.depends_context("lang")
    def _compute_page_html(self):
        for review in self:
            review.page_html = bool(review.figures) and self.env["ir.qweb"]._render(
                "omydoo_helpdesk.review_body",
                {**review._prepare_page(), "is_desk": True},
            )

    # === THE PAGE === #

    def _prepare_page(self):
        """Return what the template ``review_body`` shows.

        :rtype: dict
        """
        self.ensure_one()
        sections = [
            section
            for section in (
                self._prepare_requests(),
                self._prepare_promises(),
                self._prepare_time(),
                self._prepare_hours(),
                self._prepare_scope(),
                self._prepare_changes(),
                self._prepare_bugs(),
                self._prepare_code(),
                self._prepare_ratings(),
            )
            if section["cells"]
            or section["bars"]
            or section["table"]
            or section["lines"]
        ]
        months = self._prepare_months()
        return {
            "review": self,
            "sentences": self._get_sentences(),
            "tiles": self._prepare_tiles(),
            "months": months,
            # What the bars show, for who does not see them.
            "months_label": "; ".join(
                self._pair(month["name"], month["filed"])
                + (f" ({month['rate']} %)" if month["rate"] is not None else "")
                for month in months
            ),
            "sections": sections,
            "columns": self._balance_columns(sections),
            "changes": self._get_version_words(),
        }

    @api.model
    def _balance_columns(self, sections):
        """Return the narrow sections in two columns about as long as each other.

        For the PDF: what prints it knows no columns.

        :param list[dict] sections: of the page
        :rtype: list[list[dict]]
        """
        columns, lengths = ([], []), [0, 0]
        for section in sections:
            if section["table"]:
                continue
            shorter = 0 if lengths[0] <= lengths[1] else 1
            columns[shorter].append(section)
            lengths[shorter] += (
                3
                + len(section["cells"])
                + sum(1 + 1.5 * len(bars["rows"]) for bars in section["bars"])
                + len(section["lines"])
            )
        return [*columns]

    def _get_sentences(self):
        """1. What was asked, how fast, and what waits for whom, in three sentences.

        :rtype: list[str]
        """
        if self._is_quiet():
            return [self.env._("Nothing was asked, and nothing waits.")]
        value = self._get_value
        before = (self.figures.get("previous") or {}).get("requests.filed")
        sentences = [
            self.env._(
                "Requests filed: %(filed)s (%(before)s in the period before); closed: "
                "%(closed)s; open at the end: %(open)s.",
                filed=value("requests.filed"),
                before=before or 0,
                closed=value("requests.closed"),
                open=value("requests.open_end"),
            )
        ]
        kept = [
            self.env._(
                "%(clock)s in time: %(met)s of %(total)s (%(rate)s)",
                clock=label,
                met=value(f"{clock}.met"),
                total=value(f"{clock}.met") + value(f"{clock}.missed"),
                rate=self._format_rate(value(f"{clock}.met"), value(f"{clock}.missed")),
            )
            for clock, label in self._get_clock_labels().items()
            if value(f"{clock}.met") + value(f"{clock}.missed")
        ]
        if kept:
            sentences.append(". ".join(kept) + ".")
        else:
            sentences.append(self.env._("No deadline fell due in this period."))
        if value("requests.open_end"):
            waits = [
                self._pair(
                    f"{label[:1].lower()}{label[1:]}", value(f"requests.waiting.{turn}")
                )
                for turn, label in self._get_turn_labels().items()
                if value(f"requests.waiting.{turn}")
            ]
            sentences.append(
                self.env._("Open requests, %(waits)s.", waits=", ".join(waits))
            )
        else:
            sentences.append(self.env._("No request is left open."))
        return sentences

    def _is_quiet(self):
        return not self.figures or pure.is_quiet(self.figures)

    def _prepare_tiles(self):
        """Return the four figures that are read first, against the period before.

        :rtype: list[dict]
        """
        value = self._get_value
        previous = self.figures.get("previous") or {} if self.figures else {}
        spent = sum(value(f"hours.{kind}") for kind in ("covered", "charged", "given"))
        before = sum(
            previous.get(f"hours.{kind}", 0) for kind in ("covered", "charged", "given")
        )
        return [
            {
                "label": self.env._("Requests filed"),
                "text": self._format_value("requests.filed", value("requests.filed")),
                "key": "requests.filed",
                "before": self._format_value(
                    "requests.filed", previous.get("requests.filed", 0)
                ),
            },
            *(
                {
                    "label": self.env._("%(clock)s in time", clock=label),
                    "text": self._format_rate(
                        value(f"{clock}.met"), value(f"{clock}.missed")
                    ),
                    "key": f"{clock}.missed" if value(f"{clock}.missed") else "",
                    "before": self._format_rate(
                        previous.get(f"{clock}.met", 0),
                        previous.get(f"{clock}.missed", 0),
                    ),
                }
                for clock, label in self._get_clock_labels().items()
                if clock in TILE_CLOCKS
            ),
            {
                "label": self.env._("Time spent"),
                "text": format_hours(spent),
                "key": "",
                "before": format_hours(before),
            },
        ]

    def _prepare_months(self):
        """Return the bars of twelve months: requests filed, and first responses kept.

        :rtype: list[dict]
        """
        months = (self.figures or {}).get("months") or []
        most = max((month["requests.filed"] for month in months), default=0) or 1
        rows = []
        for month in months:
            day = fields.Date.to_date(month["day"])
            rows.append(
                {
                    "label": format_date(self.env, day, date_format="MMM"),
                    "year": day.year,
                    "name": format_date(self.env, day, date_format="MMMM y"),
                    "filed": month["requests.filed"],
                    "height": round(60 * month["requests.filed"] / most, 1),
                    "rate": self._get_rate(
                        month["response.met"], month["response.missed"]
                    ),
                }
            )
        return rows if any(row["filed"] for row in rows) else []

    # === SECTIONS === #

    def _prepare_section(self, name, title, note, keys=(), always=(), **values):
        """Return a section of the page.

        :param str name: of it
        :param str title: of it
        :param str note: the definition, in a sentence
        :param keys: of its figures: those that are not nothing are shown
        :param always: those of them that are shown as nothing too, where they are
        :rtype: dict
        """
        return {
            "name": name,
            "title": title,
            "note": note,
            "cells": [
                self._prepare_cell(key)
                for key in keys
                if self._get_value(key)
                or (key in always and self._get_value(key, None) is not None)
            ],
            "bars": [],
            "table": None,
            "lines": [],
            **values,
        }

    def _prepare_cell(self, key):
        previous = (self.figures or {}).get("previous") or {}
        value = self._get_value(key, None)
        return {
            "label": self._get_figure_label(key),
            "text": self._format_value(key, value),
            "key": key if value else "",
            "before": self._format_value(key, previous[key]) if key in previous else "",
        }

    def _prepare_bars(self, prefix, title="", tones=None, limit=6):
        """Return the figures that begin alike as bars, the longest first.

        :param str prefix: of their keys
        :param str title: above them
        :param dict tones: by the rest of the key
        :rtype: list[dict]
        """
        found = (self.figures or {}).get("figures") or {}
        rows = sorted(
            (
                (figure["value"], key)
                for key, figure in found.items()
                if key.startswith(prefix) and figure["value"]
            ),
            key=lambda row: (-row[0], row[1]),
        )
        most = max((row[0] for row in rows), default=0)
        if not most:
            return []
        total = sum(row[0] for row in rows)
        return [
            {
                "title": title,
                "rows": [
                    {
                        **self._prepare_cell(key),
                        "width": max(round(100 * value / most), 1),
                        "percent": round(100 * value / total),
                        "tone": (tones or {}).get(key.removeprefix(prefix), "primary"),
                    }
                    for value, key in rows[:limit]
                ],
            }
        ]

    def _prepare_requests(self):
        keys = ("open_start", "filed", "back", "closed", "open_end")
        return self._prepare_section(
            "requests",
            self.env._("Requests"),
            self.env._(
                "Open at the start, filed and reopened from before make what is closed "
                "or open at the end."
            ),
            keys=(
                *(f"requests.{key}" for key in keys),
                "requests.reopened",
                "requests.duplicates",
            ),
            bars=[
                *self._prepare_bars("requests.category.", self.env._("By kind")),
                *self._prepare_bars("requests.priority.", self.env._("By priority")),
                *self._prepare_bars(
                    "requests.application.", self.env._("By application")
                ),
            ],
        )

    def _prepare_promises(self):
        value = self._get_value
        rows = []
        priorities = self._get_priority_labels()
        for clock, label in self._get_clock_labels().items():
            for priority in ("", *sorted(priorities, reverse=True)):
                suffix = f".{priority}" if priority else ""
                counts = [
                    value(f"{clock}.{state}{suffix}")
                    for state in ("met", "missed", "not_applicable")
                ]
                if not any(counts):
                    continue
                rows.append(
                    {
                        "label": priorities[priority] if priority else label,
                        "is_detail": bool(priority),
                        "cells": [
                            *(
                                {
                                    "text": self._format_value(key, value(key)),
                                    "key": key if value(key) else "",
                                }
                                for key in (
                                    f"{clock}.{state}{suffix}"
                                    for state in ("met", "missed", "not_applicable")
                                )
                            ),
                            {"text": self._format_rate(*counts[:2]), "key": ""},
                            *(
                                {
                                    "text": self._format_value(key, value(key, None)),
                                    "key": key if value(key) else "",
                                }
                                for key in (
                                    f"{clock}.median{suffix}",
                                    f"{clock}.worst{suffix}",
                                )
                            ),
                        ],
                    }
                )
        return self._prepare_section(
            "promises",
            self.env._("Promises"),
            self.env._(
                "A promise counts in the period in which its clock ended; times are "
                "hours of your plan."
            ),
            keys=("promises.late",),
            table=rows
            and {
                "head": [
                    self.env._("Promise"),
                    self.env._("Kept"),
                    self.env._("Not kept"),
                    self.env._("Not applicable"),
                    self.env._("Rate"),
                    self.env._("Median"),
                    self.env._("Longest"),
                ],
                "rows": rows,
            },
            lines=[self._get_missed_words(row) for row in self._get_list("missed")],
        )

    def _get_list(self, name):
        return ((self.figures or {}).get("lists") or {}).get(name) or []

    def _get_missed_words(self, row):
        """Return which promise was missed, by how much, and what stood in between.

        :param dict row: of the list
        :rtype: str
        """
        reasons = []
        if row["late"]:
            reasons.append(
                self.env._("late by %(time)s", time=format_hours(row["late"]))
            )
        turns = self._get_turn_labels()
        for party, hours in row["held"].items():
            label = turns.get(party, party)
            reasons.append(
                self._pair(f"{label[:1].lower()}{label[1:]}", format_hours(hours))
            )
        if row["reopened"]:
            reasons.append(self.env._("reopened: %(count)s", count=row["reopened"]))
        return self.env._(
            "%(number)s %(name)s – %(clock)s after %(time)s%(reasons)s",
            number=row["number"],
            name=row["name"],
            clock=self._get_clock_labels()[row["clock"]].lower(),
            time=format_hours(row["hours"]),
            reasons=f" ({', '.join(reasons)})" if reasons else "",
        )

    def _prepare_time(self):
        return self._prepare_section(
            "time",
            self.env._("Where the time went"),
            self.env._(
                "Hours of your plan in which your requests were open, by whose turn it "
                "was."
            ),
            bars=self._prepare_bars(
                "time.",
                tones=dict.fromkeys(pure.PARTIES, "secondary"),
            ),
            lines=[
                self.env._(
                    "%(number)s %(name)s has waited for our answer for %(days)s days",
                    number=row["number"],
                    name=row["name"],
                    days=row["days"],
                )
                for row in self._get_list("waiting_long")
            ],
        )

    def _prepare_hours(self):
        lines = []
        for pack in self._get_list("packs"):
            end = fields.Date.to_date(pack["end"])
            lines.append(
                self.env._(
                    "Pack %(name)s: %(used)s used, %(left)s left of %(sold)s%(end)s",
                    name=pack["name"],
                    used=format_hours(pack["used"]),
                    left=format_hours(pack["left"]),
                    sold=format_hours(pack["sold"]),
                    end=end
                    and self.env._(", until %(day)s", day=format_date(self.env, end))
                    or "",
                )
            )
        return self._prepare_section(
            "hours",
            self.env._("Hours"),
            self.env._(
                "By the day of the work; a forecast is made once packs are three "
                "months old."
            ),
            keys=(
                "hours.covered",
                "hours.charged",
                "hours.given",
                *INCLUDED,
                "packs.bought",
                "packs.used",
                "packs.left",
                "packs.ending",
                "packs.lost",
                "packs.months_left",
            ),
            always=INCLUDED,
            lines=lines,
        )

    def _prepare_scope(self):
        found = (self.figures or {}).get("figures") or {}
        return self._prepare_section(
            "scope",
            self.env._("Out of scope"),
            self.env._("What requests out of scope became in the period."),
            keys=(
                "requests.out_of_scope",
                "verdicts.contested",
                "verdicts.upheld",
                "verdicts.overturned",
                *sorted(key for key in found if key.startswith("scope.")),
                "quotations.accepted",
                "quotations.accepted_amount",
                "quotations.lost",
                "quotations.lost_amount",
                "quotations.open",
                "quotations.open_amount",
            ),
            lines=[
                self.env._(
                    "Quotation %(name)s, %(amount)s, has waited for your answer for "
                    "%(days)s days",
                    name=row["name"],
                    amount=self._format_amount(row["amount"]),
                    days=row["days"],
                )
                for row in self._get_list("quotations")
            ],
        )

    def _prepare_changes(self):
        return self._prepare_section(
            "changes",
            self.env._("Production changes"),
            self.env._("Days of the calendar from the question to the agreement."),
            keys=(
                "changes.asked",
                "changes.agreed",
                "changes.refused",
                "changes.applied",
                "changes.consent_days",
            ),
        )

    def _prepare_bugs(self):
        return self._prepare_section(
            "bugs",
            self.env._("Bugs of the editor"),
            self.env._("Known bugs behind your requests."),
            keys=("bugs.reported", "bugs.released", "bugs.waiting"),
            lines=[
                self.env._(
                    "%(name)s: reported %(days)s days ago",
                    name=row["name"],
                    days=row["days"],
                )
                for row in self._get_list("bugs")
            ],
        )

    def _prepare_code(self):
        return self._prepare_section(
            "code",
            self.env._("Custom modules"),
            self.env._("Lines as counted last, when this review was made."),
            keys=("code.sold", "code.counted", "code.missing"),
        )

    def _prepare_ratings(self):
        return self._prepare_section(
            "ratings",
            self.env._("Satisfaction"),
            self.env._("What you said of closed requests in the period."),
            keys=("ratings.satisfied", "ratings.okay", "ratings.dissatisfied"),
            lines=[
                self.env._(
                    "“%(text)s” (%(request)s)", text=row["text"], request=row["request"]
                )
                for row in self._get_list("words")
            ],
        )
