# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import zipfile
from datetime import date

from odoo import Command

from ..common import SupportCase

ACME_MANIFEST = '{"name": "Acme", "version": "19.0.1.2.3", "license": "AGPL-3"}'
ACME_CODE = "import os\n\n\ndef fly():\n    # A comment\n    return os\n"  # 3 lines
ACME_MODULE = {
    "acme_fly/__manifest__.py": ACME_MANIFEST,
    "acme_fly/models/fly.py": ACME_CODE,
}


class CoverCase(SupportCase):
    """Customers whose subscriptions may sell the maintenance of custom code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_maintenance = cls.env["product.product"].create(
            {
                "name": "Maintenance of 100 lines",
                "type": "service",
                "is_custom_code_maintenance": True,
                "list_price": 16,
            }
        )

    def assertVerdict(self, ticket, scope, reason, coverage):
        ticket.invalidate_recordset()
        self.assertEqual(
            (ticket.scope, ticket.scope_reason, ticket.coverage),
            (scope, reason, coverage),
        )

    @classmethod
    def _create_module(cls, partner, subscription=None, **vals):
        """Create a custom module, counted today.

        :param partner: the customer
        :param subscription: that maintains it; none by default
        :param vals: other values, which win
        """
        return cls.env["support.custom.module"].create(
            {
                "name": "acme_delivery",
                "partner_id": partner.id,
                "subscription_id": subscription and subscription.id,
                "counted_on": date.today(),
                **vals,
            }
        )

    @classmethod
    def _sell_lines(cls, subscription, units):
        """Sell the maintenance of some hundreds of lines."""
        subscription.sale_subscription_line_ids = [
            Command.create(
                {"product_id": cls.product_maintenance.id, "product_uom_qty": units}
            )
        ]

    @classmethod
    def _get_stage(cls, kind):
        return cls.env["sale.subscription.stage"].search([("type", "=", kind)], limit=1)

    def _zip(self, files):
        """Return a zip file.

        :param dict files: for each path or ``ZipInfo`` the content
        :rtype: bytes
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        return buffer.getvalue()
