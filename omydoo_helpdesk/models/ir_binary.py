# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

# What a browser shows and does not run.
SHOWN_TYPES = frozenset(
    {
        "application/pdf",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
    }
)
SHOWN_FAMILIES = ("audio/", "video/")
SUPPORT_MODELS = (
    "helpdesk.ticket",
    "mail.compose.message",
    "support.production.change",
    "support.production.test",
)
DOWNLOADED_TYPE = "application/octet-stream"


class IrBinary(models.AbstractModel):
    _name = "ir.binary"
    _inherit = "ir.binary"

    def _get_stream_from(self, record, *args, **kwargs):
        """Have the files of tickets downloaded unless they can do no harm.

        Odoo takes the type of a file from who sent it, if that is an administrator,
        and from the address, whoever made it.
        """
        stream = super()._get_stream_from(record, *args, **kwargs)
        if stream.type != "url" and self._is_support_file(record):
            kind = (stream.mimetype or "").partition(";")[0].strip().lower()
            if kind not in SHOWN_TYPES and not kind.startswith(SHOWN_FAMILIES):
                stream.mimetype = DOWNLOADED_TYPE
        return stream

    @api.model
    def _is_support_file(self, record):
        """Say whether a file came with a ticket, or is about to.

        :param record: of which a file is read
        :rtype: bool
        """
        # In sudo mode because who may read the file may not read where it belongs.
        return (
            record._name == "ir.attachment"
            and not record.sudo().res_field
            and record.sudo().res_model in SUPPORT_MODELS
        )
