# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...const import CreatedMemo


class MailFollowers(models.Model):
    """Whoever follows what many new tickets belong to is looked up once.

    Odoo asks for the followers of the team, and for who is to be told, ticket by
    ticket: two of five statements each. Other models, and a ticket created alone: one
    look at the context. It may go when Odoo does so for many records at once.
    """

    _name = "mail.followers"
    _inherit = ["mail.followers"]

    def _get_recipient_data(self, records, message_type, subtype_id, pids=None):
        memo = self.env.context.get("support_created")
        if isinstance(memo, CreatedMemo) and not pids:
            known = memo.recipients.pop((records, message_type, subtype_id), None)
            if known is not None:
                return {records.id: known}
        return super()._get_recipient_data(records, message_type, subtype_id, pids=pids)

    def _get_subscription_data(self, doc_data, pids, *args, **kwargs):
        memo = self.env.context.get("support_created")
        if (
            not isinstance(memo, CreatedMemo)
            or pids is not None
            or any(model == "helpdesk.ticket" for model, _ids in doc_data)
        ):
            return super()._get_subscription_data(doc_data, pids, *args, **kwargs)
        asked = repr((doc_data, args, sorted(kwargs.items())))
        if asked not in memo.found:
            memo.found[asked] = super()._get_subscription_data(
                doc_data, pids, *args, **kwargs
            )
        return memo.found[asked]
