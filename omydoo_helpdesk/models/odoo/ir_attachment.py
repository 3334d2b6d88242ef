# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, models
from odoo.fields import Domain

from ...const import DOWNLOADED_TYPE
from ...tools.text import clean_file_name

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

# Where the files of the desk lie; rooms add theirs (``_get_support_file_models``).
SUPPORT_MODELS = ("helpdesk.ticket", "mail.compose.message")


class IrAttachment(models.Model):
    """The files of tickets: names that are names, no link that opens them for ever.

    Files of other models: one comparison each, no statement. It may go when Odoo cleans
    names and lets a page without tokens be drawn.
    """

    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Keep no path in the name of a ticket's file, by whatever road it came."""
        return super().create([self._prepare_support_file(vals) for vals in vals_list])

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_support_file(self, vals):
        """Return the values of a new file, with a name that is one.

        :param dict vals: as given to ``create``
        :rtype: dict
        """
        name = vals.get("name")
        if (
            vals.get("res_model") in ("helpdesk.ticket", "mail.compose.message")
            and not vals.get("res_field")
            and isinstance(name, str)
            and any(char in name for char in "/\\\0\n")
        ):
            return {**vals, "name": clean_file_name(name) or self.env._("attachment")}
        return vals

    def generate_access_token(self):
        """Make no token for the page of a ticket.

        Such a token never expires and works for whoever holds the link: on the page
        the session and the access to the ticket are enough.
        """
        if self.env.context.get("support_portal_page"):
            return [False for _attachment in self]
        return super().generate_access_token()

    def _can_return_content(self, field_name=None, access_token=None):
        if (
            not access_token
            and self.env.user._is_portal()
            and self._is_support_file_of_user()
        ):
            return True
        return super()._can_return_content(field_name, access_token)

    def _is_support_file_of_user(self):
        """Say whether the file came with a ticket that the user may read.

        Not if only internal notes carry it: Odoo keeps these beside the others. Nor
        what the desk put beside the messages: that was sent to nobody.

        :rtype: bool
        """
        self.ensure_one()
        # In sudo mode because customers may not read attachments: what is read here
        # serves to check the access to this very one.
        file_sudo = self.sudo()
        if file_sudo.res_model != "helpdesk.ticket" or file_sudo.res_field:
            return False
        ticket = self.env["helpdesk.ticket"].browse(file_sudo.res_id).exists()
        if not ticket or not ticket.has_access("read"):
            return False
        messages_sudo = file_sudo.env["mail.message"].search(
            Domain("attachment_ids", "in", self.ids)
        )
        if not messages_sudo:
            return file_sudo._is_support_file_shown(ticket.sudo())
        return bool(
            messages_sudo.filtered_domain(messages_sudo._get_search_domain_share())
        )

    def _is_support_file_shown(self, ticket):
        """Say whether the customer of a ticket is shown a file that no message carries.

        To be called in sudo mode, for a file of this very ticket.

        :param ticket: a helpdesk.ticket
        :return: whether a customer sent it, or the description has it as a picture
        :rtype: bool
        """
        self.ensure_one()
        return self.create_uid.share or bool(
            re.search(rf"/web/(?:image|content)/{self.id}\b", ticket.description or "")
        )


class IrBinary(models.AbstractModel):
    """The files of tickets are shown only where a browser runs nothing of them.

    Files of other models: one comparison, no statement. It may go when Odoo serves what
    customers sent as a download by itself.
    """

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
            and record.sudo().res_model in self._get_support_file_models()
        )

    @api.model
    def _get_support_file_models(self):
        """Return the models whose files come from customers.

        :rtype: tuple[str]
        """
        return SUPPORT_MODELS
