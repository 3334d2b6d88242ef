# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import inspect
import re

from odoo.service.model import get_public_method
from odoo.tests import tagged

from .access_common import ADDON, MODULE, AccessCase
from .interface_common import read_sections, read_table
from .test_access_matrix import TABLE

# From the least to the most.
CHAIN = ("customer", "agent", "project manager", "manager")
NOBODY = "–"
FIELDS = ("field", "type", "read by", "written by", "since", "what")
METHODS = ("method", "called by", "since", "what")
# Guarded by the rights on the model.
OPERATIONS = {"create": "create", "write": "write", "search_read": "read"}
CODE = re.compile(r"`([^`]+)`")


def name(cell):
    """Return the name in a cell, without its backticks."""
    return CODE.fullmatch(cell)[1]


@tagged("post_install", "-at_install")
class TestInterface(AccessCase):
    """What the page promises of fields and methods holds; see ``docs/interface.md``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sections = read_sections()
        cls.models = {
            CODE.match(title)[1]: text
            for title, text in read_sections("###").items()
            if CODE.match(title)
        }
        with TABLE.open() as file:
            cls.decisions = {
                (row["kind"], row["name"]): row for row in csv.DictReader(file)
            }

    # === HELPERS === #

    def _get_rows(self, columns):
        """Yield each row of the tables of models, with the model.

        :rtype: Iterator[tuple[str, list[str]]]
        """
        for model, text in self.models.items():
            for row in read_table(text, *columns):
                yield model, row

    def _get_least(self, is_allowed):
        """Return the least role that may, after which all may.

        :param is_allowed: called with a role
        :rtype: str
        """
        may = [is_allowed(role.replace(" ", "_")) for role in CHAIN]
        least = may.index(True) if True in may else len(CHAIN)
        self.assertTrue(all(may[least:]), "who may more may less")
        return (*CHAIN, NOBODY)[least]

    def _is_base(self, model, field):
        return any(
            module != ADDON for module in self.env[model]._fields[field]._modules
        )

    # === THE TABLES === #

    def test_the_page_is_read(self):
        fields, methods = list(self._get_rows(FIELDS)), list(self._get_rows(METHODS))
        # What the design names, whatever else there is.
        for model, field in (
            ("helpdesk.ticket", "scope"),
            ("helpdesk.ticket", "response_state"),
            ("support.plan.sla", "response_hours"),
            ("sale.subscription", "support_plan_id"),
        ):
            self.assertIn((model, field), [(m, name(row[0])) for m, row in fields])
        self.assertIn(
            ("helpdesk.ticket.convert", "action_convert"),
            [(m, name(row[0])) for m, row in methods],
        )
        for columns, rows in ((FIELDS, fields), (METHODS, methods)):
            for model, row in rows:
                self.assertEqual(len(row), len(columns), (model, row))

    def test_fields_are_there_and_of_their_type(self):
        for model, (field, told, *_rest) in self._get_rows(FIELDS):
            with self.subTest(model=model, field=field):
                found = self.env[model]._fields[name(field)]
                kind, names = told.split(" ")[0], CODE.findall(told)
                self.assertEqual(found.type, kind)
                if found.comodel_name:
                    self.assertEqual([found.comodel_name], names)
                if kind == "selection":
                    keys = [
                        key for key, _label in found._description_selection(self.env)
                    ]
                    self.assertEqual(keys, names)

    def test_fields_are_read_and_written_by_whom_it_says(self):
        for model, (field, _type, reader, writer, *_rest) in self._get_rows(FIELDS):
            with self.subTest(model=model, field=field):
                field = self.env[model]._fields[name(field)]
                self.assertEqual(self._get_least_for(model, field, "read"), reader)
                if writer == NOBODY and field.readonly:
                    # Who may write on the record writes nothing of what is computed.
                    continue
                self.assertEqual(self._get_least_for(model, field, "write"), writer)

    def _get_least_for(self, model, field, operation):
        """Return the least role that may read or write a field.

        As decided in the matrix of who may what; what is of Odoo or OCA, as it is.

        :rtype: str
        """
        row = self.decisions.get(("field", f"{model}.{field.name}"))
        if row:
            return self._get_least(lambda role: operation[0] in row[role])

        def is_allowed(role):
            records = self.env[model].with_user(self.users[role])
            return (
                records.has_access(operation)
                and records._has_field_access(field, operation)
                and not (operation == "write" and self._is_guarded(model, field))
            )

        return self._get_least(is_allowed)

    def _is_guarded(self, model, field):
        guarded = getattr(self.env[model], "_get_guarded_fields", dict)()
        return field.name in guarded

    def test_methods_are_called_by_whom_it_says(self):
        for model, (method, role, *_rest) in self._get_rows(METHODS):
            method = name(method)
            with self.subTest(model=model, method=method):
                get_public_method(self.env[model], method)  # raises for what is private
                row = self.decisions.get(("method", f"{model}.{method}"))
                operation = OPERATIONS.get(method)
                if row:
                    least = self._get_least(lambda role, row=row: "x" in row[role])
                elif operation:
                    least = self._get_least(
                        lambda role, model=model, operation=operation: self.env[model]
                        .with_user(self.users[role])
                        .has_access(operation)
                    )
                    if operation == "read" and role == "agent":
                        continue  # customers read as well, of theirs
                else:
                    # OCA's own: whoever may write on the ticket.
                    self.assertEqual(
                        (model, method), ("helpdesk.ticket", "assign_to_me")
                    )
                    continue
                self.assertEqual(least, role)

    def test_since_when(self):
        for columns, of_fields in ((FIELDS, True), (METHODS, False)):
            for model, row in self._get_rows(columns):
                since, field = row[columns.index("since")], name(row[0])
                with self.subTest(model=model, name=field):
                    self.assertIn(since, ("base", "1.0", "2.0"))
                    if of_fields:
                        self.assertEqual(since == "base", self._is_base(model, field))

    # === HOOKS === #

    def test_hooks_are_there(self):
        rows = read_table(self.sections["Hooks"], "model", "hook", "since", "what")
        self.assertTrue(rows)
        for model, hook, *_rest in rows:
            with self.subTest(model=model, hook=hook):
                function, _bracket, arguments = name(hook).rstrip(")").partition("(")
                self.assertTrue(function.startswith("_"))
                heir = self.env.registry[name(model)]
                found = getattr(heir, function)
                self.assertEqual(
                    [*inspect.signature(found).parameters][1:],
                    [argument for argument in arguments.split(", ") if argument],
                )
                words = [
                    getattr(base, function, found).__doc__ for base in heir.__mro__
                ]
                self.assertTrue(any(words), "says what it is for")

    # === WHAT GOES === #

    def test_what_is_deprecated_says_so(self):
        told = {
            name(row[0])
            for row in read_table(self.sections["Deprecated"], "name", "since", "use")
        }
        found = {
            f"{model._name}.{attribute}"
            for model in self.env.registry.values()
            for base in model.__mro__
            if base.__module__.startswith(MODULE)
            for attribute, member in vars(base).items()
            if hasattr(member, "__deprecated__")
        }
        self.assertEqual(found, told)
