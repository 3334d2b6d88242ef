# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Updates our addon in a database with the code on the path, and checks the result.

Usage: upgrade.py CONF DATABASE BEFORE, where BEFORE is the database it is a copy of.
Prints a line for each fault; ends with 2 if there is any.
"""

import logging
import sys
from unittest.mock import patch

from compare import Database, compare
from expected import EXPECTED
from process import configure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from odoo.addons.base.models.ir_model import IrModelData

ADDON = "omydoo_helpdesk"
MANAGER = f"{ADDON}.res_users_marie_demo"


# Told by Odoo between information and warning, together with what goes well.
LEFT_BEHIND = ("is declared but cannot be loaded", "could not be dropped")


class Log(logging.Handler):
    """Keeps warnings and errors, and notes on models that are left behind."""

    def __init__(self):
        super().__init__(logging.INFO + 1)
        self.lines = []

    def emit(self, record):
        if record.levelno < logging.WARNING and not any(
            words in str(record.msg) for words in LEFT_BEHIND
        ):
            return
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def update(database):
    """Update our addon.

    :param str database: its name
    :return: the registry, and the XML ids that the addon's files and models have
    :rtype: tuple
    """
    process_end = IrModelData._process_end
    declared = set()

    def note_declared(self, modules):
        # Odoo forgets them at the end of the update.
        declared.update(self.pool.loaded_xmlids)
        return process_end(self, modules)

    with patch.object(IrModelData, "_process_end", note_declared):
        registry = Registry.new(database, update_module=True, upgrade_modules=[ADDON])
    return registry, declared


class Checks:
    """What is to be true of an upgraded database.

    :param env: the superuser's environment
    :param set declared: XML ids that the sources have
    """

    def __init__(self, env, declared):
        self.env = env
        self.declared = declared

    def run(self):
        """Return a sentence for each fault.

        :rtype: list[str]
        """
        return [
            *self.check_models(),
            *self.check_fields(),
            *self.check_names(),
            *self.check_columns(),
            *self.check_views(),
            *self.check_actions(),
        ]

    def check_models(self):
        """Every model that the database knows is one of the code."""
        self.env.cr.execute("SELECT model FROM ir_model ORDER BY model")
        for (model,) in self.env.cr.fetchall():
            if model not in self.env:
                yield f"ir.model: {model} is left, but no code declares it"

    def check_fields(self):
        """The same of fields, and of what may be selected in them."""
        self.env.cr.execute(
            """
            SELECT field.model, field.name, array_agg(selection.value)
                   FILTER (WHERE data.id IS NOT NULL)
              FROM ir_model_fields AS field
              LEFT JOIN ir_model_fields_selection AS selection
                ON selection.field_id = field.id
              LEFT JOIN ir_model_data AS data
                ON data.model = 'ir.model.fields.selection'
               AND data.res_id = selection.id AND data.module = %s
             WHERE field.state = 'base'
             GROUP BY field.id
             ORDER BY field.model, field.name
            """,
            [ADDON],
        )
        for model, name, values in self.env.cr.fetchall():
            field = model in self.env and self.env[model]._fields.get(name)
            if not field:
                yield f"ir.model.fields: {model}.{name} is left"
            elif values and field.type == "selection":
                known = field.get_values(self.env)
                for value in set(values) - set(known):
                    yield f"{model}.{name}: the choice {value} is left"

    def check_names(self):
        """Every XML id of ours is declared, and names a record that exists."""
        self.env.cr.execute(
            "SELECT name, model, res_id FROM ir_model_data WHERE module = %s"
            " ORDER BY name",
            [ADDON],
        )
        by_model = {}
        for name, model, res_id in self.env.cr.fetchall():
            by_model.setdefault(model, {})[name] = res_id
            if not self._is_declared(name, model):
                yield f"ir.model.data: {name} is left, but nothing declares it"
        for model, names in by_model.items():
            if model not in self.env:
                yield f"ir.model.data: {len(names)} names of {model}, which is gone"
                continue
            records = self.env[model].with_context(active_test=False)
            there = set(records.browse(names.values()).exists().ids)
            for name, res_id in names.items():
                if res_id not in there:
                    yield f"ir.model.data: {name} names {model} {res_id}, which is gone"

    def _is_declared(self, name, model):
        """Say whether the sources have a name, or that of a record's heir.

        A user's contact, say, is named by Odoo when the user is made.
        """
        suffix = f"_{model.replace('.', '_')}"
        names = {name}
        if model in self.env and self.env[model]._inherits_children:
            names.add(name.removesuffix(suffix))
        return any(f"{ADDON}.{name}" in self.declared for name in names)

    def check_columns(self):
        """No table of our models has a column that no field fills."""
        for model in self.env.values():
            if model._original_module != ADDON or model._abstract or not model._auto:
                continue
            self.env.cr.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s",
                [model._table],
            )
            for (column,) in self.env.cr.fetchall():
                field = model._fields.get(column)
                if not field or not field.store:
                    yield f"{model._table}: nothing fills the column {column}"

    def check_views(self):
        """Every view of ours is one that the client gets."""
        views = self._get_own("ir.ui.view").filtered("model")
        for view in views.sorted("key"):
            if view.type == "qweb":
                continue
            try:
                # A view that extends another is seen in that one.
                root = view
                while root.mode == "extension":
                    root = root.inherit_id
                self.env[view.model].get_view(root.id, root.type)
            except Exception as error:
                yield f"The view {view.xml_id} does not open: {error!r}"

    def check_actions(self):
        """Every window of ours opens for the manager, else for the administrator.

        Else for the superuser: some rights are nobody's at first.
        """
        readers = (self.env.ref(MANAGER), self.env.ref("base.user_admin"))
        for action in self._get_own("ir.actions.act_window"):
            model = self.env[action.res_model]
            who = next(
                (user for user in readers if model.with_user(user).has_access("read")),
                self.env.ref("base.user_root"),
            )
            try:
                model.with_user(who).get_views(action.views, {"toolbar": True})
            except Exception as error:
                yield f"The window {action.xml_id} does not open: {error!r}"

    def _get_own(self, model):
        self.env.cr.execute(
            "SELECT res_id FROM ir_model_data WHERE module = %s AND model = %s",
            [ADDON, model],
        )
        ids = [res_id for (res_id,) in self.env.cr.fetchall()]
        return self.env[model].with_context(active_test=False).browse(ids).exists()


def compare_names(before, after):
    """Every XML id of ours that stays names the same record.

    :return: a sentence for each that does not
    :rtype: list[str]
    """
    query = (
        "SELECT name, model, res_id FROM ir_model_data WHERE module = %s"
        " AND model NOT IN ('ir.model.constraint', 'ir.model.inherit')"
    )
    named = []
    for name in (before, after):
        base = Database(name)
        named.append({name: rest for name, *rest in base.fetch(query, [ADDON])})
        base.connection.close()
    old, new = named
    return [
        f"ir.model.data: {name} named {old[name]}, names {new[name]}"
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name]
    ]


def main():
    before = sys.argv[3]
    database = configure("--log-level=info")
    log = Log()
    logging.getLogger().addHandler(log)
    registry, declared = update(database)
    with registry.cursor() as cr:
        faults = Checks(api.Environment(cr, SUPERUSER_ID, {}), declared).run()
    faults = log.lines + faults
    faults += compare_names(before, database)
    faults += compare(before, database)
    faults = [fault for fault in faults if not fault.startswith(tuple(EXPECTED))]
    for fault in faults:
        print(fault)
    sys.exit(2 if faults else 0)


if __name__ == "__main__":
    main()
