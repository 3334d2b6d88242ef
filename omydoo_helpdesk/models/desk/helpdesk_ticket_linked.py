# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import datetime

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ...tools.text import given_id

# Columns whose values come out of JSON as they went in.
PLAIN_TYPES = (
    "boolean",
    "char",
    "float",
    "integer",
    "many2one",
    "properties_definition",
    "selection",
    "text",
)
# What a contact's name is made of, beside what the field of the name says.
CONTACT_NAME = ("name", "company_name", "parent_id", "is_company", "type")
# Of several companies: that many are read as fast as one.
MAX_STAGES = 40
# What users are named by.
CONTACT_OF_USER = ("res.partner", "partner_id")
# Of a context, beside the language: which words of a translated column are read.
READING_KEYS = ("check_translations", "edit_translations", "prefetch_langs")
# What is looked at while a ticket is made and while something is written on it.
USER_COLUMNS = ("active", "company_id", "partner_id")
COMPANY_COLUMNS = (
    "alias_domain_id",
    "helpdesk_mgmt_ticket_auto_assign",
    "resource_calendar_id",
)
CHANNEL_COLUMNS = ("is_phone",)
MODEL_COLUMNS = ("name",)
STAGE_COLUMNS = (
    "active",
    "closed",
    "hold_party",
    "holds_sla",
    "is_conversion",
    "mail_template_id",
    "sla_success",
    "unattended",
)
TEAM_COLUMNS = (
    "autoupdate_ticket_stage",
    "company_id",
    "support_assignment",
    "ticket_properties",
)
CONTACT_COLUMNS = (
    "active",
    "commercial_partner_id",
    "email",
    "name",
    "partner_share",
    "tz",
)


class HelpdeskTicketLinked(models.Model):
    """What tickets are linked to, read with one statement.

    A form and a list show the names of what a ticket is linked to, and look at little
    else of it: customer, team, stage, category, plan, subscription, who has it. Odoo
    reads each by a statement of its own, with all the columns of wide tables: seven
    statements of fourteen to open the form, and a fifth of the time.

    Whatever is not foreseen here, another addon's column say, is read as ever.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === CRUD METHODS === #

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        if field_names is not None and not self.env.su:
            # Whoever reads what was found is checked to be allowed to, one by one:
            # else all columns of all of them were read for it.
            field_names = {*field_names, *self._get_rule_columns()}
        return super().search_fetch(domain, field_names, offset, limit, order)

    def message_post(self, **kwargs):
        if len(self) == 1:
            self._read_for_message()
        return super().message_post(**kwargs)

    # === BUSINESS METHODS === #

    @api.model
    def _get_rule_columns(self):
        """Return the columns of tickets that say whether the user may read them.

        :rtype: set[str]
        """
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        names = {
            condition.field_expr.partition(".")[0]
            for condition in Domain(rules or []).iter_conditions()
        }
        fields = [self._fields[name] for name in names]
        return {
            field.name
            for field in fields
            if field.store
            and field.column_type
            and self._has_field_access(field, "read")
        }

    def _read_linked(self, names, more=None, also=None):
        """Read what is shown and looked at of what these tickets are linked to.

        Without a look at the rights of who reads: the client is told the names of
        whatever a record that may be read is linked to, and what else is looked at is
        read by computing in sudo mode.

        :param names: of the fields that are about to be read, which are at hand
        :param dict more: columns beside them, by name of a model
        :param dict also: ids beside those they are linked to, by name of a model
        """
        self._read_at_once(
            {
                model: (
                    self._find_linked(links).union((also or {}).get(model, ())),
                    (more or {}).get(model, ()) + columns,
                )
                for model, (links, columns) in self._get_linked(tuple(names))
            }
        )

    def _read_for_message(self):
        """Read what a message on this ticket, and its mails, look at."""
        self.ensure_one()
        if (
            isinstance(self.id, int)
            and self.id not in self._fields["company_id"]._get_cache(self.env)
            and not self._is_restricted_reader()
        ):
            self._read_columns()
        author = self.env.user
        self._read_at_once(
            {
                "res.users": (set(author.ids), USER_COLUMNS),
                "res.company": (set(self.company_id.ids), COMPANY_COLUMNS),
                "helpdesk.ticket.team": (set(self.team_id.ids), TEAM_COLUMNS),
                "res.partner": (set(), CONTACT_COLUMNS),
            }
        )

    @api.model
    def _read_for_creation(self, vals_list, names=()):
        """Read what new tickets are linked to, as far as creating them looks at it.

        Of employees only, who may read all of it, and of what acts in sudo mode.

        :param list[dict] vals_list: as given to ``create``
        :param names: of the fields that are about to be shown
        """
        if self._is_restricted_reader() or not self.has_access("create"):
            return
        links = self._get_creation_links()
        ids = defaultdict(set)
        for vals in vals_list:
            for name in links:
                ids[links[name][0]].add(given_id(vals.get(name)))
        ids["res.users"].add(self.env.uid)
        # By which their first message calls them.
        ids["ir.model"].add(self.env["ir.model"]._get_id(self._name))
        if not all(vals.get("stage_id") for vals in vals_list):
            # One of them is where it goes.
            stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()["open"]
            if len(stages) <= MAX_STAGES:
                ids["helpdesk.ticket.stage"].update(stages)
        shown = {model: columns for model, (_l, columns) in self._get_linked(names)}
        self._read_at_once(
            {
                model: (ids[model] - {False, None}, columns + shown.get(model, ()))
                for model, columns in [*links.values(), ("ir.model", MODEL_COLUMNS)]
            },
            of_users=(CONTACT_OF_USER, ("res.company", "company_id")),
        )

    @api.model
    def _get_creation_links(self):
        """Return what is looked at of what a new ticket is linked to.

        :return: by field the name of a model, and of its columns
        :rtype: dict[str, tuple[str, tuple]]
        """
        return {
            "user_id": ("res.users", USER_COLUMNS),
            "company_id": ("res.company", COMPANY_COLUMNS),
            "team_id": ("helpdesk.ticket.team", TEAM_COLUMNS),
            "stage_id": ("helpdesk.ticket.stage", STAGE_COLUMNS),
            "channel_id": ("helpdesk.ticket.channel", CHANNEL_COLUMNS),
            "partner_id": ("res.partner", CONTACT_COLUMNS),
        }

    def _find_linked(self, links):
        """Return the ids of the records at the end of some links.

        :param links: names of fields, at hand
        :rtype: set[int]
        """
        found = set()
        for name in links:
            cache = self._fields[name]._get_cache(self.env)
            found.update(map(cache.get, self._ids))
        return {id_ for id_ in found if id_ and isinstance(id_, int)}

    @api.model
    def _read_at_once(self, asked, of_users=(CONTACT_OF_USER,)):
        """Read columns of records of several models, those that are not at hand.

        :param dict asked: by name of a model the ids and the names of columns; the ids
            are completed by what users are linked to
        :param of_users: what of the users is read too, where it is asked for: names of
            a model and of the link to it, maybe through other records
        """
        read, selects = [], []
        users, _columns = asked.get("res.users", ((), ()))
        unknown = {
            model: (link, self._add_of_users(users, link, asked[model][0]))
            for model, link in of_users
            if users and model in asked
        }
        for model, (ids, columns) in asked.items():
            records, fields = self._get_unread(model, ids, columns)
            if records:
                condition = SQL("id IN %s", records._ids)
                selects.append(self._select_linked(len(read), fields, condition))
                read.append(fields)
            link, unknown_users = unknown.get(model, ("", ()))
            if unknown_users:
                condition = SQL("id IN %s", self._select_of_users(unknown_users, link))
                fields = [records._fields[name] for name in dict.fromkeys(columns)]
                selects.append(self._select_linked(len(read), fields, condition))
                read.append(fields)
        if selects:
            self._insert_linked(read, SQL(" UNION ALL ").join(selects))

    @api.model
    def _add_of_users(self, users, link, ids):
        """Add what users are linked to, where that is known.

        :param users: their ids
        :param str link: name of a field, maybe followed by others
        :param set ids: completed in place
        :return: ids of the users of whom it is not known yet
        :rtype: set[int]
        """
        caches = [field._get_cache(self.env) for field in self._get_user_links(link)]
        unknown = set()
        for user in users:
            id_ = user
            for cache in caches:
                if id_ and id_ not in cache:
                    unknown.add(user)
                    break
                id_ = id_ and cache[id_]
            else:
                ids.add(id_)
        ids -= {None, False}
        return unknown

    @api.model
    def _select_of_users(self, users, link):
        """Return a select of the ids of what users are linked to.

        :param users: their ids
        :param str link: name of a field, maybe followed by others
        :rtype: SQL
        """
        query = SQL("%s", tuple(users))
        for field in self._get_user_links(link):
            query = SQL(
                "(SELECT %s FROM %s WHERE id IN %s)",
                SQL.identifier(field.name, to_flush=field),
                SQL.identifier(self.env[field.model_name]._table),
                query,
            )
        return query

    @api.model
    def _get_user_links(self, link):
        """Return the fields that lead from users to something.

        :param str link: name of a field, maybe followed by others
        :rtype: list[Field]
        """
        records, fields = self.env["res.users"], []
        for name in link.split("."):
            fields.append(records._fields[name])
            records = self.env[fields[-1].comodel_name]
        return fields

    @api.model
    def _get_unread(self, model, ids, columns):
        """Return which records are to be read, and the fields that any of them lacks.

        :param str model: its name
        :param set ids: of the records
        :param columns: names of fields
        :rtype: tuple[recordset, list[Field]]
        """
        records, fields = self.env[model], []
        missing = set()
        for name in dict.fromkeys(columns):
            field = records._fields[name]
            cache = field._get_cache(self.env)
            lacking = [id_ for id_ in ids if id_ not in cache]
            if lacking:
                fields.append(field)
                missing.update(lacking)
        return records.browse(sorted(missing)), fields

    @api.model
    def _select_linked(self, number, fields, condition):
        """Return a select of the number, the ids, and arrays of values.

        :param int number: of the select among others
        :param list fields: of one model
        :param SQL condition: which records
        :rtype: SQL
        """
        model = fields[0].model_name
        return SQL(
            "SELECT %s AS part, id, json_build_array(%s) FROM %s WHERE %s",
            number,
            self._get_columns_sql(model, tuple(field.name for field in fields)),
            SQL.identifier(self.env[model]._table),
            condition,
        )

    @api.model
    @ormcache("model", "names", "self._get_reading()")
    def _get_columns_sql(self, model, names):
        """Return the columns of a model as they are selected, always the same.

        :param str model: its name
        :param tuple names: of its plain fields, and of lists of others
        :rtype: SQL
        """
        # In sudo mode: see ``_read_linked``.
        records_sudo = self._with_reading().env[model]
        return SQL(", ").join(
            records_sudo._field_to_sql(records_sudo._table, name)
            if records_sudo._fields[name].column_type
            else self._select_list(records_sudo, records_sudo._fields[name])
            for name in names
        )

    @api.model
    def _get_reading(self):
        """Return what of a context says which values of a column are read.

        :return: keys and values
        :rtype: tuple[tuple[str, object]]
        """
        context = self.env.context
        return (
            ("lang", self.env.lang),
            *((key, True) for key in READING_KEYS if context.get(key)),
        )

    @api.model
    def _with_reading(self):
        """Return the model as what is kept for everybody sees it.

        In sudo mode, and of the context with what ``_get_reading`` returns only.
        """
        return self.with_env(self.env(su=True, context=dict(self._get_reading())))

    @api.model
    def _select_list(self, records, field):
        """Return the ids in a list of a record, in their order, as a column of its own.

        :param records: of its model, in sudo mode
        :param field: as of ``_get_listed``
        :rtype: SQL
        """
        # As Odoo reads it.
        context = {"active_test": False, **field.context}
        others = records.env[field.comodel_name].with_context(**context)
        query = others._search(field.get_comodel_domain(records), order=others._order)
        column = SQL.identifier(field.relation, field.column2)
        query.add_join(
            "JOIN",
            field.relation,
            None,
            SQL("%s = %s", column, SQL.identifier(others._table, "id")),
        )
        query.add_where(
            SQL(
                "%s = %s",
                SQL.identifier(field.relation, field.column1),
                SQL.identifier(records._table, "id"),
            )
        )
        return SQL("ARRAY(%s)", query.select(column))

    @api.model
    def _insert_linked(self, read, query):
        """Execute selects, and keep what they find as if it had been read one by one.

        :param list read: by number of a select the fields of its values
        :param SQL query: all of them
        """
        rows = defaultdict(list)
        for number, id_, values in self.env.execute_query(query):
            rows[number].append((id_, *values))
        for number, of_part in rows.items():
            fields = read[number]
            ids, *columns = zip(*of_part, strict=True)
            records = self.env[fields[0].model_name].browse(ids)
            for field, values in zip(fields, columns, strict=True):
                if field.type == "many2many":
                    values = map(tuple, values)
                elif field.type == "datetime":
                    values = [text and datetime.fromisoformat(text) for text in values]
                field._insert_cache(records, values)

    # === WHAT IS LOOKED AT === #

    @api.model
    @ormcache("names")
    def _get_linked(self, names):
        """Return what is looked at of linked records when some fields are read.

        :param tuple names: of the fields
        :return: for each model its name, the names of the links to it, and the names
            of its columns
        :rtype: tuple[tuple[str, tuple[tuple, tuple]]]
        """
        links, columns = defaultdict(dict), defaultdict(dict)
        for name, path in self._get_paths(names):
            field = self._fields[name]
            if field.type != "many2one" or not self._is_plain(field):
                continue
            model = field.comodel_name
            links[model][name] = True
            for column in self._get_plain_columns(model, path):
                columns[model][column] = True
        for link, listed in filter(None, map(self._get_listed, names)):
            links[listed.model_name][link] = True
            columns[listed.model_name][listed.name] = True
        if "res.users" in links:
            columns["res.users"] |= dict.fromkeys(USER_COLUMNS, True)
            for column in self._get_plain_columns("res.partner", "display_name"):
                columns["res.partner"][column] = True
        return tuple(
            (model, (tuple(links[model]), tuple(of_model)))
            for model, of_model in columns.items()
            if of_model
        )

    @api.model
    def _get_paths(self, names):
        """Return which field of a linked record each of some fields looks at.

        :param names: of fields, those shown by the names of their records included
        :return: pairs of the names of two fields
        :rtype: list[tuple[str, str]]
        """
        paths, todo, seen = [], list(names), set()
        while todo:
            path = todo.pop(0)
            name, _period, rest = path.partition(".")
            field = self._fields.get(name)
            if not field or path in seen:
                continue
            seen.add(path)
            if field.type == "properties" and field.definition_record:
                paths.append((field.definition_record, field.definition_record_field))
            elif field.store:
                paths.append((name, rest or "display_name"))
            else:
                todo += self.pool.field_depends[field]
        return paths

    @api.model
    def _get_listed(self, name):
        """Return which list of a linked record a field of tickets shows as it is.

        The members of the team, among whom the form lets one be chosen. Of what is
        read in sudo mode by Odoo too: nobody's rights are looked at.

        :param str name: of the field
        :return: the name of the link, and the list; None for any other field
        :rtype: tuple[str, Field] or None
        """
        field = self._fields.get(name)
        link, _period, rest = (field and field.related or "").partition(".")
        if not rest or not field.compute_sudo or self._fields[link].type != "many2one":
            return None
        others = self.env[self._fields[link].comodel_name]
        listed = others._fields.get(rest)
        if (
            not listed
            or listed.type != "many2many"
            or not listed.store
            or listed.comodel_name in (others._name, self._name)
            or not self._is_plain(self._fields[link])
            or listed.bypass_search_access
        ):
            return None
        return link, listed

    @api.model
    def _get_plain_columns(self, model, path):
        """Return the columns of a model by which a field is known, of it alone.

        :param str model: its name
        :param str path: of fields, the first of which is the model's
        :rtype: list[str]
        """
        records = self.env[model]
        columns, todo, seen = [], [path], set()
        if model == "res.partner" and path == "display_name":
            todo += CONTACT_NAME
        while todo:
            name = todo.pop(0).partition(".")[0]
            field = records._fields.get(name)
            if not field or name in seen:
                continue
            seen.add(name)
            if field.store:
                if self._is_plain(field):
                    columns.append(name)
            else:
                todo += self.pool.field_depends[field]
        return columns

    @api.model
    def _is_plain(self, field):
        return bool(
            field.store
            and field.column_type
            and field.name != "id"
            and not field.company_dependent
            and field.type in PLAIN_TYPES
        )
