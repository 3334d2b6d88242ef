# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The message of a conversion asks the way for its sentences.

The template is never updated, so that it can be edited; who has edited it keeps theirs,
which is rendered with the same values as before.
"""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, file_open

TEMPLATE = "omydoo_helpdesk.mail_template_conversion"
FILE = "omydoo_helpdesk/data/conversion/support_conversion_data.xml"
BODY = "//record[@id='mail_template_conversion']/field[@name='body_html']"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref(TEMPLATE, raise_if_not_found=False)
    if not template or template.write_uid.id != SUPERUSER_ID:
        return
    with file_open(FILE, "rb") as file:
        nodes = etree.parse(file).xpath(BODY)[0]
    body = "".join(etree.tostring(node, encoding="unicode") for node in nodes)
    # Without the other languages, which would keep the words of before: they are loaded
    # after this.
    env.flush_all()
    env.execute_query(
        SQL(
            "UPDATE mail_template SET body_html = jsonb_build_object('en_US', %s::text)"
            " WHERE id = %s RETURNING id",
            body,
            template.id,
        )
    )
    env.invalidate_all()
