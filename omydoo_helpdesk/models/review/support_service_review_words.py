# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import format_amount, format_date

from ...tools import service_review as pure
from ...tools.text import format_hours

# Those that are told in hours.
PACK_HOURS = ("bought", "used", "left", "ending", "lost")


class ReviewWords(models.Model):
    """What figures are called, and numbers as the reader writes them.

    What is stored has no word of any language but those people wrote themselves.
    """

    _name = "support.service.review"
    _inherit = ["support.service.review"]

    # === LABELS === #

    @api.model
    def _get_figure_labels(self):
        """Return what figures are called, but those of a list of the company's.

        :return: by key
        :rtype: dict[str, str]
        """
        return {
            "requests.open_start": self.env._("Open at the start"),
            "requests.filed": self.env._("Filed in the period"),
            "requests.back": self.env._("Reopened from before"),
            "requests.closed": self.env._("Closed"),
            "requests.open_end": self.env._("Open at the end"),
            "requests.reopened": self.env._("Reopened in the period"),
            "requests.duplicates": self.env._("Duplicates among those filed"),
            "requests.out_of_scope": self.env._("Out of scope among those filed"),
            "requests.waiting_long": self.env._("Waiting for us for 5 days or more"),
            "promises.missed": self.env._("Promises missed"),
            "promises.late": self.env._("Late and not done at the end"),
            "hours.covered": self.env._("Included, charged to no pack"),
            "hours.charged": self.env._("Charged to hours packs"),
            "hours.given": self.env._("Given for free"),
            "hours.included": self.env._("Included in your plan"),
            "hours.included_used": self.env._("Used of what is included"),
            "hours.beyond": self.env._("Beyond what is included"),
            "packs.bought": self.env._("Hours bought"),
            "packs.used": self.env._("Hours used of packs"),
            "packs.left": self.env._("Hours left"),
            "packs.ending": self.env._("Hours that end within 60 days"),
            "packs.lost": self.env._("Hours lost at the end of a pack"),
            "packs.months_left": self.env._("Months that they last at this pace"),
            "verdicts.contested": self.env._("Decisions on the cover you contested"),
            "verdicts.upheld": self.env._("Upheld, after another look"),
            "verdicts.overturned": self.env._("Overturned: you were right"),
            "quotations.open": self.env._("Quotations without an answer"),
            "quotations.open_amount": self.env._("Quoted and open, without tax"),
            "quotations.accepted": self.env._("Quotations accepted"),
            "quotations.accepted_amount": self.env._("Accepted, without tax"),
            "quotations.lost": self.env._("Quotations refused or expired"),
            "quotations.lost_amount": self.env._("Refused or expired, without tax"),
            "changes.asked": self.env._("Changes asked"),
            "changes.agreed": self.env._("Changes agreed"),
            "changes.refused": self.env._("Changes refused"),
            "changes.applied": self.env._("Changes applied"),
            "changes.consent_days": self.env._("Days until the agreement, median"),
            "bugs.reported": self.env._("Bugs reported to the editor"),
            "bugs.released": self.env._("Bugs repaired"),
            "bugs.waiting": self.env._("Bugs not repaired yet"),
            "bugs.waiting_days": self.env._("Days that the oldest bug has waited"),
            "code.sold": self.env._("Lines maintained"),
            "code.counted": self.env._("Lines counted"),
            "code.missing": self.env._("Lines not maintained"),
            "ratings.satisfied": self.env._("Satisfied"),
            "ratings.okay": self.env._("Okay"),
            "ratings.dissatisfied": self.env._("Dissatisfied"),
        }

    def _get_figure_label(self, key):
        """Return what a figure is called.

        :param str key: of the figure
        :rtype: str
        """
        labels = self._get_figure_labels()
        if key in labels:
            return labels[key]
        room, name, *rest = key.split(".")
        if room == "requests" and name == "priority":
            return self._get_priority_labels().get(rest[0], rest[0])
        if room == "requests" and name in ("category", "application"):
            names = (self.figures or {}).get("labels", {})
            return names.get(key) or self.env._("Not said")
        if room == "requests" and name == "waiting":
            return self._get_turn_labels()[rest[0]]
        if room == "time":
            return self._get_turn_labels()[name]
        if room == "scope":
            ways = self.env["support.conversion"]._get_ways()
            return ways.get(name, name)
        clock = self._get_clock_labels()[room]
        states = {
            "met": self.env._("kept"),
            "missed": self.env._("missed"),
            "not_applicable": self.env._("not applicable"),
            "median": self.env._("median"),
            "worst": self.env._("longest"),
        }
        if rest:
            priority = self._get_priority_labels().get(rest[0], rest[0])
            return self.env._(
                "%(clock)s, priority %(priority)s: %(state)s",
                clock=clock,
                priority=priority,
                state=states[name],
            )
        return self.env._("%(clock)s: %(state)s", clock=clock, state=states[name])

    @api.model
    def _get_clock_labels(self):
        return {
            "response": self.env._("First response"),
            "resolution": self.env._("Resolution"),
            "next_response": self.env._("Next response"),
        }

    @api.model
    def _get_priority_labels(self):
        field = self.env["helpdesk.ticket"]._fields["priority"]
        return dict(field._description_selection(self.env))

    @api.model
    def _get_turn_labels(self):
        """Return whom a request waits for, as the customer reads it.

        :rtype: dict[str, str]
        """
        return {
            "us": self.env._("With us"),
            "customer": self.env._("Waiting for you"),
            "editor": self.env._("Waiting for the editor"),
            "update": self.env._("Waiting for the weekly update"),
            "third_party": self.env._("Waiting for a third party"),
        }

    # === NUMBERS === #

    def _get_value(self, key, default=0):
        """Return the value of a figure.

        :param str key: of the figure
        :param default: where there is no such figure
        """
        self.ensure_one()
        found = (self.figures or {}).get("figures") or {}
        return found.get(key, {}).get("value", default)

    def _format_value(self, key, value):
        """Return a number as the reader writes it.

        :param str key: of the figure
        :param value: of it; None is that there is none
        :rtype: str
        """
        self.ensure_one()
        if value is None:
            return "–"
        room, name = key.split(".")[:2]
        if name.endswith("_amount"):
            return self._format_amount(value)
        if (room in ("time", "hours") or name in ("median", "worst")) or (
            room == "packs" and name in PACK_HOURS
        ):
            return format_hours(value)
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        digits = "%.1f" if isinstance(value, float) else "%d"
        return lang.format(digits, value, grouping=True)

    def _format_amount(self, amount):
        # In sudo mode because the reader need not have that currency.
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        code = (self.figures or {}).get("currency")
        currency = currencies.search([("name", "=", code)], limit=1)
        return format_amount(
            self.env, amount, currency or self.sudo().company_id.currency_id
        )

    @api.model
    def _get_rate(self, met, missed):
        """Return the part that was kept, in whole percents; None of nothing.

        :rtype: int or None
        """
        total = met + missed
        return round(100 * met / total) if total else None

    def _format_rate(self, met, missed):
        rate = self._get_rate(met, missed)
        if rate is None:
            return "–"
        return self.env._("%(number)s %%", number=rate)

    def _get_period_words(self):
        """Return a period in words: October 2026, 4th quarter 2026, or its days.

        :rtype: str
        """
        self.ensure_one()
        if not self.date_from or not self.date_to:
            return ""
        kind = self._get_kind(self.date_from, self.date_to)
        if kind == "month":
            words = format_date(self.env, self.date_from, date_format="MMMM y")
            return words[:1].upper() + words[1:]
        if kind == "quarter":
            return format_date(self.env, self.date_from, date_format="QQQQ y")
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, self.date_from),
            end=format_date(self.env, self.date_to),
        )

    def _get_attention_words(self):
        """Return what a manager looks at first.

        :rtype: str
        """
        self.ensure_one()
        if not self.figures:
            return ""
        labels = {
            "missed": self.env._("promises missed"),
            "late": self.env._("late and not done"),
            "unhappy": self.env._("dissatisfied"),
            "waiting": self.env._("waiting for us for long"),
            "packs": self.env._("packs that end"),
        }
        return ", ".join(
            self._pair(labels[name], count)
            for name, count in pure.get_attention(self.figures).items()
        )

    @api.model
    def _pair(self, label, value):
        """Return a label and what it is about, as the language writes it.

        :rtype: str
        """
        return self.env._("%(label)s: %(value)s", label=label, value=value)

    # === VERSIONS === #

    def _get_version_words(self):
        """Return what this version says otherwise than the one it corrects.

        :rtype: list[str]
        """
        self.ensure_one()
        # In sudo mode because customers read no figures, but those that are told.
        previous = self.sudo().previous_id
        if not previous or not self.figures or not previous.figures:
            return []
        return [
            self.env._(
                "%(label)s: %(after)s instead of %(before)s",
                label=self._get_figure_label(key),
                before=self._format_value(key, before or 0),
                after=self._format_value(key, after or 0),
            )
            for key, before, after in pure.get_changes(previous.figures, self.figures)
        ]
