# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

HOUR = timedelta(hours=1)

DAY = timedelta(days=1)


class SupportFilingCounter(models.Model):
    """How many tickets a customer has filed within the last hour and the last day.

    A row for each ticket, written in a transaction of its own, which lasts a moment and
    which all pass one after the other: what is being filed is counted, and nobody waits
    for a ticket to be done, nor begins again for it. The row of one that is not filed
    after all is taken away.

    Counting tickets instead would let through as many as come at once.
    """

    _name = "support.filing.counter"
    _description = "Ticket Filed by a Customer"
    _rec_name = "user_id"
    _log_access = False

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="cascade"
    )
    filed_at = fields.Datetime(required=True, readonly=True)

    _user_filed_idx = models.Index("(user_id, filed_at)")

    @api.model
    def _count(self, user, hour_limit=0, day_limit=0):
        """Count a ticket that a user files now, if it is not one too many.

        Should the server die before it is filed, it stays counted for a day.

        :param user: a res.users
        :param int hour_limit: tickets that may be filed within an hour, 0 for any
        :param int day_limit: within a day
        :return: the tickets filed within an hour and within a day, with this one
        :rtype: tuple[int, int]
        """
        now = fields.Datetime.now()
        with self.env.registry.cursor() as cr:
            # First of all: what the others have committed until it is ours is seen.
            cr.execute("LOCK TABLE support_filing_counter IN SHARE ROW EXCLUSIVE MODE")
            cr.execute(
                SQL(
                    """
                    SELECT COUNT(*) FILTER (WHERE filed_at > %s) + 1, COUNT(*) + 1
                      FROM support_filing_counter
                     WHERE user_id = %s AND filed_at > %s
                    """,
                    now - HOUR,
                    user.id,
                    now - DAY,
                )
            )
            hour_count, day_count = cr.fetchone()
            if (not hour_limit or hour_count <= hour_limit) and (
                not day_limit or day_count <= day_limit
            ):
                self._uncount_on_rollback(self._add_row(cr, user, now))
        return hour_count, day_count

    @api.model
    def _add_row(self, cr, user, now):
        """Add the row of a ticket, and remove those that do not count any more.

        :param cr: the cursor of the transaction that counts
        :param user: a res.users
        :param datetime now: naive UTC
        :return: its id
        :rtype: int
        """
        cr.execute(
            SQL(
                "DELETE FROM support_filing_counter WHERE user_id = %s"
                " AND filed_at <= %s",
                user.id,
                now - DAY,
            )
        )
        cr.execute(
            SQL(
                "INSERT INTO support_filing_counter (user_id, filed_at)"
                " VALUES (%s, %s) RETURNING id",
                user.id,
                now,
            )
        )
        return cr.fetchone()[0]

    @api.model
    def _uncount_on_rollback(self, row_id):
        """Take a ticket out of the count if it is not filed after all.

        :param int row_id: of its row
        """
        registry = self.env.registry

        def uncount():
            with registry.cursor() as cr:
                cr.execute(
                    SQL("DELETE FROM support_filing_counter WHERE id = %s", row_id)
                )

        self.env.cr.postrollback.add(uncount)
