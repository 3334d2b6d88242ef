# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import frozendict, ormcache

from ...const import COMPUTED, GIVEN, GUARD, SEALED

MODULE = "omydoo_helpdesk"


class SupportGuardedMixin(models.AbstractModel):
    """Fields that follow from something else, or that a button writes with a reason.

    Nobody writes them by hand, whatever the road: a form, an import, an RPC call, a
    default. One list, ``_get_guarded_fields``, says which and how strictly:

    - ``SEALED``: the methods of the model alone, by ``_write_guarded``;
    - ``COMPUTED``: those, and code in superuser mode (a server action, a script or a
      migration of an administrator's);
    - ``GIVEN``: anybody who may create the record gives a value with it, which is how
      the history of another desk is imported; from then on as ``COMPUTED``.

    The heir calls ``_check_guarded`` in its own ``create`` and ``write``, before it
    adds values of its own: in ``create`` on no record, since a copy is created on the
    one that it copies. It costs no statement.

    A wizard says in ``_support_subjects`` which records it is about. Odoo reads names
    and related fields of them in superuser mode: so here, and nowhere else, it is
    checked that its user may read them, whatever the road by which they were given.
    """

    _name = "support.guarded.mixin"
    _description = "Guarded Fields"

    # Relations of a wizard to what it is about, and to its own lines.
    _support_subjects = ()

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        # Defaults of a context or of a user are no way round the guard.
        values = super().default_get(fields)
        guarded = self._get_guards()
        for name in values.keys() & guarded.keys():
            if guarded[name] != GIVEN:
                field = self._fields[name]
                del values[name]
                if field.default:
                    values[name] = field.default(self)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_subjects()
        return records

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(self._support_subjects):
            self._check_subjects()
        return res

    def onchange(self, values, field_names, fields_spec):
        self._check_subjects_shown(values)
        return super().onchange(values, field_names, fields_spec)

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        """Return the fields that nobody writes by hand, each with how strictly.

        What is computed and stored is always among them; each concept adds what its
        buttons write.

        :return: by name, ``SEALED``, ``COMPUTED`` or ``GIVEN``
        :rtype: dict[str, str]
        """
        return dict.fromkeys(self._get_stored_results(), COMPUTED)

    @api.model
    @ormcache()
    def _get_guards(self):
        """Return ``_get_guarded_fields``, of which two dozen concepts name their own.

        :return: to be looked into only
        :rtype: frozendict[str, str]
        """
        return frozendict(self._get_guarded_fields())

    @api.model
    @ormcache()
    def _get_stored_results(self):
        """Return our fields that are computed, stored and not for people to change.

        *Read-only* is said to the screens alone: by RPC each of them could be written.
        Not of wizards, which are their user's.

        :rtype: tuple[str]
        """
        return tuple(
            name
            for name, field in self._fields.items()
            if not self._transient
            and MODULE in field._modules
            and field.store
            and field.compute
            and field.readonly
        )

    @api.model
    def _get_guarded_reason(self):
        """Return what the guarded fields of this model follow from.

        :return: a sentence
        :rtype: str
        """
        raise NotImplementedError

    def _check_subjects(self, names=None):
        """Check that the user may read what these records are about.

        Of lines, what those are about.

        :param names: of the subjects to look at, all of them if not given
        :raise AccessError: otherwise
        """
        for name in self._support_subjects if names is None else names:
            subjects = self[name]
            if subjects._transient:
                subjects._check_subjects()
            else:
                subjects._origin.check_access("read")

    def _check_subjects_shown(self, values):
        """Check that the user may read what a form would show, before it does.

        :param dict values: of the form, as given to ``onchange``; defaults are added
        :raise AccessError: otherwise
        """
        if not self._support_subjects:
            return
        given = {
            name: values[name] for name in self._support_subjects if name in values
        }
        if not self:
            missing = [name for name in self._support_subjects if name not in given]
            given = {**self.default_get(missing), **given}
        # What is computed is computed as the user, of what was checked.
        self.new(given, origin=self)._check_subjects(None if self else given)

    def _check_guarded(self, vals_list):
        """Refuse values that nobody writes by hand.

        A client that writes back what it read changes nothing, and is not refused,
        save on what is sealed.

        :param list[dict] vals_list: to write on these records, or to create others
        :raise AccessError: if a guarded field is among them
        """
        if self.env.context.get("support_guard") is GUARD:
            return
        guarded = self._get_guards()
        forbidden = {
            name
            for vals in vals_list
            for name in guarded.keys() & vals.keys()
            if self._is_guard_refused(name, vals[name], guarded[name])
        }
        if forbidden:
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be written: %(reason)s",
                    fields=self._get_field_labels(forbidden),
                    reason=self._get_guarded_reason(),
                )
            )

    def _is_guard_refused(self, name, value, kind):
        if kind == SEALED:
            return True
        if self.env.su or (kind == GIVEN and not self):
            return False
        return not self or any(record._has_other_value(name, value) for record in self)

    def _write_guarded(self, vals):
        """Write, past the guard, what follows from what was done or decided.

        :param dict vals: of guarded fields, and of what goes with them
        """
        self.with_context(support_guard=GUARD).write(vals)

    def _has_other_value(self, name, value):
        """Say whether a value to write is another than the one there is.

        :param str name: of a field
        :param value: as given to ``write``
        :rtype: bool
        """
        self.ensure_one()
        field = self._fields[name]
        if field.type == "many2many":
            new = self.new({name: value}, origin=self)
            return set(new[name]._origin.ids) != set(self[name].ids)
        return field.convert_to_cache(value, self) != field.convert_to_cache(
            self[name], self
        )

    @api.model
    def _get_field_labels(self, names):
        """Return the labels of fields, in the user's language.

        :param names: of fields
        :rtype: str
        """
        return ", ".join(
            self._fields[name]._description_string(self.env) for name in sorted(names)
        )


class SupportLedgerMixin(models.AbstractModel):
    """What happened: rows are added by our own methods, and stay as they are.

    An heir says in ``_get_ledger_refusal`` what it keeps. Rows go with the record that
    they are about, where the heir's foreign key says ``cascade``; whatever else takes
    rows away is a method of that heir, with its reason.
    """

    _name = "support.ledger.mixin"
    _description = "Append-only Ledger"

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):  # pylint: disable=method-required-super
        # The fields' own only: what a context or a user's defaults say is nothing that
        # happened.
        return {
            name: self._fields[name].default(self)
            for name in fields
            if name in self._fields and self._fields[name].default
        }

    @api.private
    def create(self, vals_list):
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        # Never calls super, for nobody: what is noted is a fact.
        raise UserError(self._get_ledger_refusal())

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self._get_ledger_refusal())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self._get_ledger_refusal())

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        """Return why a row is neither changed, copied nor deleted.

        :return: a sentence, which names what the ledger is about
        :rtype: str
        """
        raise NotImplementedError
