# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache


class TicketRead(models.Model):
    """The form of a ticket, read in few statements.

    A form asks for the lines of a dozen kinds that most tickets have none of, each with
    a statement of its own, and names people who are looked up one by one. One statement
    tells which kinds there are none of, one looks all people up, and lines are read
    with what is shown of them: of 22 statements to open the form nine are left out.
    What is saved is read before, all of it at once, and not again: three of 19.
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
            self.fetch(names)  # as the base is about to, with the rights of who reads
            self._look_up_people(names)
        return super().web_read(specification)

    def web_save(self, vals, specification, next_id=None):
        if not isinstance(vals, dict) or not isinstance(specification, dict):
            raise ValidationError(self.env._("A form sends fields with their values."))
        # Already for what the writing looks at.
        self._skip_empty_lines(specification)
        self._read_form(specification)
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

    def _read_form(self, names):
        """Read at once what of this ticket is looked at while it is saved and shown.

        Its columns that are read one with the other, and those of the form besides
        (the properties); its people, and the one who saves, who is told to the others.

        :param names: of the fields that are about to be read
        """
        if len(self) != 1 or not isinstance(self.id, int):
            return
        names = [
            name
            for name in names
            if name in self._fields
            and self._fields[name].store
            and self._fields[name].column_type
        ]
        # In sudo mode because the clocks look at what nobody may read; of a ticket that
        # the user may, by their rules.
        query = self._search([("id", "in", self.ids)], active_test=False)
        ticket_sudo = self.sudo()
        columns = [
            *(self._fields[name] for name in names),
            *(
                field
                for field in ticket_sudo._determine_fields_to_fetch()
                if field.column_type
            ),
        ]
        if ticket_sudo._fetch_query(query, columns):
            self._look_up_people(names, self.env.user.partner_id)

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

    def _look_up_people(self, names, others=None):
        """Look up at once the contacts and users whose names are about to be read.

        :param names: of the fields that are about to be read
        :param others: contacts beside them
        """
        # In sudo mode because the client is told the names of whomever a record that
        # may be read is linked to.
        ticket_sudo = self.sudo()
        people_sudo = (others or self.env["res.partner"]).sudo()
        for name in names:
            comodel = self._fields[name].comodel_name
            if self._fields[name].type == "many2one" and comodel == "res.partner":
                people_sudo |= ticket_sudo[name]
            elif self._fields[name].type == "many2one" and comodel == "res.users":
                people_sudo |= ticket_sudo[name].partner_id
        if len(people_sudo) > 1:
            people_sudo.mapped("complete_name")
