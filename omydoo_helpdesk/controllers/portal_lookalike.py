# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from ..tools.text import clean_line

# Shorter, everything looks alike; longer than a subject is nothing that was typed.
MIN_TEXT_LENGTH = 3
MAX_TEXT_LENGTH = 250


class SupportPortalLookalike(http.Controller):
    """What there is already about a request, while its subject is typed."""

    @http.route(
        "/new/ticket/lookalikes",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def support_lookalikes(self, text="", **_kw):
        """Return what looks like a subject, ready to be shown.

        :param str text: what is typed so far
        :return: JSON: ``count`` and, as HTML, the groups
        """
        text = clean_line(text)[:MAX_TEXT_LENGTH]
        groups = (
            request.env["helpdesk.ticket"]._find_portal_lookalikes(text)
            if len(text) >= MIN_TEXT_LENGTH
            else []
        )
        content = request.env["ir.qweb"]._render(
            "omydoo_helpdesk.portal_form_lookalikes", {"groups": groups}
        )
        return request.make_json_response(
            {
                "count": sum(len(group["items"]) for group in groups),
                "html": content,
            },
            headers={"Cache-Control": "no-store"},
        )
