# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from ..tools.text import clean_file_name


class SupportThread(AttachmentController):
    """The files that customers put in Odoo's thread of a ticket, before they post."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, **kwargs):
        """Take a file by the checks and limits of the form, or say what is wrong.

        Those of other records go Odoo's way.
        """
        if thread_model == "helpdesk.ticket" and request.env.user.share:
            tickets = request.env["helpdesk.ticket"]
            refusal = tickets._get_files_refusal(
                [(clean_file_name(ufile.filename), ufile.stream)]
            )
            if not refusal:
                try:
                    tickets._count_customer("file")
                except UserError as error:
                    refusal = str(error)
            if refusal:
                return request.make_json_response({"error": refusal})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)
