# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class SupportReviewReading(models.Model):
    """Append-only: which contact has opened which review, and when first."""

    _name = "support.review.reading"
    _inherit = ["support.ledger.mixin"]
    _description = "Review Read"
    _order = "read_at, id"
    _log_access = False

    review_id = fields.Many2one(
        comodel_name="support.service.review",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", required=True, ondelete="restrict"
    )
    read_at = fields.Datetime(string="Read On", required=True)

    _user_uniq = models.Constraint(
        "UNIQUE (review_id, user_id)", "This contact has read this review already."
    )

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "Who has read a review stays as it was noted: it is neither changed, "
            "copied nor deleted."
        )

    @api.model
    def _note(self, review, user):
        """Note that a contact has opened a review, the first time only.

        Two pages opened at once are one reading.

        :param review: which the caller has checked that the user may read
        :param user: of the portal
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO support_review_reading
                       (review_id, company_id, user_id, partner_id, read_at)
                VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT DO NOTHING
                """,
                review.id,
                review.company_id.id,
                user.id,
                user.partner_id.id,
                fields.Datetime.now(),
            )
        )
        review.invalidate_recordset(["reading_ids"], flush=False)
