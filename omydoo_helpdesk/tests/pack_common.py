# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command

from .common import SupportCase


class PackCase(SupportCase):
    """Customers who may buy packs of hours of work, paid in advance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hour = cls.env.ref("uom.product_uom_hour")
        cls.prepaid = cls.env["product.product"].create(
            {
                "name": "Prepaid hours",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "is_support_pack": True,
                "uom_id": cls.hour.id,
                "list_price": 90,
                "taxes_id": False,
            }
        )

    @classmethod
    def _create_pack(cls, partner, hours, end=None, product=None, **vals):
        """Sell a pack of hours.

        :param partner: the customer
        :param float hours: that are sold
        :param end: last day on which they may be used; none by default
        :param product: an hour of work by default
        :param vals: other values of the line, which win
        :return: the line of the confirmed order
        """
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "user_id": cls.project_manager.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or cls.prepaid).id,
                            "product_uom_qty": hours,
                            **vals,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        pack = order.order_line
        if end:
            pack.support_pack_end_date = end
        return pack
