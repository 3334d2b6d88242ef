# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Keep each mail after it was sent, to be read in the backend."""
        return super().create([dict(vals, auto_delete=False) for vals in vals_list])
