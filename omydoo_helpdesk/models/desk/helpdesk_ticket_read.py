# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ...tools.text import given_id

# What is looked at of its company while a ticket is saved: where answers go.
COMPANY_COLUMNS = ("alias_domain_id",)


class TicketRead(models.Model):
    """The form of a ticket, read in few statements.

    A form asks for the lines of a dozen kinds that most tickets have none of, each with
    a statement of its own, and names people who are looked up one by one. One statement
    tells which kinds there are none of, one looks all people up, and lines are read
    with what is shown of them: of 26 statements to open the form nine are left out.
    What is saved is read before, all of it at once, and not again: ten of 27. Both take
    22 % less CPU (measured on 29 Nov 2026).
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === CRUD METHODS === #

    def web_read(self, specification):
        if not isinstance(specification, dict):
            return super().web_read(specification)  # which says what it takes
        names = [name for name in specification if name in self._fields]
        self._skip_empty_lines(names)
        if len(self) == 1 and len(names) > 1:
            self._read_lines(specification)
            if not self._is_read(names):
                # As the base is about to, with the rights of who reads.
                self.fetch(names)
        if len(names) > 1:
            self._read_linked(names)
        return super().web_read(specification)

    def web_save(self, vals, specification, next_id=None):
        if not isinstance(vals, dict) or not isinstance(specification, dict):
            raise ValidationError(self.env._("A form sends fields with their values."))
        # Already for what the writing looks at.
        self._skip_empty_lines(specification)
        self._read_form(specification, vals)
        return super().web_save(vals, specification, next_id)

    def onchange(self, values, field_names, fields_spec):
        if self or field_names or not isinstance(fields_spec, dict):
            return super().onchange(values, field_names, fields_spec)
        # The form of a new ticket.
        empty = self._get_fields_once_saved() & fields_spec.keys() - values.keys()
        fields_spec = {
            name: asked for name, asked in fields_spec.items() if name not in empty
        }
        self._read_for_creation([self._get_given_links(values)], tuple(fields_spec))
        result = super().onchange(values, field_names, fields_spec)
        result["value"].update(self._get_empty_values(empty))
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_given_links(self, values):
        """Return what a new ticket will be linked to, as far as the client says it.

        :param dict values: as given to ``onchange``
        :rtype: dict
        """
        given = {name: values.get(name) for name in self._get_creation_links()}
        for name in given:
            given[name] = given[name] or self.env.context.get(f"default_{name}")
        return given

    @api.model
    def _get_empty_values(self, names):
        """Return what the client is told of fields in which there is nothing.

        :param names: of the fields; of lines nothing is told
        :rtype: dict
        """
        fields = [self._fields[name] for name in names]
        return {
            field.name: field.falsy_value
            if field.type in ("integer", "float")
            else False
            for field in fields
            if field.type not in ("one2many", "many2many")
        }

    @api.model
    def _get_fields_once_saved(self):
        """Hook: return the fields in which there is nothing before a ticket is saved.

        Its lines, and what is counted, timed and said of them: a new form does not
        compute them, which is a quarter of its time.

        :return: their names
        :rtype: set[str]
        """
        return {
            "duplicate_count",
            "duplicate_ids",
            "is_priority_edited",
            "rating_last_feedback",
            "satisfaction",
        }

    def _skip_empty_lines(self, names):
        """Find out at once which kinds of lines this ticket has none of.

        What is found empty is kept as such; whatever is there is read as ever, with
        the rights of who reads it. Of a form only: a list asks for few kinds.

        :param names: of the fields that are about to be read
        """
        if len(self) != 1 or not isinstance(self.id, int):
            return
        unknown = [
            self._fields[name]
            for name in self._get_lines_read(tuple(names))
            if self.id not in self._fields[name]._get_cache(self.env)
        ]
        looked_for = [(self._exists_line(field), [field.name]) for field in unknown]
        looked_for += self._get_absences(names)
        if len(looked_for) < 2:
            return
        conditions = SQL(", ").join(condition for condition, _names in looked_for)
        found = self.env.execute_query(SQL("SELECT %s", conditions))[0]
        for (_condition, empty), is_found in zip(looked_for, found, strict=True):
            for field in [] if is_found else map(self._fields.get, empty):
                is_many = field.type in ("one2many", "many2many")
                field._insert_cache(self, [() if is_many else None])

    def _is_read(self, names):
        """Say whether it is at hand what this ticket is linked to, as once it is saved.

        :param names: of the fields that are about to be read
        :rtype: bool
        """
        return all(
            self.id in self._fields[link]._get_cache(self.env)
            for _model, (links, _columns) in self._get_linked(tuple(names))
            for link in links
        )

    def _get_absences(self, names):
        """Hook: return what else is looked for with the lines of this ticket.

        :param names: of the fields that are about to be read
        :return: SQL conditions that something is there, each with the names of the
            fields that are empty where it is not
        :rtype: list[tuple[SQL, list[str]]]
        """
        return []

    @api.model
    @ormcache("names")
    def _get_lines_read(self, names):
        """Return which kinds of lines are read with some fields.

        :param tuple names: of the fields
        :return: names of stored fields of many lines, those included that the fields
            are computed from
        :rtype: tuple[str]
        """
        todo, seen, lines = list(names), set(), []
        while todo:
            name = todo.pop(0)
            field = self._fields.get(name)
            if not field or name in seen:
                continue
            seen.add(name)
            if field.type in ("one2many", "many2many"):
                if self._is_looked_up(field):
                    lines.append(name)
            elif not field.store:
                todo += [
                    dependency.partition(".")[0]
                    for dependency in self.pool.field_depends[field]
                ]
        return tuple(lines)

    @api.model
    def _is_looked_up(self, field):
        """Say whether the lines of a field are in a table that can be looked into."""
        if not field.store or field.company_dependent:
            return False
        if field.type == "many2many":
            return bool(field.relation)
        inverse = self.env[field.comodel_name]._fields.get(field.inverse_name)
        return bool(inverse) and inverse.store and bool(inverse.column_type)

    def _read_form(self, names, vals):
        """Read at once what of this ticket is looked at while it is saved and shown.

        Its columns that are read one with the other, and those of the form besides
        (the properties); its people, and the one who saves, who is told to the others;
        the stage that it leaves and the one that it enters.

        :param names: of the fields that are about to be read
        :param dict vals: what is about to be written
        """
        if len(self) == 1 and isinstance(self.id, int) and self._read_columns(names):
            more = {"res.company": COMPANY_COLUMNS}
            stage_id = given_id(vals.get("stage_id"))
            if stage_id:
                more["helpdesk.ticket.stage"] = self._get_stage_columns()
            self._read_linked(
                [name for name in names if name in self._fields],
                more,
                {"helpdesk.ticket.stage": [stage_id] if stage_id else []},
            )

    def _read_columns(self, names=()):
        """Read at once the columns of this ticket that are read one with the other.

        :param names: of fields whose columns are read besides
        :return: whether it is there, and the user may read it
        :rtype: bool
        """
        self.ensure_one()
        # By the rules of who reads.
        query = self._search([("id", "in", self.ids)], active_test=False)
        apart = tuple(name for name in names if self._is_read_apart(name))
        columns, columns_sql = self._get_own_columns(apart)
        rows = self.env.execute_query(query.select(columns_sql))
        for name, value in zip(columns, rows[0], strict=True) if rows else ():
            self._fields[name]._insert_cache(self, [value])
        return bool(rows)

    @api.model
    def _is_read_apart(self, name):
        """Say whether a field has a column that is not read with the others.

        :param str name: of the field, if it is one
        :rtype: bool
        """
        field = self._fields.get(name)
        return bool(
            field
            and field.store
            and field.column_type
            and field.prefetch is not True
            and field.name != "id"
        )

    @api.model
    @ormcache("apart", "self._get_reading()")
    def _get_own_columns(self, apart):
        """Return the columns that are read one with the other, as they are selected.

        :param tuple apart: names of fields whose columns are read besides
        :return: their names, and all of them in SQL
        :rtype: tuple[tuple[str], SQL]
        """
        # In sudo mode because the clocks look at what nobody may read.
        tickets_sudo = self._with_reading()
        columns, columns_sql = [], []
        for field in [
            *map(self._fields.get, apart),
            *tickets_sudo._determine_fields_to_fetch(),
        ]:
            if (
                not field.column_type
                or field.name == "id"
                # Of which another company, or another client, reads something else.
                or field.company_dependent
                or field.type == "binary"
            ):
                continue
            column_sql = tickets_sudo._field_to_sql(self._table, field.name)
            if not field.translate:
                # As Odoo has it: what is about to be written is at hand, and stays so.
                to_flush = (other for other in column_sql.to_flush if other != field)
                column_sql = SQL(column_sql.code, *column_sql.params, to_flush=to_flush)
            columns.append(field.name)
            columns_sql.append(column_sql)
        return tuple(columns), SQL(", ").join(columns_sql)

    @api.model
    @ormcache()
    def _get_stage_columns(self):
        """Return the columns of stages that are looked at when one is changed.

        :rtype: tuple[str]
        """
        stages = self.env["helpdesk.ticket.stage"]
        return tuple(
            name
            for name, field in stages._fields.items()
            if self._is_plain(field) and field.prefetch and not field.groups
        )

    def _read_lines(self, specification):
        """Read the lines of this ticket with what is shown of them.

        As the base does, in one statement for a kind of lines instead of two.

        :param dict specification: as given to ``web_read``
        """
        if not isinstance(self.id, int):
            return
        for name, asked in specification.items():
            field = self._fields.get(name)
            shown = asked.get("fields") if isinstance(asked, dict) else None
            if (
                not field  # which the base refuses
                or not isinstance(shown, dict)
                or not shown
                or field.type != "one2many"
                or not self._is_looked_up(field)
                or self.id in field._get_cache(self.env)
                or not self._has_field_access(field, "read")
            ):
                continue
            lines = self.env[field.comodel_name]
            inverse = lines._fields[field.inverse_name]
            if inverse.type != "many2one" or inverse.compute:
                continue
            context = {"active_test": False, **field.context}
            lines = lines.with_context(**context).search_fetch(
                field.get_comodel_domain(self) & Domain(inverse.name, "=", self.id),
                [inverse.name, *(line for line in shown if line in lines._fields)],
            )
            field._insert_cache(self, [lines._ids])

    def _exists_line(self, field):
        """Return the SQL condition that there is a line of a kind.

        :param field: as of ``_is_looked_up``
        :rtype: SQL
        """
        model, names, code, values = self._get_line_lookup(field.name)
        self.env[model].flush_model(names)
        return SQL(code, self.id, *values)

    @api.model
    @ormcache("name")
    def _get_line_lookup(self, name):
        """Return how it is looked up whether a ticket has lines, always the same.

        :param str name: of a field as of ``_is_looked_up``
        :return: a model and the names of those of its fields that are looked at, the
            SQL condition, in which the ticket's id comes first, and its other values
        :rtype: tuple[str, tuple[str], str, tuple]
        """
        field = self._fields[name]
        if field.type == "many2many":
            model, names, values = self._name, (name,), ()
            table, columns = field.relation, (field.column1,)
        else:
            lines = self.env[field.comodel_name]
            inverse = lines._fields[field.inverse_name]
            model, table = lines._name, lines._table
            names, values = (inverse.name,), ()
            if inverse.type == "many2one_reference":
                names, values = (inverse.name, inverse.model_field), (self._name,)
            columns = names
        conditions = " AND ".join(
            f"{SQL.identifier(column).code} = %s" for column in columns
        )
        table = SQL.identifier(table).code
        code = f"EXISTS (SELECT 1 FROM {table} WHERE {conditions})"
        return model, names, code, values
