# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an uninstalled addon leaves in a database: columns, rules, records."""

# Each query gives one text a row; a row that only the one database has was left behind.
QUERIES = {
    "column": """
        SELECT table_name || '.' || column_name || ' ' || data_type
               || ' ' || is_nullable
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraint": """
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "index": """
        SELECT tablename || ' ' || regexp_replace(indexdef, '^.* USING ', '')
          FROM pg_indexes WHERE schemaname = 'public'""",
    "trigger": """
        SELECT tgrelid::regclass || ' ' || tgname
          FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
           AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')""",
    "sequence": "SELECT relname FROM pg_class WHERE relkind = 'S'",
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "view": "SELECT type || ' ' || name FROM ir_ui_view",
    "rule": "SELECT name || ' ' || active FROM ir_rule",
    "access": "SELECT name FROM ir_model_access",
    "action": "SELECT type || ' ' || (name->>'en_US') FROM ir_actions",
    "menu": "SELECT name->>'en_US' FROM ir_ui_menu",
    "job": "SELECT cron_name FROM ir_cron",
    "template": "SELECT name->>'en_US' FROM mail_template",
    "group": "SELECT name->>'en_US' FROM res_groups",
    "setting": "SELECT key FROM ir_config_parameter WHERE key LIKE '%helpdesk%'",
    "default": "SELECT field_id::text FROM ir_default",
}


def get_rest(dbs, name, ground):
    """Return what a database has that its ground has not, or the reverse, in words.

    :param dbs: the databases
    :param name: the one where our addon was uninstalled
    :param ground: the one where it never was
    """
    rest = []
    for kind, query in QUERIES.items():
        found, wanted = (
            {row[0] for row in dbs.sql(dbs.name(base), query)}
            for base in (name, ground)
        )
        rest += [f"{kind} {text} is left" for text in sorted(found - wanted)]
        rest += [f"{kind} {text} is lost" for text in sorted(wanted - found)]
    return rest
