# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import ormcache

# Of every model.
COMMON_FIELDS = {*models.MAGIC_COLUMNS, "display_name"}


class SupportThreadMixin(models.AbstractModel):
    """A record that customers may read and whose thread is not all theirs.

    Odoo lets whoever reads a record search it through its messages, internal ones too,
    and lets them use whatever a thread can do. Of customers nothing of that is taken:
    the fields of the thread are closed to them but those that the heir names, none of
    these is searched through, and they write by ``message_post`` only.

    To be inherited before ``mail.thread``, which calls no ``super()``.
    """

    _name = "support.thread.mixin"
    _description = "Thread with Internal Messages"

    # Whether nothing but Odoo's own look at the groups says who reads which field.
    _is_access_by_odoo = False

    # === ACCESS === #

    @api.model
    def _is_restricted_reader(self):
        """Say whether who asks is a customer, acting by their own rights.

        :rtype: bool
        """
        return not self.env.su and self._is_share_user()

    @api.model
    def _is_share_user(self):
        """Say whether who asks is no employee, whatever rights they act by.

        Known by their groups, which Odoo keeps at hand, and noted as if it had been
        read: the row of a user has fifty columns.

        :rtype: bool
        """
        user, share = self.env.user, self.pool["res.users"]._fields["share"]
        if len(user) == 1 and isinstance(user.id, int) and not self._is_share_known():
            share._insert_cache(user, [not user._has_group("base.group_user")])
        return user.share

    @api.model
    def _is_share_known(self):
        share = self.pool["res.users"]._fields["share"]
        return (
            self.env.uid in share._get_cache(self.env)
            # The groups may have changed a moment ago.
            or self.env.uid in self.env.transaction.tocompute.get(share, ())
        )

    @api.model
    def _get_portal_thread_fields(self):
        """Return the fields of the thread that customers may read, never search.

        :rtype: set[str]
        """
        return set()

    @api.model
    def _is_thread_field(self, name):
        return name in self.pool["mail.thread"]._fields and name not in COMMON_FIELDS

    @api.model
    def _is_closed_to_customers(self, name):
        """Say whether customers neither read nor write a field.

        Of a user and an operation it is asked once: see ``_get_open_fields``.

        :param str name: of the field
        :rtype: bool
        """
        return (
            self._is_thread_field(name) and name not in self._get_portal_thread_fields()
        )

    def _post_model_setup__(self):
        res = super()._post_model_setup__()
        by_odoo = super()._has_field_access
        type(self)._is_access_by_odoo = (
            by_odoo.__func__ is models.BaseModel._has_field_access
        )
        return res

    def _has_field_access(self, field, operation):
        """Odoo asks this of each value of each line: what is open is known.

        Whatever is not is asked for again. A list of 80 takes 18 % less CPU, a new form
        and saving 7 %, opening a form 4 %; and the list another 25 % less, where what
        is open to all employees is not looked up (measured on 29 Nov 2026).
        """
        if self.env.su:
            return True  # as Odoo has it
        if (
            (not field.groups or field.groups == "base.group_user")
            and self._is_access_by_odoo
            and self._is_known_employee()
        ):
            return True
        if self.env.uid and field.name in self._get_open_fields(operation):
            return True
        return super()._has_field_access(field, operation) and not (
            self._is_restricted_reader() and self._is_closed_to_customers(field.name)
        )

    @api.model
    def _is_known_employee(self):
        """Say whether who asks is an employee, if that is at hand.

        Looked up where Odoo keeps it: asked some thousand times for a list, the way
        through the field takes a fifth of the time.

        :rtype: bool
        """
        share = self.pool["res.users"]._fields["share"]
        return (
            share._get_cache(self.env).get(self.env.uid) is False
            # The groups may have changed a moment ago.
            and self.env.uid not in self.env.transaction.tocompute.get(share, ())
        )

    @api.model
    @ormcache("self.env.uid", "operation")
    def _get_open_fields(self, operation):
        """Return the names of the fields that the current user may read or write.

        Forgotten with the groups of the users, from which it follows. None where
        something but Odoo's own look at the groups decides, and none that is open in
        debug mode only.

        :param str operation: "read" or "write"
        :rtype: frozenset[str]
        """
        by_odoo = super()._has_field_access
        if not self._is_access_by_odoo:
            return frozenset()
        is_restricted = self._is_restricted_reader()
        return frozenset(
            name
            for name, field in self._fields.items()
            if "base.group_no_one" not in (field.groups or "")
            and by_odoo(field, operation)
            and not (is_restricted and self._is_closed_to_customers(name))
        )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not bypass_access and self._is_restricted_reader():
            self._check_thread_search(domain)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def filtered_domain(self, domain):
        if self._is_restricted_reader():
            self._check_thread_search(domain)
        return super().filtered_domain(domain)

    @api.model
    def _check_thread_search(self, domain):
        """Refuse to look for a record by what is written in its thread.

        :param domain: as given to ``search``
        :raise AccessError: if it goes through a field that shows more than its reader
            may read
        """
        for condition in Domain(domain).iter_conditions():
            name = condition.field_expr.partition(".")[0]
            if name == "id" and condition.operator in ("any", "not any"):
                # Of the very same records.
                self._check_thread_search(condition.value)
            field = self._fields.get(name)
            if field and (
                self._is_thread_field(name)
                or getattr(field, "bypass_search_access", False)
            ):
                raise AccessError(
                    self.env._("Messages are not searched from here: open the ticket.")
                )

    # === SHARED LINKS === #

    def _may_write_by_link(self):
        """Say whether who has a record's link may write on it as its customer.

        :rtype: bool
        """
        return False

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "create":
            # Who reads it by themselves needs no link; of who does not, a link is asked
            # for more than reading, which it does not give.
            readable = set(self.sudo(False)._filtered_access("read").ids)
            operations.update(
                (record, "write") for record in self if record.id not in readable
            )
        return operations

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, mode="read", hash=None, pid=None, token=None, **kwargs
    ):
        # In sudo mode because who comes by a link may not read the record.
        if mode != "read" and not self.browse(thread_id).sudo()._may_write_by_link():
            hash = pid = token = None
        return super()._get_thread_with_access(
            thread_id, mode=mode, hash=hash, pid=pid, token=token, **kwargs
        )

    # === WHAT A THREAD CAN DO === #

    def _refuse_customer(self):
        """Refuse what only the desk does with a thread.

        :raise AccessError: for a customer, and for who may not read the record
        """
        if self._is_restricted_reader():
            raise AccessError(self.env._("Write on the page of the ticket."))
        self.check_access("read")

    def message_notify(self, **kwargs):
        self._refuse_customer()
        return super().message_notify(**kwargs)

    def message_mail_with_source(self, source_ref, **kwargs):
        self._refuse_customer()
        return super().message_mail_with_source(source_ref, **kwargs)

    def message_post_with_source(self, source_ref, **kwargs):
        self._refuse_customer()
        return super().message_post_with_source(source_ref, **kwargs)

    # Of the mail gateway and of merging, in Python: nobody calls these by RPC.

    @api.private
    def message_change_thread(self, *args, **kwargs):
        self._refuse_customer()
        return super().message_change_thread(*args, **kwargs)

    @api.private
    @api.model
    def message_new(self, *args, **kwargs):
        self._refuse_customer()
        return super().message_new(*args, **kwargs)

    @api.private
    def message_update(self, *args, **kwargs):
        self._refuse_customer()
        return super().message_update(*args, **kwargs)
