# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError

from ...const import GUARD

WIZARD = "helpdesk.ticket.merge"


class TicketNeighbourMerge(models.Model):
    """Tickets that OCA's helpdesk_mgmt_merge merges, where it is installed.

    It moves all messages and files, and tells each customer twice, as an agent who
    answers: that would meet the promise. Beside us its merge is ours too: nothing of
    one customer goes to another, nobody comes to read what they could not read before,
    the customer is told once and in our words, and what they write on the merged
    ticket reaches the one that is kept.

    It is no dependency, so there is nothing to inherit: its method is wrapped when the
    registry is built. It may go when that addon has hooks for this.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _register_hook(self):
        res = super()._register_hook()
        if WIZARD not in self.env:
            return res
        model_class = self.env.registry[WIZARD]
        theirs = model_class.merge_tickets
        if hasattr(theirs, "support_origin"):
            return res

        def merge_tickets(self):
            return self.env["helpdesk.ticket"]._merge_beside(self, theirs)

        merge_tickets.support_origin = theirs
        model_class.merge_tickets = merge_tickets
        return res

    def message_post(self, **kwargs):
        if self.env.context.get("support_merging") is GUARD:
            # Told in our words, once, and no answer to the request.
            return self._message_log(body=kwargs.get("body"))
        return super().message_post(**kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get("support_merging") is GUARD and partner_ids:
            # In sudo mode because who reads what is not for every agent to know.
            record_sudo = self.sudo()
            partners_sudo = record_sudo.env["res.partner"].browse(partner_ids)
            partners_sudo -= record_sudo._get_foreign_partners(partners_sudo)
            partners_sudo -= record_sudo._get_excluded_partners(partners_sudo)
            partner_ids = partners_sudo.ids
        return super().message_subscribe(partner_ids, subtype_ids)

    def _merge_beside(self, wizard, theirs):
        """Merge the tickets of a wizard as it does, and as we do.

        :param wizard: a helpdesk.ticket.merge
        :param theirs: its method
        :return: what that returns
        :raise UserError: if the tickets are not one customer's, or of customers who do
            not read each other's
        """
        wizard.ensure_one()
        tickets = wizard.ticket_ids
        kept = wizard.dst_ticket_id
        if wizard.create_new_ticket:
            kept = kept.browse()
        (tickets | kept)._check_merge_beside(kept or tickets[:1])
        asked = {ticket: ticket.waiting_since for ticket in tickets - kept}
        res = theirs(wizard.with_context(support_merging=GUARD))
        made = wizard.dst_ticket_id - kept
        kept = wizard.dst_ticket_id
        if made and not made.partner_id:
            made.partner_id = tickets.partner_id[:1]
        merged = tickets - kept
        merged.write({"duplicate_id": kept.id})
        for ticket in merged:
            # Put away, it waits for nobody any more: what it waited for goes on here.
            if asked[ticket] and ticket._get_kept_ticket():
                # In sudo mode because nobody but the engine writes the log.
                kept.sudo()._sla_take_over_question(asked[ticket])
        return res

    def _check_merge_beside(self, kept):
        # In sudo mode because contacts and followers are not for every agent to read.
        records_sudo = self.sudo()
        kept_sudo = kept.sudo()
        known = records_sudo.filtered(
            lambda record: record.partner_id or record.partner_email
        )
        for record in known:
            if not record._is_of_customer_of(known[0]):
                raise UserError(
                    self.env._(
                        "%(ticket)s and %(other)s are of different customers: nothing "
                        "of one goes to the other.",
                        ticket=record.number,
                        other=known[0].number,
                    )
                )
        for record in known - kept_sudo:
            if record._is_merged_apart(kept_sudo):
                raise UserError(
                    self.env._(
                        "The customers of %(ticket)s and %(other)s do not read each "
                        "other's requests: mark it as a duplicate, which keeps them "
                        "apart, or make them followers of both.",
                        ticket=record.number,
                        other=kept.number,
                    )
                )
