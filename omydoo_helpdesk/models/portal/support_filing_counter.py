# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

HOUR = timedelta(hours=1)

DAY = timedelta(days=1)


class SupportFilingCounter(models.Model):
    """How much a customer has sent since the start of an hour and of a day.

    A row for each person and kind of thing sent, written by each of their requests: of
    two at the same time the second begins again once the first is done, so that none is
    left uncounted. Counting tickets instead would let through as many as come at once.
    """

    _name = "support.filing.counter"
    _description = "Tickets Filed by a Customer"
    _rec_name = "user_id"
    _log_access = False

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[("ticket", "Tickets"), ("message", "Messages"), ("file", "Files")],
        required=True,
        readonly=True,
        default="ticket",
    )
    hour_start = fields.Datetime(readonly=True)
    hour_count = fields.Integer(readonly=True)
    day_start = fields.Datetime(readonly=True)
    day_count = fields.Integer(readonly=True)

    _user_uniq = models.Constraint(
        "UNIQUE (user_id, kind)", "A person has one counter of each kind."
    )

    @api.model
    def _count(self, user, kind="ticket"):
        """Count what a user sends now.

        :param user: a res.users
        :param str kind: what is sent
        :return: how many were sent in this hour and on this day, with this one
        :rtype: tuple[int, int]
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO support_filing_counter AS counter
                    (user_id, kind, hour_start, hour_count, day_start, day_count)
                VALUES (%(user)s, %(kind)s, %(now)s, 1, %(now)s, 1)
                ON CONFLICT (user_id, kind) DO UPDATE SET
                    hour_start = %(hour_start)s,
                    hour_count = %(hour_count)s,
                    day_start = %(day_start)s,
                    day_count = %(day_count)s
                RETURNING hour_count, day_count
                """,
                user=user.id,
                kind=kind,
                now=now,
                hour_start=self._if_over("hour", now - HOUR, now),
                hour_count=self._if_over("hour", now - HOUR, 1, added=1),
                day_start=self._if_over("day", now - DAY, now),
                day_count=self._if_over("day", now - DAY, 1, added=1),
            )
        )
        return self.env.cr.fetchone()

    @api.model
    def _if_over(self, period, limit, value, added=None):
        """Return a new value where a period is over, what there was otherwise.

        :param str period: "hour" or "day"
        :param datetime limit: a period that began then, or before, is over
        :param value: of a new period
        :param int added: to the count of this period; None for its start
        :rtype: SQL
        """
        start = SQL.identifier("counter", f"{period}_start")
        old = start
        if added:
            old = SQL("%s + %s", SQL.identifier("counter", f"{period}_count"), added)
        return SQL("CASE WHEN %s <= %s THEN %s ELSE %s END", start, limit, value, old)
