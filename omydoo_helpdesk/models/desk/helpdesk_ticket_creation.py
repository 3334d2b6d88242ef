# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, models

from ...const import CreatedMemo

# What the base posts of a ticket that was created, with what is added on its way.
CREATION_PARAMETERS = {"author_id", "body", "message_type", "subtype_id"}
# What the base gives a message of its creation.
CREATION_SUBTYPE = "helpdesk_mgmt.hlp_tck_created"
# Whose ``message_post`` needs no message back, and whose subtype of a creation is the
# same for all tickets.
KNOWN_MODULES = tuple(
    f"odoo.addons.{name}."
    for name in ("helpdesk_mgmt", "mail", "omydoo_helpdesk", "rating", "sms")
)


class _Kept(Exception):
    """A message is made, and is to be written with those of other tickets."""


class HelpdeskTicketCreation(models.Model):
    """That many tickets were created is told in their threads at once.

    The base posts a message for each, with five statements of its own: of a thousand
    tickets created that is nearly all. Its ``message_post`` makes each message here
    too, all are written with one statement, and then each goes through the hooks and to
    whom it is told as ever: whoever that is, is found for all at once.

    One ticket alone is told of as ever, and so are many where another addon posts in
    its own way and needs the message back.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if len(vals_list) < 2 or not self._is_creation_told_at_once():
            return super().create(vals_list)
        memo = CreatedMemo()
        together = self.with_context(support_created=memo)
        tickets = super(HelpdeskTicketCreation, together).create(vals_list)
        self._tell_created(memo)
        return tickets.with_env(self.env)

    # === MAIL.THREAD === #

    def message_post(self, **kwargs):
        memo = self._get_created_memo()
        if not memo or not self._is_creation_post(kwargs):
            return super().message_post(**kwargs)
        memo.posting = self
        try:
            return super().message_post(**kwargs)
        except _Kept:
            return self.env["mail.message"]
        finally:
            memo.posting = None

    def _message_create(self, values_list):
        memo = self._get_created_memo()
        if not memo or not memo.posting or memo.posting != self:
            return super()._message_create(values_list)
        memo.posts.append((self, *values_list))
        raise _Kept

    def _track_discard(self):
        # The base does so right after it has posted the last of the messages.
        memo = self._get_created_memo()
        if memo:
            self._tell_created(memo)
        return super()._track_discard()

    def _creation_subtype(self):
        # Odoo forgets the external id of what is deleted: whether the subtype is there
        # need not be looked up, as the base does for each ticket.
        subtype_id = self.env["ir.model.data"]._xmlid_to_res_id(CREATION_SUBTYPE)
        is_known = self._get_created_memo() or self._is_creation_told_at_once()
        if not subtype_id or not is_known:
            return super()._creation_subtype()
        return self.env["mail.message.subtype"].browse(subtype_id)

    def _mail_get_alias_domains(self, default_company=False):
        memo = self._get_created_memo()
        if not memo or len(self) != 1:
            return super()._mail_get_alias_domains(default_company)
        asked = ("domain", self.company_id, default_company)
        if asked not in memo.found:
            domains = super()._mail_get_alias_domains(default_company)
            memo.found[asked] = domains[self.id]
        return {self.id: memo.found[asked]}

    # === BUSINESS METHODS === #

    @api.model
    def _is_creation_told_at_once(self):
        """Say whether no other addon posts what is told of a new ticket its own way.

        Looked at each time: automation rules put a method there while Odoo runs.

        :rtype: bool
        """
        return all(
            model_class.__module__.startswith(KNOWN_MODULES)
            for model_class in type(self).__mro__
            for name in ("message_post", "_creation_subtype")
            if name in vars(model_class)
        )

    @api.model
    def _is_creation_post(self, kwargs):
        """Say whether what is posted is what the base posts of a new ticket.

        :param dict kwargs: of ``message_post``
        :rtype: bool
        """
        return (
            not kwargs.keys() - CREATION_PARAMETERS
            and kwargs.get("subtype_id") == self._creation_subtype().id
        )

    @api.model
    def _get_created_memo(self):
        """Return what is kept of tickets that are being created, or None.

        :rtype: CreatedMemo
        """
        memo = self.env.context.get("support_created")
        return memo if isinstance(memo, CreatedMemo) else None

    @api.model
    def _tell_created(self, memo):
        """Write the messages of new tickets, and tell whoever is to be told.

        :param CreatedMemo memo: of their creation; its messages are taken
        """
        posts, memo.posts = memo.posts, []
        if not posts:
            return
        messages = posts[0][0]._message_create([values for _ticket, values in posts])
        told = [
            (ticket, message, values)
            for (ticket, values), message in zip(posts, messages, strict=True)
        ]
        for ticket, message, values in told:
            ticket._message_post_after_hook(message, values)
        self._find_recipients(posts, memo)
        for ticket, message, values in told:
            ticket._notify_thread(message, values)

    @api.model
    def _find_recipients(self, posts, memo):
        """Find at once whoever is to be told of new tickets.

        :param list[tuple] posts: tickets, each with the values of its message
        :param CreatedMemo memo: where what is found is kept
        """
        batches = defaultdict(list)
        for ticket, values in posts:
            if not values["partner_ids"]:
                asked = (values["message_type"], values["subtype_id"])
                batches[asked].append(ticket.id)
        for (message_type, subtype_id), ids in batches.items():
            tickets = self.browse(ids)
            found = self.env["mail.followers"]._get_recipient_data(
                tickets, message_type, subtype_id, []
            )
            for ticket in tickets:
                memo.recipients[ticket, message_type, subtype_id] = found[ticket.id]
