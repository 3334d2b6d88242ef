# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_datetime, format_duration

from ...tools import sla_clock


class TicketSlaWhy(models.Model):
    """Why this deadline? Each stretch of time, what was counted, who was waited for."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    sla_why = fields.Html(
        string="Why These Deadlines",
        compute="_compute_sla_why",
        compute_sudo=True,
        sanitize=False,  # rendered from our own template, which escapes
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._sla_get_dependencies())
    @api.depends_context("lang", "tz")
    def _compute_sla_why(self):
        now = fields.Datetime.now()
        saved = self.filtered(lambda record: isinstance(record.id, int))
        (self - saved).sla_why = False
        results = saved._sla_run_clocks(saved._sla_read_log(now), now)
        for record in saved:
            record.sla_why = self.env["ir.qweb"]._render(
                "omydoo_helpdesk.sla_why", record._prepare_sla_why(results[record])
            )

    # === BUSINESS METHODS === #

    def _prepare_sla_why(self, results):
        """Return what the explanation shows.

        :param tuple results: as given by ``_sla_run_clocks``
        :rtype: dict
        """
        self.ensure_one()
        states = dict(self._fields["response_state"]._description_selection(self.env))
        return {
            "clocks": [
                {
                    "name": self._fields[f"{clock}_state"]._description_string(
                        self.env
                    ),
                    "state": states.get(self[f"{clock}_state"], ""),
                    "target": target and format_duration(target),
                    "spent": _format(result.spent),
                    "deadline": self._sla_format_instant(self[f"{clock}_deadline"]),
                    "rows": [
                        self._prepare_sla_why_row(part) for part in result.segments
                    ],
                    "held": [
                        (
                            self.env._(
                                "%(party)s:", party=self._sla_get_party_label(party)
                            ),
                            _format(duration),
                        )
                        for party, duration in sorted(result.held.items())
                        if party
                    ],
                }
                for clock, target, result in zip(
                    (sla_clock.RESPONSE, sla_clock.RESOLUTION),
                    self._sla_get_targets(),
                    results[:2],
                    strict=True,
                )
            ]
        }

    def _prepare_sla_why_row(self, segment):
        label = {
            sla_clock.RUN: self.env._("Counting"),
            sla_clock.HOLD: self.env._("On hold"),
            sla_clock.CLOSED: self.env._("Ended"),
        }[segment.kind]
        return {
            "start": self._sla_format_instant(segment.start),
            "end": self._sla_format_instant(segment.end),
            "kind": segment.kind,
            "label": label,
            "party": ", ".join(map(self._sla_get_party_label, segment.parties)),
            "spent": _format(segment.spent) if segment.spent else "",
            "held": _format(segment.held) if segment.held else "",
        }

    def _sla_get_party_label(self, party):
        return dict(
            self.env["helpdesk.ticket.stage"]
            ._fields["hold_party"]
            ._description_selection(self.env)
        ).get(party, party)

    def _sla_format_instant(self, instant):
        return format_datetime(self.env, instant, dt_format="short") if instant else ""


def _format(duration):
    """Return a timedelta as hours and minutes."""
    return format_duration(duration.total_seconds() / 3600)
