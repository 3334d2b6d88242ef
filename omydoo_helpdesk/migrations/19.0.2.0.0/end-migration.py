# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Abstract models that an XML id of ours names. Those that another addon declared
# first, and that ours only extends, are in the registry all the same.
ABSTRACT_MODELS_SQL = """
    SELECT model.id, model.model
      FROM ir_model AS model
      JOIN ir_model_data AS data ON data.model = 'ir.model' AND data.res_id = model.id
     WHERE data.module = 'omydoo_helpdesk' AND model.abstract AND model.state = 'base'
"""
# What describes these models: the table, and which of its rows.
DESCRIPTIONS = {
    "ir.model.fields.selection": "field_id IN ("
    "SELECT id FROM ir_model_fields WHERE model_id IN %(ids)s)",
    "ir.model.constraint": "model IN %(ids)s",
    "ir.model.inherit": "model_id IN %(ids)s OR parent_id IN %(ids)s",
    "ir.model.fields": "model_id IN %(ids)s",
    "ir.model": "id IN %(ids)s",
}


def migrate(cr, version):
    """Drop what describes the abstract models that are part of their heir now.

    They had one heir each, and no data. Odoo would remove these rows by itself at the
    end of the update, one by one and after two notes in the log for each model: with
    some 900 of them that is most of the time that the update takes.

    At the end, when all addons are loaded: only then is it known that nobody declares
    such a model any more.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(SQL(ABSTRACT_MODELS_SQL))
    gone = {model_id: name for model_id, name in cr.fetchall() if name not in env}
    if not gone:
        return
    # Nothing that is pending may be written on rows that are gone.
    env.flush_all()
    for model, condition in DESCRIPTIONS.items():
        _drop_rows(cr, model, SQL(condition, ids=tuple(gone)))
    env.invalidate_all()
    env.registry.clear_all_caches()
    _logger.info("Dropped %s abstract models: %s", len(gone), sorted(gone.values()))


def _drop_rows(cr, model, condition):
    """Delete rows of a table of Odoo's own, with their XML ids."""
    table = SQL.identifier(model.replace(".", "_"))
    cr.execute(
        SQL(
            """
            DELETE FROM ir_model_data
             WHERE model = %s AND res_id IN (SELECT id FROM %s WHERE %s)
            """,
            model,
            table,
            condition,
        )
    )
    cr.execute(SQL("DELETE FROM %s WHERE %s", table, condition))
