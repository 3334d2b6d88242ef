# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo import api, models
from odoo.tools import ormcache

from ...tools.form_guests import find_guests

BASE_FORM = "helpdesk_mgmt.portal_create_ticket"

# What our form asks itself: the fields of the base's form, and the priority, which
# OCA's helpdesk_portal_priority adds.
KNOWN = ("csrf_token", "team", "category", "subject", "attachment", "description")
PRIORITY = "priority"


class TicketForm(models.Model):
    """The customer's form, where other addons add fields to the base's."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    @ormcache("self.env.lang", "self.env.context.get('website_id')", cache="templates")
    def _get_portal_form_guests(self):
        """Return what other addons have added to the base's form.

        :return: whether they ask for a priority, and the templates of all else, as XML
        :rtype: tuple[bool, tuple[str, ...]]
        """
        # In sudo mode because customers do not read views.
        view_sudo = self.env.ref(BASE_FORM).sudo()
        forms = view_sudo._get_combined_arch().xpath("//form")
        asks_priority = any(form.xpath(f".//*[@name='{PRIORITY}']") for form in forms)
        parts = [
            etree.tostring(part, encoding="unicode")
            for form in forms
            for part in find_guests(form, (*KNOWN, PRIORITY))
        ]
        return asks_priority, tuple(parts)
