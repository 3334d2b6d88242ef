# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportConversionTextMixin(models.AbstractModel):
    """What is said about a ticket that is converted: hours, introduction, message.

    Every text is a proposal in the customer's language until somebody types their own,
    which then stays. Used by models with an ``action``.
    """

    _name = "support.conversion.text.mixin"
    _description = "Conversion Texts"

    hours = fields.Float(
        string="Estimated Hours",
        compute="_compute_hours",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Hours to sell or to plan.",
    )
    hours_proposed = fields.Float(
        compute="_compute_hours",
        compute_sudo=False,
        store=True,
        # As the hours, or else what was typed could not be told from it.
        readonly=False,
    )
    introduction = fields.Text(
        compute="_compute_introduction",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Printed on the quotation, below the subject of the ticket.",
    )
    message = fields.Html(
        string="Message to the Customer",
        compute="_compute_message",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    message_proposed = fields.Html(
        compute="_compute_message",
        compute_sudo=False,
        store=True,
        # As the message, or else what was typed could not be told from it.
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("action")
    def _compute_hours(self):
        for record in self:
            typed = record.hours != record.hours_proposed
            proposal = record._get_hours_proposal()
            record.hours_proposed = proposal
            record.hours = record.hours if typed else proposal

    def _compute_introduction(self):
        for record in self:
            tickets = record._get_text_tickets()
            record.introduction = (
                tickets._get_introduction() if len(tickets) == 1 else False
            )

    @api.depends("action")
    def _compute_message(self):
        for record in self:
            typed = record._has_own_message()
            proposal = record._get_message_proposal()
            record.message_proposed = proposal
            record.message = record.message if typed else proposal

    # === BUSINESS METHODS === #

    def _get_text_tickets(self):
        """Return the tickets that these texts are about.

        :rtype: recordset of helpdesk.ticket
        """
        return self.env["helpdesk.ticket"]

    def _get_hours_proposal(self):
        """Return the hours to begin with; none: nobody has estimated them.

        :rtype: float
        """
        return 0.0

    def _has_own_message(self):
        """Say whether somebody typed another message than the one proposed.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.message) and self.message != self.message_proposed

    def _get_message_proposal(self):
        """Return the usual words for the customer of one ticket.

        :return: Markup, or False
        """
        self.ensure_one()
        tickets = self._get_text_tickets()
        action = self.action
        template = self.env.ref(
            "omydoo_helpdesk.mail_template_conversion", raise_if_not_found=False
        )
        if not template or not action or len(tickets) != 1:
            return False
        template = template.with_context(
            support_conversion=action, **self._get_message_values()
        )
        # In the customer's language, with its dates and numbers.
        return template._render_field("body_html", tickets.ids, compute_lang=True)[
            tickets.id
        ]

    def _get_message_values(self):
        """Return what the template of the message may mention.

        :rtype: dict
        """
        self.ensure_one()
        return {"support_hours": self.hours}
