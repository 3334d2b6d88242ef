# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, models

from ...const import TrackedMemo


class HelpdeskTicketTracking(models.Model):
    """What changed of many tickets is noted in their threads at once.

    The base notes it ticket by ticket, with two statements each: of a thousand tickets
    whose stage is changed that is nine tenths of the time. Whatever is posted with a
    subtype, and told to followers, is posted as ever.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === MAIL.THREAD === #

    def _message_track(self, fields_iter, initial_values_dict):
        memo = TrackedMemo()
        tracking = super(
            HelpdeskTicketTracking, self.with_context(support_tracked=memo)
        )._message_track(fields_iter, initial_values_dict)
        if memo:
            self._note_tracked(memo)
        return tracking

    def _message_log_batch(self, bodies, *args, **kwargs):
        memo = self.env.context.get("support_tracked")
        if isinstance(memo, TrackedMemo):
            # Of this call only: what is posted in turn is not kept for later.
            self = self.with_context(support_tracked=None, support_noted=memo)
        return super()._message_log_batch(bodies, *args, **kwargs)

    def _message_create(self, values_list):
        memo = self.env.context.get("support_noted")
        if not isinstance(memo, TrackedMemo):
            return super()._message_create(values_list)
        memo.extend(values_list)
        return self.env["mail.message"]

    # === BUSINESS METHODS === #

    def _note_tracked(self, values_list):
        """Note changes in the threads of these tickets.

        :param list[dict] values_list: of the messages, as the base has made them
        """
        commands = [values.get("tracking_value_ids") or [] for values in values_list]
        is_known = all(
            command[0] == Command.CREATE and len(command) == 3
            for of_message in commands
            for command in of_message
        )
        if is_known:
            for values in values_list:
                values.pop("tracking_value_ids", None)
        # In sudo mode, as the base has it: what is noted was written by right.
        messages_sudo = self.sudo()._message_create(values_list)
        if is_known:
            self.env["mail.tracking.value"].sudo().create(
                [
                    {**vals, "mail_message_id": message.id}
                    for message, of_message in zip(messages_sudo, commands, strict=True)
                    for _create, _id, vals in of_message
                ]
            )
