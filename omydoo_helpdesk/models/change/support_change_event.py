# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.change_text import hash_text

EVENT_KINDS = [
    ("asked", "Agreement asked"),
    ("agreed", "Agreed"),
    ("refused", "Refused"),
    ("question", "Question asked"),
    ("withdrawn", "Agreement withdrawn"),
    ("voided", "Void: the text was edited"),
    ("expired", "Expired"),
    ("tested", "Tested in pre-production"),
    ("untested", "Test removed"),
    ("waived", "Test waived"),
    ("backup", "Backup confirmed"),
    ("backup_age", "Old backup acknowledged"),
    ("phone", "Agreed by telephone"),
    ("confirmed", "Agreement by telephone confirmed"),
    ("disputed", "Agreement by telephone disputed"),
    ("applied", "Applied in production"),
    ("undone", "Undone"),
    ("cancelled", "Cancelled"),
]


class SupportChangeEvent(models.Model):
    """Append-only ledger of a production change: who agreed to what, when, from where.

    What is asked and answered is kept with the exact text and its hash.
    """

    _name = "support.change.event"
    _inherit = ["support.ledger.mixin"]
    _description = "Ledger of a Production Change"
    _order = "id"
    _log_access = False

    change_id = fields.Many2one(
        comodel_name="support.production.change",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    kind = fields.Selection(selection=EVENT_KINDS, required=True)
    at = fields.Datetime(required=True)
    user_id = fields.Many2one(comodel_name="res.users", ondelete="restrict")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        ondelete="restrict",
        help="Of the customer: who agreed, refused or asked.",
    )
    # As it was then: contacts are renamed and leave.
    contact_name = fields.Char()
    signed_name = fields.Char(help="As typed by the contact.")
    ip_address = fields.Char(string="Address", help="From where it was sent.")
    user_agent = fields.Char(string="Browser")
    text = fields.Text(help="Exactly what was asked or agreed to.")
    text_hash = fields.Char(string="Fingerprint", help="SHA-256 of the text.")
    lang = fields.Char(string="Language of the Text")
    content_hash = fields.Char(
        string="Fingerprint of the Content",
        help="SHA-256 of the values that the text was made of, in no language.",
    )
    note = fields.Text()
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        help="The text still has the fingerprint that was stored with it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("text", "text_hash")
    def _compute_is_intact(self):
        for event in self:
            event.is_intact = not event.text or event.text_hash == hash_text(event.text)

    @api.depends("kind", "contact_name", "user_id")
    def _compute_display_name(self):
        for event in self:
            # In sudo mode because colleagues of another company are named too.
            who = event.contact_name or event.user_id.sudo().name
            event.display_name = ", ".join(
                filter(None, (event._get_kind_labels(), who))
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "The ledger of a production change stays as it was written: it is neither "
            "changed, copied nor deleted."
        )

    def _get_kind_labels(self):
        """Return what these events are, for the reader.

        :rtype: str
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return ", ".join(kinds.get(event.kind, "") for event in self)
