# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...const import MAIL_LAYOUT

QUOTATION = "omydoo_helpdesk.mail_template_quotation"


class QuotationMail(models.Model):
    """The mail that sends the quotation of a request: in the look of the desk's others.

    Of orders of tickets only; where the company does not want it, or has archived it,
    Odoo's own is sent as it is for all other orders.
    """

    _name = "sale.order"
    _inherit = ["sale.order"]

    def _find_mail_template(self):
        template = super()._find_mail_template()
        # In sudo mode because whoever sells need not read tickets.
        is_of_ticket = self.sudo().ticket_ids
        if not is_of_ticket or self.state == "sale" or self.env.context.get("proforma"):
            return template
        ours = self.env["mail.template"]._find_support_mail(QUOTATION, self.company_id)
        return ours.sudo(False) or template

    def action_quotation_send(self):
        action = super().action_quotation_send()
        context = action.get("context") or {}
        ours = self.env.ref(QUOTATION, raise_if_not_found=False)
        if ours and context.get("default_template_id") == ours.id:
            action["context"] = {**context, "default_email_layout_xmlid": MAIL_LAYOUT}
        return action

    def _get_mail_requests(self):
        """Return the requests that this quotation answers, for who reads the mail.

        :return: number, subject and address of each
        :rtype: list[tuple[str, str, str]]
        """
        self.ensure_one()
        # In sudo mode because whoever sells need not read tickets, and the customer
        # reads what they wrote themselves.
        return [
            (ticket.number, ticket.name, ticket._get_mail_url())
            for ticket in self.sudo().ticket_ids.sorted("id")
        ]

    def _get_mail_frame(self):
        if self.env.context.get("support_pack_id"):
            return super()._get_mail_frame()
        return {
            "title": self.env._("Quotation %(order)s", order=self.name),
            "url": self.get_base_url() + self.get_portal_url(),
            "button": self.env._("See the quotation"),
            "note": self.env._("A question? Just answer this message."),
        }
