# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from hashlib import sha256

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

# Two processes that receive the same mail are seconds apart, not days.
KEPT_FOR = timedelta(days=1)


class SupportMailReceipt(models.Model):
    """The mails that tickets have got within the last day, each once.

    Odoo looks for the message of a mail that comes twice; of two processes that receive
    it in the same second neither finds one. It may go when the gateway waits for the
    other one itself. Costs one statement for a mail to a ticket, and nothing for the
    others.
    """

    _name = "support.mail.receipt"
    _description = "Mail Received"
    _log_access = False

    message_ref = fields.Char(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _message_ref_uniq = models.Constraint(
        "UNIQUE (message_ref)", "This mail was received already."
    )

    @api.model
    def _take(self, message_id):
        """Note that a mail becomes a ticket, or an answer on one.

        Whoever comes at the same time waits for this transaction, and takes the mail if
        it fails.

        :param str message_id: of the mail, of any length
        :return: whether it is the first one to come
        :rtype: bool
        """
        digest = sha256((message_id or "").encode(errors="replace")).hexdigest()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO support_mail_receipt (message_ref, at)"
                        " VALUES (%s, %s)",
                        digest,
                        fields.Datetime.now(),
                    )
                )
        except UniqueViolation:
            return False
        return True

    @api.autovacuum
    def _gc_receipts(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM support_mail_receipt WHERE at < %s",
                fields.Datetime.now() - KEPT_FOR,
            )
        )
