# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SupportConversionFileMixin(models.AbstractModel):
    """Which files and which people of a ticket go along with what is made from it."""

    _name = "support.conversion.file.mixin"
    _description = "Support Conversion Files"

    # === BUSINESS METHODS - ATTACHMENTS === #

    def _get_shareable_attachments(self):
        """Return the files of this ticket that are not those of internal notes.

        :rtype: recordset of ir.attachment
        """
        self.ensure_one()
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ],
            order="id",
        )
        internal = self.message_ids.filtered(
            lambda message: message.is_internal or message.subtype_id.internal
        )
        return attachments - internal.attachment_ids

    def _get_customer_attachments(self):
        """Return the files that the customer sent: by the form or with a message.

        :rtype: recordset of ir.attachment
        """
        self.ensure_one()
        attachments = self._get_shareable_attachments()
        posted = self.message_ids.attachment_ids
        ours = self.message_ids.filtered(
            lambda message: self._is_internal_author(message.author_id)
        ).attachment_ids
        return attachments.filtered(
            lambda attachment: (
                attachment not in ours
                and (attachment in posted or attachment.create_uid.share)
            )
        )

    def _copy_attachments(self, attachments, target):
        """Copy files of this ticket to what was made from it, each of them once.

        :param attachments: files; those of other tickets are left out
        :param target: an order or a task
        """
        self.ensure_one()
        for attachment in attachments.filtered(lambda file: file.res_id == self.id):
            attachment.copy(
                {
                    "res_model": target._name,
                    "res_id": target.id,
                    # The link to the one file must not open the other.
                    "access_token": False,
                }
            )

    # === BUSINESS METHODS - FOLLOWERS === #

    def _get_customer_followers(self):
        """Return the customer's own people among those who follow these tickets.

        :rtype: recordset of res.partner
        """
        customer = self.partner_id.commercial_partner_id
        return (self.partner_id | self.message_partner_ids).filtered(
            lambda partner: (
                partner.active and partner.commercial_partner_id == customer
            )
        )
