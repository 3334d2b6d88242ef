# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class SupportBugNotice(models.Model):
    """Who was told of what, so that nobody is told twice. Append-only."""

    _name = "support.bug.notice"
    _description = "Notice of a Repair"
    _log_access = False

    # An update, or a bug that was repaired by itself.
    origin = fields.Char(required=True, readonly=True)
    email = fields.Char(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _origin_email_uniq = models.Constraint(
        "UNIQUE (origin, email)", "This address was told already."
    )

    @api.model
    def _log(self, pairs):
        """Note whom we are about to tell.

        Two workers may come with the same pair: the second one waits for the first,
        and gets it only if the first did not commit.

        :param list pairs: of origin and normalized e-mail address
        :return: the pairs that nobody had told
        :rtype: set[tuple[str, str]]
        """
        if not pairs:
            return set()
        now = fields.Datetime.now()
        # Sorted, so that two workers wait for each other in the same order.
        rows = SQL(", ").join(
            SQL("(%s, %s, %s)", origin, email, now) for origin, email in sorted(pairs)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO support_bug_notice (origin, email, at) VALUES %s "
                "ON CONFLICT (origin, email) DO NOTHING RETURNING origin, email",
                rows,
            )
        )
        return set(self.env.cr.fetchall())
