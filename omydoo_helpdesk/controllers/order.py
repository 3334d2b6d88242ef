# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal

from ..tools.text import clean_text

MAX_REASON_LENGTH = 2000


class SupportPortalOrder(CustomerPortal):
    @http.route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """Let it be known that it is the customer who refuses, and why.

        Whether they may is for Odoo to check; without a reason it refuses nothing.
        """
        reason = clean_text(decline_message)[:MAX_REASON_LENGTH]
        request.update_context(support_refusal=reason or False)
        return super().portal_quote_decline(
            order_id,
            access_token=access_token,
            decline_message=decline_message and reason,
            **kwargs,
        )
