# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class TicketCharter(models.Model):
    """Tickets and the charter: an e-mail is taken, the acceptance asked after."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    is_charter_missing = fields.Boolean(
        string="Charter Not Accepted",
        compute="_compute_is_charter_missing",
        help="The contact, or the customer, has not accepted the charter in force.",
    )

    # === COMPUTE METHODS === #

    # On the page of a ticket only: it asks several questions for each ticket.
    @api.depends("partner_id", "company_id")
    def _compute_is_charter_missing(self):
        for ticket in self:
            ticket.is_charter_missing = (
                bool(ticket.partner_id) and ticket._get_charter_request()["is_required"]
            )

    # === MAIL === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        ticket = super().message_new(msg_dict, custom_values=custom_values)
        if not self.env.context.get("support_auto_reply"):
            ticket._ask_charter_of_sender()
        return ticket

    def _ask_charter_of_sender(self):
        """Answer a mail of a customer who has not accepted the charter in force.

        Once for each version and person; never to a sender whom we do not know.
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id
        if not partner_sudo or not partner_sudo.email:
            return
        if any(not user.share for user in partner_sudo.user_ids):
            return
        asked = self._get_charter_request()
        if not asked["is_required"]:
            return
        template = self.env.ref(
            "omydoo_helpdesk.mail_template_receipt_charter", raise_if_not_found=False
        )
        if template and partner_sudo._mark_charter_asked(asked["charter"]):
            # In sudo mode because the gateway may run as a user with few rights.
            template.sudo().with_context(support_charter_request=asked).send_mail(
                self.id, email_layout_xmlid="mail.mail_notification_light"
            )

    # === BUSINESS METHODS === #

    def _get_charter_request(self):
        """Return what the contact is asked about the charter in force.

        :return: see ``support.charter.acceptance._get_request``
        :rtype: dict
        """
        self.ensure_one()
        # In sudo mode because agents of one team need not read the others' contacts;
        # the text itself is shown to every customer.
        company_sudo = self.sudo().company_id or self.env.company
        return self.env["support.charter.acceptance"]._get_request(
            self.env["support.charter"].sudo()._get_published(company_sudo),
            self.sudo().partner_id,
        )
