# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicketChannel(models.Model):
    _name = "helpdesk.ticket.channel"
    _inherit = "helpdesk.ticket.channel"

    is_phone = fields.Boolean(
        string="Telephone",
        help="For blocking emergencies only: any other call is proposed to be filed "
        "by the form.",
    )

    def _init_column(self, column_name):
        # The base's own channel exists before this column does, and its data are not
        # to be updated: it is marked once, and whoever unmarks it is not overruled.
        res = super()._init_column(column_name)
        if column_name == "is_phone":
            phone = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_channel_phone",
                raise_if_not_found=False,
            )
            if phone:
                self.env.cr.execute(
                    "UPDATE helpdesk_ticket_channel SET is_phone = TRUE WHERE id = %s",
                    [phone.id],
                )
        return res
