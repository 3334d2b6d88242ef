# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import inspect
import json
import logging
import random
import re
import traceback
import zlib
from collections import Counter

from psycopg2 import IntegrityError

from odoo import models
from odoo.exceptions import UserError
from odoo.http import SessionExpiredException
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.json import json_default

from .access_common import ADDON, AccessCase, CallUndone
from .routes_common import ROUNDS

_logger = logging.getLogger(__name__)

STRANGE_VALUES = (
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    "",
    " ",
    "abc",
    "-1",
    "²",
    "é",
    "\u202e\u200b",
    "<script>alert(1)</script>",
    "{{7*7}}%s%(x)s",
    "0001-01-01",
    "9999-12-31 23:59:59",
    "2026-06-01",
    "fr_FR",
    "x" * 5000,
    [],
    {},
    [[6, 0, [999999999]]],
    [[0, 0, {}]],
    [[5]],
    ["abc"],
    [[]],
)
OPERATORS = ("=", "!=", "in", "not in", "ilike", ">", "<=", "child_of", "any", "=?")
# Not one French sentence has them.
ENGLISH = re.compile(
    r"\b(the|you|your|cannot|is|are|of|this|with|must|has|have|not|for|and|when)\b",
    re.IGNORECASE,
)


@tagged("post_install", "-at_install")
class TestRpcFuzz(AccessCase):
    """Whatever is called by RPC by whomever: it works, or is refused in words that a
    French user understands.

    What Odoo itself does with such a value, before it comes to us, is not ours: a
    crash counts if the last of Odoo's and our lines on the way to it is ours, a
    statement of ours that PostgreSQL refuses included.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Labels are in the database, other words in the sources.
        modules = [ADDON, "helpdesk_mgmt"]
        cls.env["ir.module.module"]._load_module_terms(modules, ["fr_FR"])
        for user in cls.users.values():
            user.sudo().lang = "fr_FR"
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.calls, self.ends = Counter(), Counter()
        self.number = 0
        self.faults = {}

    def tearDown(self):
        super().tearDown()
        # Here, because the tests mute what the calls log.
        count = self.calls.total()
        _logger.info("%s: %s calls: %s", self._testMethodName, count, self.ends)

    # === HELPERS === #

    def _call(self, user, name, method, *args, share=1, **kwargs):
        """Call a method as the RPC road does, and undo it.

        :param int share: one of how many such calls is made, in one round
        """
        # pylint: disable-next=context-overridden
        env = self.env(user=user, context={})
        kwargs["context"] = {
            "lang": "fr_FR",
            "tz": "Europe/Paris",
            **kwargs.get("context", {}),
        }
        about = f"{name}.{method}{args} {kwargs} as {user.login}"[:600]
        # Of each, as many as there are rounds, always the same.
        self.number += 1
        if zlib.crc32(str(self.number).encode()) % share >= ROUNDS:
            return
        self.calls[method] += 1
        try:
            with self.cr.savepoint():
                result = call_kw(env[name], method, list(args), kwargs)
                env.flush_all()
                json.dumps(result, default=json_default)
                raise CallUndone
        except CallUndone:
            self.ends["done"] += 1
        except (UserError, SessionExpiredException) as error:
            self.ends["refused in words"] += 1
            if self._is_ours(error) and ENGLISH.search(str(error)):
                self.faults.setdefault(f"English: {error}"[:60], f"{about}\n{error}")
        except IntegrityError:
            # Put into words by odoo.service.model.retrying.
            self.ends["refused by the database"] += 1
        except Exception as error:
            self.ends["no value for Odoo"] += 1
            if self._is_ours(error):
                where = traceback.format_exception(error)[-6:]
                key = f"{type(error).__name__}: {self._get_last_frame(error)}"
                self.faults.setdefault(key, f"{about}\n{''.join(where)[-1500:]}")
        finally:
            self.env.transaction.reset()
            self.env.transaction.default_env = self.env

    def _get_frames(self, error):
        return [
            (frame.f_code.co_filename, line)
            for frame, line in traceback.walk_tb(error.__traceback__)
            # Whoever sends a statement answers for it.
            if not frame.f_code.co_filename.endswith("/odoo/sql_db.py")
            and (
                "/odoo/" in frame.f_code.co_filename
                or ADDON in frame.f_code.co_filename
            )
        ]

    def _get_last_frame(self, error):
        ours = [frame for frame in self._get_frames(error) if self._is_our_file(frame)]
        return ours[-1] if ours else None

    def _is_our_file(self, frame):
        return f"/{ADDON}/" in frame[0] and f"/{ADDON}/tests/" not in frame[0]

    def _is_ours(self, error):
        frames = self._get_frames(error)
        return bool(frames) and self._is_our_file(frames[-1])

    def assertNoFaults(self, at_least):
        self.assertFalse(
            self.faults, "\n\n".join(f"{k}\n{v}" for k, v in self.faults.items())
        )
        # Otherwise nothing was tried.
        self.assertGreater(self.calls.total(), at_least)

    def _get_extended(self):
        """Return the models of ours and those that we extend, with records.

        :rtype: list[str]
        """
        ours = set(self._get_models())
        return sorted(
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and (
                name in ours
                or any(ADDON in field._modules for field in model._fields.values())
            )
        )

    def _get_our_fields(self, name):
        return [
            field
            for field in self.env[name]._fields.values()
            if ADDON in field._modules and field.name not in models.MAGIC_COLUMNS
        ]

    def _iter(self):
        """Yield each user and model, with the ids of a record of it."""
        for name in self._get_extended():
            ids = self._find_record(name).ids
            for user in self.users.values():
                yield user, name, ids

    def _draw_value(self, draw, field):
        """Return a value for a field: often of its kind."""
        values = list(STRANGE_VALUES)
        if field.relational:
            known = self._find_record(field.comodel_name).ids
            values += [*known, known, [[6, 0, known]], *([[4, i]] for i in known)] * 2
        elif field.type == "selection":
            values += field.get_values(self.env) * 4
        elif field.type in ("float", "integer", "monetary"):
            values += [1, 0.25, -3.5, 1e308, 99999999]
        return draw.choice(values)

    # === TESTS === #

    @mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.orm.models")
    def test_reading(self):
        for user, name, ids in self._iter():
            fields = [field.name for field in self._get_our_fields(name)]
            stored = [
                field.name
                for field in self._get_our_fields(name)
                if field.store and field.type not in ("one2many", "binary", "html")
            ]
            spec = dict.fromkeys(fields, {})
            self._call(user, name, "fields_get", share=6)
            self._call(
                user, name, "get_views", [[False, "form"], [False, "list"]], share=6
            )
            self._call(user, name, "default_get", fields, share=6)
            self._call(user, name, "web_search_read", [], spec, limit=5, share=6)
            self._call(user, name, "read", ids, fields, share=6)
            self._call(user, name, "read", [999999999], fields, share=6)
            self._call(user, name, "name_search", "x' OR 1=1 --", share=6)
            self._call(user, name, "export_data", ids, [*fields, "id", ".id"], share=6)
            self._call(user, name, "onchange", [], {}, [], spec, share=6)
            self._call(user, name, "onchange", ids, {}, fields[:1], spec, share=6)
            self._call(
                user, name, "formatted_read_group", [], stored[:3], ["__count"], share=6
            )
        self.assertNoFaults(800)

    @mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.orm.models")
    def test_searching(self):
        for name in self._get_extended():
            for field in self._get_our_fields(name):
                draw = random.Random(f"{name}.{field.name}")
                # Ours decide what is found where it is not stored.
                count = 12 if field.search else 1
                for _number in range(count * ROUNDS):
                    operator = draw.choice(OPERATORS)
                    value = self._draw_value(draw, field)
                    user = draw.choice([self.a1, self.agent, self.manager])
                    domain = [[field.name, operator, value]]
                    self._call(user, name, "search_count", domain, share=3)
                self._call(self.manager, name, "search", [], order=f"{field.name} desc")
                self._call(
                    self.manager,
                    name,
                    "formatted_read_group",
                    [],
                    [field.name],
                    ["__count"],
                )
        self.assertNoFaults(500)

    @mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.orm.models")
    def test_changing(self):
        for user, name, ids in self._iter():
            self._call(user, name, "create", {}, share=5)
            self._call(user, name, "create", [{}, {}], share=5)
            self._call(user, name, "web_save", [], {}, {"display_name": {}}, share=5)
            self._call(user, name, "name_create", "x", share=5)
            self._call(user, name, "copy", ids, share=5)
            self._call(user, name, "action_archive", ids, share=5)
            self._call(user, name, "load", ["name"], [["x"], [""]], share=5)
            self._call(user, name, "write", [999999999], {}, share=5)
            self._call(user, name, "unlink", ids, share=5)
            self._call(user, name, "unlink", [999999999], share=5)
        self.assertNoFaults(800)

    @mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.orm.models")
    def test_each_field(self):
        """Each field of ours with values that are none, by three kinds of people."""
        people = (self.a1, self.agent, self.manager, self.env.ref("base.user_admin"))
        for name in self._get_extended():
            ids = self._find_record(name).ids
            for field in self._get_our_fields(name):
                draw = random.Random(f"{name}.{field.name}")
                for _number in range(2 * ROUNDS):
                    vals = {field.name: self._draw_value(draw, field)}
                    user = draw.choice(people)
                    if ids:
                        self._call(user, name, "write", ids, vals, share=2)
                    self._call(user, name, "create", vals, share=2)
                    self._call(
                        user,
                        name,
                        "onchange",
                        [],
                        vals,
                        list(vals),
                        {field.name: {}},
                        share=3,
                    )
        self.assertNoFaults(800)

    @mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.orm.models")
    def test_creating(self):
        """Records as a careless script makes them: some fields, some of them wrong."""
        people = (self.agent, self.project_manager, self.manager)
        for name in self._get_models():
            draw = random.Random(name)
            fields = [
                field
                for field in self.env[name]._fields.values()
                if field.name not in models.MAGIC_COLUMNS
                and (field.required or not field.readonly)
            ]
            for number in range(12 * ROUNDS):
                chosen = [field for field in fields if field.required]
                others = [field for field in fields if not field.required]
                chosen += draw.sample(others, min(len(others), draw.randint(0, 4)))
                if number % 3 == 0 and chosen:
                    chosen.remove(draw.choice(chosen))
                vals = {field.name: self._draw_value(draw, field) for field in chosen}
                self._call(draw.choice(people), name, "create", vals)
        self.assertNoFaults(400)

    @mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.orm.models")
    def test_methods(self):
        """Each public method of ours, on a record, on none, on one that is gone, with
        what it asks for and with anything else.
        """
        for name in sorted(self.env.registry):
            model = self.registry[name]
            methods = not model._abstract and self._get_public_methods(model)
            ids = self._find_record(name).ids if methods else []
            for method in sorted(methods or ()):
                function = getattr(self.env[name], method)
                takes_ids = not getattr(function, "_api_model", False)
                parameters = [
                    parameter
                    for parameter in inspect.signature(function).parameters.values()
                    if parameter.kind == parameter.POSITIONAL_OR_KEYWORD
                ]
                draw = random.Random(f"{name}.{method}")
                for user in self.users.values():
                    for some in (ids, [], [999999999], ids * 2):
                        args = [some] if takes_ids else []
                        for _number in range(ROUNDS):
                            given = [draw.choice(STRANGE_VALUES) for _ in parameters]
                            self._call(user, name, method, *args, *given, share=4)
        self.assertNoFaults(400)
