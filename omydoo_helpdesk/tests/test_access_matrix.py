# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import inspect
import io
from pathlib import Path

from odoo import models
from odoo.exceptions import AccessError, MissingError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import ADDON, ROLES, AccessCase, CallUndone

TABLE = Path(__file__).with_name("access_matrix.csv")
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessCase):
    """Who may do what with everything of ours: the decisions are in a table.

    ``access_matrix.csv`` has a row for each

    - ``model`` of ours: the rights on it (read, write, create, delete);
    - ``record``: the same on one record of customer A, by the rules;
    - ``field`` of ours on any model: read, search through, write;
    - ``method`` of ours that RPC can call: x, if the call is not refused.

    A row that lacks, or that says something else than the registry does, fails, with
    the row as it would have to be: whoever pastes it decides it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with TABLE.open() as file:
            cls.decisions = {
                (row["kind"], row["name"]): tuple(row[role] for role in ROLES)
                for row in csv.DictReader(file)
            }

    # === HELPERS === #

    def assertDecided(self, kind, found):
        """Compare what the registry says with the table.

        :param str kind: of the rows
        :param dict found: for each name what each role may do
        """
        decided = {
            name: values
            for (row_kind, name), values in self.decisions.items()
            if row_kind == kind
        }
        wrong = sorted(
            name for name in found if decided.get(name) != tuple(found[name])
        )
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows((kind, name, *found[name]) for name in wrong)
        self.assertFalse(wrong, f"decide in {TABLE.name}:\n{text.getvalue()}")
        gone = sorted(decided.keys() - found.keys())
        self.assertFalse(gone, f"there is no such {kind} any more")

    def _get_letters(self, records):
        return "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if records.has_access(operation)
        )

    def _for_each_role(self, function):
        return [function(self.users[role]) for role in ROLES]

    # === TESTS === #

    def test_models(self):
        self.assertDecided(
            "model",
            {
                name: self._for_each_role(
                    lambda user, name=name: self._get_letters(
                        self.env[name].with_user(user)
                    )
                )
                for name in self._get_models()
            },
        )

    def test_records(self):
        self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.ticket._rate_as(self.a1.partner_id, "okay", "Zanzibar")
        messages = self.ticket.message_ids
        note = messages.filtered("attachment_ids").filtered("subtype_id.internal")[:1]
        answer = messages.filtered(
            lambda message: message.subtype_id == self.env.ref("mail.mt_comment")
        )[:1]
        log = self.ticket.with_user(self.agent).message_post(
            body="Log", subtype_xmlid="mail.mt_note"
        )
        records = {
            "mail.message: answer": answer,
            "mail.message: note": note,
            "mail.message: internal notification": log.with_user(self.env.user),
            "ir.attachment: of the ticket": self.files[0],
            "ir.attachment: of an answer": self.files[1],
            "ir.attachment: of a note": self.files[2],
            "rating.rating": self.ticket.rating_ids[:1],
            "helpdesk.ticket": self.ticket,
            "res.partner: customer": self.customer_a,
        }
        for name in self._get_models():
            if not self.env[name]._transient and self.env[name]._auto:
                records[name] = self._find_record(name)
        self.env.flush_all()
        self.assertDecided(
            "record",
            {
                name: self._for_each_role(
                    lambda user, record=record: self._get_letters(
                        record.with_user(user).with_context(allowed_company_ids=None)
                    ).replace("c", "")
                )
                for name, record in records.items()
                if record
            },
        )

    @mute_logger("odoo.orm.models", "odoo.models")
    def test_fields(self):
        self.assertDecided(
            "field",
            {
                f"{name}.{field.name}": self._for_each_role(
                    lambda user, name=name, field=field: self._get_field_letters(
                        self.env[name].with_user(user), field
                    )
                )
                for name, model in self.env.registry.items()
                if not model._abstract
                for field in self.env[name]._fields.values()
                if ADDON in field._modules
                and field.name not in models.MAGIC_COLUMNS
                and field.name != "display_name"
            },
        )

    def _get_search_letter(self, model, field):
        try:
            model._search([(field.name, "!=", False)])
        except AccessError:
            return ""
        except (ValueError, NotImplementedError, TypeError):
            # Not by this operator: not a matter of rights.
            return "s"
        return "s"

    def _get_field_letters(self, model, field):
        letters = ""
        if model.has_access("read") and model._has_field_access(field, "read"):
            letters += "r"
            if field.store or field.search:
                letters += self._get_search_letter(model, field)
        if (
            model.has_access("write")
            and model._has_field_access(field, "write")
            and not self._is_guarded(model, field)
        ):
            letters += "w"
        return letters

    def _is_guarded(self, model, field):
        is_guarded = hasattr(model, "_get_guarded_fields")
        return is_guarded and field.name in model._get_guarded_fields()

    @mute_logger("odoo.addons", "odoo.orm.models", "odoo.models", "odoo.sql_db")
    def test_methods(self):
        self.assertDecided(
            "method",
            {
                f"{name}.{method}": self._for_each_role(
                    lambda user, name=name, method=method: self._try_call(
                        name, method, user
                    )
                )
                for name, model in sorted(self.env.registry.items())
                if not model._abstract
                for method in sorted(self._get_public_methods(model))
            },
        )

    def _try_call(self, name, method, user):
        """Call a method as a client does, and undo it.

        :return: x if it was not refused
        :rtype: str
        """
        if self.env[name]._transient:
            # Who opens a wizard has made it: the rights on it decide.
            return "x" if self.env[name].with_user(user).has_access("create") else ""
        record = self._find_record(name)
        # pylint: disable-next=context-overridden
        function = getattr(record.with_user(user).with_context({}), method)
        parameters = inspect.signature(function).parameters.values()
        missing = [
            # A mail is a dictionary; nothing else is needed to come past the door.
            {} if parameter.name.startswith("msg") else False
            for parameter in parameters
            if parameter.default is parameter.empty
            and parameter.kind
            in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.cr.savepoint():
                function(*missing)
                self.env.flush_all()
                raise CallUndone
        except (AccessError, MissingError):
            return ""
        except Exception:
            # Whatever stopped it, it was not the rights.
            return "x"
        finally:
            self.env.invalidate_all()
