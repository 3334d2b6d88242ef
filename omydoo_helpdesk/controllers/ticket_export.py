# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import io

from odoo import fields, http
from odoo.http import content_disposition, request

from .ticket_list import FILTER, SupportTicketList

# As many as the list pages through. In the documentation.
EXPORT_LIMIT = 10_000
# What a spreadsheet takes for a formula, also written in East Asian width.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


class SupportTicketExport(SupportTicketList):
    """The customer's list as a file for a spreadsheet."""

    # === ROUTES === #

    @http.route(
        "/my/tickets/export",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def portal_my_tickets_export(self, **kw):
        """Give the tickets of the list, with its filters and its order, as CSV."""
        model = request.env["helpdesk.ticket"]
        if not model.has_access("read"):
            return request.redirect("/my")
        choices = self._parse_list_choices(kw)
        condition = model._get_portal_filters()[choices["filterby"] or FILTER]
        columns = self._get_export_columns()
        tickets = model.search_fetch(
            condition & self._get_list_domain(choices),
            [name for _label, name in columns],
            order=self._get_list_order(choices),
            limit=EXPORT_LIMIT,
        )
        day = fields.Date.context_today(model.with_context(tz=self._get_export_tz()))
        name = request.env._("tickets")
        return request.make_response(
            self._write_csv(tickets, columns),
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(f"{name}-{day}.csv")),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )

    # === CONTENT === #

    def _get_export_tz(self):
        return self._get_visitor_tz(request.env.user)

    def _get_export_columns(self):
        """Return the columns of the file.

        Their fields are read with the rights of the user: one that customers may not
        read is refused.

        :return: titles in the reader's language, and names of fields
        :rtype: list[tuple[str, str]]
        """
        tz = self._get_export_tz().replace("_", " ")
        env = request.env

        def in_zone(label):
            return env._("%(label)s (%(tz)s)", label=label, tz=tz)

        return [
            (env._("Number"), "number"),
            (env._("Subject"), "name"),
            (env._("Stage"), "stage_id"),
            (env._("Category"), "category_id"),
            (env._("Covered"), "scope"),
            (env._("Agreed priority"), "priority"),
            (env._("Filed by"), "partner_id"),
            (in_zone(env._("Filed on")), "create_date"),
            (in_zone(env._("Next deadline")), "next_deadline"),
            (env._("First response"), "response_state"),
            (in_zone(env._("First response due")), "response_deadline"),
            (in_zone(env._("Answered on")), "response_ended_at"),
            (env._("Resolution"), "resolution_state"),
            (in_zone(env._("Resolution due")), "resolution_deadline"),
            (in_zone(env._("Resolved on")), "resolution_ended_at"),
            (in_zone(env._("Closed on")), "closed_date"),
        ]

    def _write_csv(self, tickets, columns):
        """Return the content of the file.

        In UTF-8 with the mark that Excel needs to know, and with the separator that it
        expects in the reader's language.

        :param tickets: that the user may read
        :param list columns: titles and names of fields
        :rtype: bytes
        """
        lang = request.env["res.lang"]._lang_get(request.env.lang)
        separator = ";" if lang.decimal_point == "," else ","
        writers = [self._get_export_writer(tickets, name, lang) for _, name in columns]
        file = io.StringIO()
        writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL)
        writer.writerow([self._neutralise(label) for label, _name in columns])
        for ticket in tickets:
            writer.writerow([self._neutralise(write(ticket)) for write in writers])
        return file.getvalue().encode("utf-8-sig")

    def _get_export_writer(self, tickets, name, lang):
        """Return what turns a field of a ticket into text.

        :param tickets: all those of the file
        :param str name: of the field
        :param lang: language of the reader
        :return: a function of a ticket
        """
        field = tickets._fields[name]
        if field.type == "many2one":
            # In sudo mode because the contact may have left the firm, and a stage or a
            # category be hidden: of a ticket that the user reads, their names are told.
            key = {"category_id": "complete_name", "partner_id": "name"}.get(
                name, "display_name"
            )
            tickets.sudo().mapped(f"{name}.{key}")  # all at once
            return lambda ticket: ticket[name].sudo()[key]
        if field.type == "selection":
            labels = dict(field._description_selection(request.env))
            return lambda ticket: labels.get(ticket[name])
        if field.type == "datetime":
            zoned = tickets.with_context(tz=self._get_export_tz())
            shape = f"{lang.date_format} %H:%M"
            return lambda ticket: (
                ticket[name]
                and fields.Datetime.context_timestamp(zoned, ticket[name]).strftime(
                    shape
                )
            )
        return lambda ticket: ticket[name]

    def _neutralise(self, value):
        """Return a text that no spreadsheet takes for a formula.

        :param value: of a cell
        :rtype: str
        """
        text = str(value) if value else ""
        if text.lstrip(" \u00a0").startswith(FORMULA_STARTS):
            return f"'{text}"
        return text
