# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_duration, plaintext2html

from .support_conversion_mixin import CONVERSION_ACTIONS


class SupportConversionRequest(models.Model):
    """What an agent prepared for a project manager, who alone may sell.

    The wizard that the project manager opens on these tickets starts from it.
    """

    _name = "support.conversion.request"
    _description = "Conversion Handed Over"
    _order = "id desc"
    _rec_name = "action"
    _check_company_auto = True

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="support_conversion_request_ticket_rel",
        column1="request_id",
        column2="ticket_id",
        string="Tickets",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Project Manager",
        required=True,
        readonly=True,
        check_company=True,
    )
    action = fields.Selection(
        selection=CONVERSION_ACTIONS,
        string="Proposed",
        required=True,
        readonly=True,
    )
    hours = fields.Float(string="Estimated Hours", readonly=True)
    message = fields.Html(string="Message to the Customer", readonly=True)
    note = fields.Text(
        string="Note to the Project Manager",
        readonly=True,
        help="Internal: never shown to the customer.",
    )
    state = fields.Selection(
        selection=[
            ("pending", "Pending"),
            ("done", "Converted"),
            ("replaced", "Replaced"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )

    def _describe(self):
        """Return what was prepared, in the project manager's language.

        :rtype: Markup
        """
        self.ensure_one()
        self = self.with_context(lang=self.user_id.lang)
        actions = dict(self._fields["action"]._description_selection(self.env))
        text = self.env._(
            "%(agent)s proposes: %(action)s, %(hours)s hours.",
            agent=self.create_uid.name,
            action=actions[self.action],
            hours=format_duration(self.hours),
        )
        return Markup("<p>%s</p>") % text + plaintext2html(self.note or "")
