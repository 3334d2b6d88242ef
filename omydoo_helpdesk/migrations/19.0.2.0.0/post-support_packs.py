# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which products are support packs, and what credit notes took back of them.

Until now every prepaid hour was one. Marked are the products whose hours tickets have
used, and those with a validity, which only packs have; the others are marked by hand.
"""

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

MARK_SQL = """
    UPDATE product_template template
       SET is_support_pack = TRUE
     WHERE is_support_pack IS NOT TRUE
       AND (template.support_pack_months > 0
            OR EXISTS (
                SELECT 1
                  FROM product_product product
                  JOIN sale_order_line line ON line.product_id = product.id
                  JOIN account_analytic_line hours ON hours.so_line = line.id
             LEFT JOIN helpdesk_ticket ticket ON ticket.task_id = hours.task_id
                 WHERE product.product_tmpl_id = template.id
                   AND line.qty_delivered_method = 'timesheet'
                   AND (hours.ticket_id IS NOT NULL OR ticket.id IS NOT NULL)
            ))
 RETURNING template.id
"""


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    marked = [template_id for (template_id,) in env.execute_query(SQL(MARK_SQL))]
    env.invalidate_all()
    templates = env["product.template"].browse(marked)
    _logger.info("Support packs: %s", ", ".join(templates.mapped("display_name")))
    lines = env["sale.order.line"].search([("support_pack_credited_qty", "!=", 0)])
    env.add_to_compute(lines._fields["remaining_hours"], lines)
    env.flush_all()
