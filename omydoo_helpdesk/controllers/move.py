# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import tempfile

from werkzeug.exceptions import Forbidden
from werkzeug.utils import send_file

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.http import request

from ..tools.text import parse_id
from .ticket_form_check import reads_only


class SupportMove(http.Controller):
    """The file of a desk that moves out."""

    @http.route(
        "/support/desk/export",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=reads_only,
    )
    def export_desk(self, company=None, **kw):
        """Send the desk of a company of the user's, whole.

        Written to the disk first: what fails is told before anything is sent, and a
        large desk needs no more memory than a small one.

        :param str company: id of the company, by default that of the user
        """
        user = request.env.user
        wanted = request.env["res.company"].browse(parse_id(company) or ())
        if wanted and wanted not in user.company_ids:
            raise Forbidden()
        tickets = request.env["helpdesk.ticket"].with_company(
            wanted or request.env.company
        )
        try:
            lines = tickets._move_out()
        except AccessError:
            # An answer as any other, with what browsers are told of the address.
            return Forbidden().get_response(request.httprequest.environ)
        file = tempfile.TemporaryFile()  # closed once it is sent
        file.writelines(lines)
        file.seek(0)
        day = fields.Date.context_today(tickets)
        return send_file(
            file,
            request.httprequest.environ,
            mimetype="application/jsonl",
            as_attachment=True,
            download_name=f"desk-{day}.jsonl",
        )
