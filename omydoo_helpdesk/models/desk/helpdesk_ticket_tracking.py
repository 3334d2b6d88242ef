# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, models
from odoo.exceptions import MissingError

from ...const import TrackedMemo


class HelpdeskTicketTracking(models.Model):
    """What changed of many tickets is noted in their threads at once.

    The base notes it ticket by ticket, with two statements each: of a thousand tickets
    whose stage is changed that is nine tenths of the time. Whatever is posted with a
    subtype, and told to followers, is posted as ever.

    The base also looks up how each tracked field is called, at every save: a twentieth
    of the time to save a field. It is asked about those that have changed.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === MAIL.THREAD === #

    def _message_track(self, fields_iter, initial_values_dict):
        changed, existing = self._find_changed(fields_iter, initial_values_dict)
        if not changed:
            # What somebody wants to have said of changes, as the base forgets it.
            for kind in ("message", "author") if fields_iter else ():
                self.env.cr.precommit.data.pop(f"mail.tracking.{kind}.{self._name}", {})
            return {record_id: (set(), []) for record_id in existing}
        memo = TrackedMemo()
        tracking = super(
            HelpdeskTicketTracking, self.with_context(support_tracked=memo)
        )._message_track(changed, initial_values_dict)
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

    def _find_changed(self, names, initial_values_dict):
        """Find out which fields have changed in any of these tickets.

        :param names: of tracked fields
        :param dict initial_values_dict: as of ``_message_track``
        :return: the names of those that may have, and the ids of the tickets that are
            still there
        :rtype: tuple[set[str], list[int]]
        """
        changed, existing = set(), []
        for record in self if names else ():
            initial = initial_values_dict[record.id]
            try:
                for name in initial.keys() - changed:
                    value = record[name]
                    # Of properties the base says itself what a change is.
                    if self._fields[name].type == "properties" or (
                        value != initial[name] and (value or initial[name])
                    ):
                        changed.add(name)
            except MissingError:
                continue
            existing.append(record.id)
        return changed.intersection(names), existing

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
