# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, ormcache


class TicketRead(models.Model):
    """The form of a ticket, read in few statements.

    A form asks for the lines of a dozen kinds that most tickets have none of, each with
    a statement of its own, and names people who are looked up one by one. One statement
    tells which kinds there are none of, and one looks all people up: of 22 statements
    to open the form eight are left out.
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
            self.fetch(names)  # as the base is about to, with the rights of who reads
            self._look_up_people(names)
        return super().web_read(specification)

    def web_save(self, vals, specification, next_id=None):
        if not isinstance(vals, dict) or not isinstance(specification, dict):
            raise ValidationError(self.env._("A form sends fields with their values."))
        # Already for what the writing looks at.
        self._skip_empty_lines(specification)
        return super().web_save(vals, specification, next_id)

    # === BUSINESS METHODS === #

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
        if len(unknown) < 2:
            return
        found = self.env.execute_query(
            SQL(
                "SELECT %s",
                SQL(", ").join(self._exists_line(field) for field in unknown),
            )
        )[0]
        for field, is_found in zip(unknown, found, strict=True):
            if not is_found:
                field._insert_cache(self, [()])

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

    def _exists_line(self, field):
        """Return the SQL condition that there is a line of a kind.

        :param field: as of ``_is_looked_up``
        :rtype: SQL
        """
        if field.type == "many2many":
            self.env[self._name].flush_model([field.name])
            return SQL(
                "EXISTS (SELECT 1 FROM %s WHERE %s = %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                self.id,
            )
        lines = self.env[field.comodel_name]
        inverse = lines._fields[field.inverse_name]
        names = [inverse.name]
        condition = SQL("%s = %s", SQL.identifier(inverse.name), self.id)
        if inverse.type == "many2one_reference":
            names.append(inverse.model_field)
            condition = SQL(
                "%s AND %s = %s",
                condition,
                SQL.identifier(inverse.model_field),
                self._name,
            )
        lines.flush_model(names)
        return SQL(
            "EXISTS (SELECT 1 FROM %s WHERE %s)",
            SQL.identifier(lines._table),
            condition,
        )

    def _look_up_people(self, names):
        """Look up at once the contacts and users whose names are about to be read.

        :param names: of the fields that are about to be read
        """
        # In sudo mode because the client is told the names of whomever a record that
        # may be read is linked to.
        ticket_sudo = self.sudo()
        people_sudo = self.env["res.partner"].sudo()
        for name in names:
            comodel = self._fields[name].comodel_name
            if self._fields[name].type == "many2one" and comodel == "res.partner":
                people_sudo |= ticket_sudo[name]
            elif self._fields[name].type == "many2one" and comodel == "res.users":
                people_sudo |= ticket_sudo[name].partner_id
        if len(people_sudo) > 1:
            people_sudo.mapped("complete_name")
