# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .support_stranger_html import make_harmless


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {**vals, "body": make_harmless(vals["body"])}
                if vals.get("body") and self._is_written_by_stranger(vals)
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if (
            vals.get("body")
            and self.env.user.share
            and "helpdesk.ticket" in self.mapped("model")
        ):
            vals = {**vals, "body": make_harmless(vals["body"])}
        return super().write(vals)

    @api.model
    def _is_written_by_stranger(self, vals):
        """Say whether a message of a ticket comes from outside.

        :param dict vals: of the message
        :rtype: bool
        """
        return vals.get("model") == "helpdesk.ticket" and (
            vals.get("message_type") == "email" or self.env.user.share
        )
