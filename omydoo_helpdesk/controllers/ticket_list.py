# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import io
from datetime import datetime
from operator import itemgetter

from werkzeug.urls import url_encode

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import content_disposition, request
from odoo.tools import groupby

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..const import PORTAL_COUNT_LIMIT
from ..tools.sla_clock import CLOCKS
from ..tools.text import clean_line, parse_page
from .ticket_form_check import reads_only
from .ticket_page import HISTORY, SupportTicketPage

PER_PAGE = 30
MAX_SEARCH_LENGTH = 200
# Of a date in the address: a day off them still is one, in any time zone.
MIN_DATE, MAX_DATE = datetime(1900, 1, 1), datetime(3000, 1, 1)
# Of the portal's home: those of the list's filters.
HOME_COUNTS = {"ticket_count": "all", "ticket_waiting_count": "waiting"}
FILTER = "open"  # without a choice: what is still to be done
SCOPE_CLASSES = {
    "in_scope": "bg-success-subtle text-success-emphasis",
    "out_of_scope": "bg-warning-subtle text-warning-emphasis",
    "to_qualify": "bg-secondary-subtle text-secondary-emphasis",
}


class SupportTicketList(SupportTicketPage):
    """The customer's list of tickets, and what the portal's home tells of it.

    Instead of the base's, which applies the access rule twice and counts all there is.
    """

    # === ROUTES === #

    @http.route(readonly=reads_only)
    def home(self, **kw):
        return super().home(**kw)

    @http.route(readonly=reads_only)
    def portal_my_tickets(self, page=1, **kw):
        """Show the list; what the address asks and nobody offers is left out."""
        if not request.env["helpdesk.ticket"].has_access("read"):
            return request.redirect("/my")
        choices = self._parse_list_choices(kw)
        ticket = request.env["helpdesk.ticket"]._find_portal_by_number(
            choices["search"], choices["search_in"]
        )
        if ticket:
            return request.redirect(f"/my/ticket/{ticket.id}", code=303)
        return request.render(
            "helpdesk_mgmt.portal_my_tickets",
            self._prepare_ticket_list_values(parse_page(page), choices),
        )

    # === HOME === #

    def _prepare_home_portal_values(self, counters):
        """Count the tickets no further than the list does."""
        ours = [name for name in counters if name in HOME_COUNTS]
        values = super()._prepare_home_portal_values(
            [name for name in counters if name not in HOME_COUNTS]
        )
        if not ours:
            return values
        model = request.env["helpdesk.ticket"]
        can_read = model.has_access("read")
        filters = model._get_portal_filters() if can_read else {}
        for name in ours:
            values[name] = (
                min(model._count_portal(filters[HOME_COUNTS[name]]), PORTAL_COUNT_LIMIT)
                if can_read
                else 0
            )
        return values

    # === CHOICES === #

    def _parse_list_choices(self, kw):
        """Return what the address asks of the list.

        :param dict kw: as received
        :return: the choices that are offered, the others empty
        :rtype: dict[str, str]
        """
        offers = {
            "filterby": self._ticket_get_filter_labels(),
            "scope": self._ticket_get_scope_labels(),
            "sortby": self._ticket_get_searchbar_sortings(),
            "groupby": self._ticket_get_searchbar_groupby(),
            "search_in": self._ticket_get_searchbar_inputs(),
        }
        choices = {
            name: kw.get(name) if kw.get(name) in offer else ""
            for name, offer in offers.items()
        }
        choices["search"] = clean_line(kw.get("search"))[:MAX_SEARCH_LENGTH]
        dates = [
            self._parse_list_date(kw.get(f"date_{end}")) for end in ("begin", "end")
        ]
        if all(dates):
            choices["date_begin"], choices["date_end"] = dates
        return choices

    def _parse_list_date(self, value):
        """Return a date of the address if it is one.

        :param str value: as received
        :return: the date as text, or None
        """
        try:
            moment = fields.Datetime.to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        if not moment or not MIN_DATE <= moment < MAX_DATE:
            return None
        return fields.Datetime.to_string(moment)

    def _get_list_url(self, choices, path="/my/tickets", **changes):
        """Return the address of a list.

        :param dict choices: those of the list that is shown
        :param changes: other ones, which win
        :rtype: str
        """
        query = {name: value for name, value in {**choices, **changes}.items() if value}
        return f"{path}?{url_encode(query)}" if query else path

    # === WHAT IS OFFERED === #

    def _ticket_get_filter_labels(self):
        return {
            "open": request.env._("Open"),
            "waiting": request.env._("Waiting for me"),
            "closed": request.env._("Closed"),
            "all": request.env._("All requests"),
        }

    def _ticket_get_scope_labels(self):
        field = request.env["helpdesk.ticket"]._fields["scope"]
        return dict(field._description_selection(request.env))

    def _ticket_get_searchbar_sortings(self):
        sortings = super()._ticket_get_searchbar_sortings()
        # The id after the date, as in the index, and so that no ticket is on two pages.
        sortings["date"]["order"] = "create_date desc, id desc"
        sortings["oldest"] = {
            "label": request.env._("Oldest"),
            "order": "create_date, id",
            "sequence": 2,
        }
        sortings["deadline"] = {
            "label": request.env._("Next deadline"),
            "order": "next_deadline, create_date desc, id desc",
            "sequence": 2,
        }
        for name in ("name", "stage", "update"):
            if name in sortings:
                sortings[name]["order"] += ", id desc"
        return dict(sorted(sortings.items(), key=lambda item: item[1]["sequence"]))

    def _ticket_get_searchbar_groupby(self):
        groups = super()._ticket_get_searchbar_groupby()
        groups["scope"] = {
            "input": "scope",
            "label": request.env._("Covered"),
            "order": 4,
        }
        return groups

    def _ticket_get_groupby_mapping(self):
        return {**super()._ticket_get_groupby_mapping(), "scope": "scope"}

    def _ticket_get_searchbar_inputs(self):
        inputs = super()._ticket_get_searchbar_inputs()
        inputs["content"] = {
            "input": "content",
            "label": request.env._("Search in Content"),
            "order": 4,
        }
        return inputs

    def _ticket_get_search_domain(self, search_in, search):
        return request.env["helpdesk.ticket"]._get_portal_search_domain(
            search, search_in
        )

    # === CONTENT === #

    def _get_list_domain(self, choices):
        """Return what is asked of the list, but for its filter.

        :param dict choices: of the address
        :rtype: Domain
        """
        domain = Domain.TRUE
        if choices["scope"]:
            domain &= Domain("scope", "=", choices["scope"])
        if choices.get("date_begin"):
            domain &= Domain("create_date", ">", choices["date_begin"])
            domain &= Domain("create_date", "<=", choices["date_end"])
        if choices["search"]:
            domain &= self._ticket_get_search_domain(
                choices["search_in"] or "all", choices["search"]
            )
        return domain

    def _get_list_order(self, choices):
        sortings = self._ticket_get_searchbar_sortings()
        order = sortings[choices["sortby"] or "date"]["order"]
        return self._ticket_get_order(order, choices["groupby"])

    def _prepare_ticket_list_values(self, page, choices):
        """Return the values of the list's page.

        :param int page: number of the page
        :param dict choices: of the address
        :rtype: dict
        """
        model = request.env["helpdesk.ticket"]
        model._read_for_list()
        filters = model._get_portal_filters()
        filterby = choices["filterby"] or FILTER
        domain = self._get_list_domain(choices)
        if choices["search"]:
            # To look through all texts for each filter would take four times as long:
            # once more where it found nothing, to tell where it would have.
            counts = {filterby: model._count_portal(filters[filterby] & domain)}
            if not counts[filterby] and filterby != "all":
                counts.update(model._count_portal_elsewhere(filters, domain))
        else:
            counts = model._count_portal_filters(filters, domain)
        total = counts[filterby]
        pager = portal_pager(
            url="/my/tickets",
            url_args={name: value for name, value in choices.items() if value},
            total=min(total, PORTAL_COUNT_LIMIT),
            page=page,
            step=PER_PAGE,
        )
        tickets = model.search(
            filters[filterby] & domain,
            order=self._get_list_order(choices),
            limit=PER_PAGE,
            offset=max(pager["offset"], 0),
        )
        # In sudo mode because a contact, a category or a stage may be hidden from who
        # reads the tickets: see their rows.
        tickets.sudo()._read_list_rows()
        request.session[HISTORY] = tickets.ids
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="ticket",
            default_url="/my/tickets",
            pager=pager,
            grouped_tickets=self._group_list(tickets, choices),
            list_groups=[
                {"title": title, "rows": self._prepare_list_rows(group)}
                for title, group in self._get_list_groups(tickets, choices)
            ],
            list_tabs=self._prepare_list_tabs(choices, filterby, counts),
            list_total_label=self._get_list_total_label(total),
            list_export_url=self._get_list_url(choices, "/my/tickets/export"),
            list_reset_url=self._get_list_url({}, filterby=choices["filterby"]),
            list_all_url=self._get_list_url({}, filterby="all"),
            list_elsewhere=choices["search"]
            and self._get_list_elsewhere(choices, filterby, counts),
            list_tz=self._get_list_tz().replace("_", " "),
            list_is_narrowed=bool(choices["search"] or choices["scope"]),
            scope_labels=self._ticket_get_scope_labels(),
            scope=choices["scope"],
            filterby=filterby,
            search=choices["search"],
            search_in=choices["search_in"] or "all",
            sortby=choices["sortby"] or "date",
            groupby=choices["groupby"] or "none",
            date=choices.get("date_begin"),
            date_end=choices.get("date_end"),
            searchbar_sortings=self._ticket_get_searchbar_sortings(),
            searchbar_groupby=self._ticket_get_searchbar_groupby(),
            searchbar_inputs=self._ticket_get_searchbar_inputs(),
        )
        return values

    def _get_list_elsewhere(self, choices, filterby, counts):
        """Return what to say where a search finds nothing here, but elsewhere.

        :return: what it finds in words, with the address of each list, none if it
            finds nothing at all
        :rtype: list[tuple[str, str]]
        """
        if counts[filterby] or not {"open", "closed"} <= set(counts):
            return []
        labels = {
            "open": lambda count: request.env._("%(count)s open", count=count),
            "closed": lambda count: request.env._("%(count)s closed", count=count),
        }
        return [
            (
                label(self._format_count(counts[name])),
                self._get_list_url(choices, filterby=name) if counts[name] else "",
            )
            for name, label in labels.items()
        ]

    def _prepare_list_tabs(self, choices, filterby, counts):
        return [
            {
                "name": name,
                "label": label,
                "url": self._get_list_url(choices, filterby=name),
                "is_active": name == filterby,
                "count": self._format_count(counts[name]) if name in counts else "",
            }
            for name, label in self._ticket_get_filter_labels().items()
        ]

    def _get_list_total_label(self, total):
        count = self._format_count(total)
        if total > PORTAL_COUNT_LIMIT:
            return request.env._(
                "%(count)s tickets, of which the first %(limit)s are shown: search or "
                "filter to find the others",
                count=count,
                limit=self._format_integer(PORTAL_COUNT_LIMIT),
            )
        if total > 1:
            return request.env._("%(count)s tickets", count=count)
        return request.env._("%(count)s ticket", count=count)

    def _format_count(self, count):
        """Return a number of tickets as the reader writes it, or that there are more.

        :param int count: up to one above the limit
        :rtype: str
        """
        if count > PORTAL_COUNT_LIMIT:
            return f"{self._format_integer(PORTAL_COUNT_LIMIT)}+"
        return self._format_integer(count)

    def _format_integer(self, number):
        lang = request.env["res.lang"]._lang_get(request.env.lang)
        return lang.format("%d", number, grouping=True)

    # === ROWS === #

    def _group_list(self, tickets, choices):
        """Return the tickets of the page as the base's template expects them.

        :rtype: list of recordsets
        """
        return [group for _title, group in self._get_list_groups(tickets, choices)]

    def _get_list_groups(self, tickets, choices):
        """Return the tickets of the page by what they are grouped by.

        :return: a title, empty without groups, and tickets
        :rtype: list[tuple[str, recordset]]
        """
        name = self._ticket_get_groupby_mapping().get(choices["groupby"])
        if not name:
            return [("", tickets)] if tickets else []
        return [
            (self._get_list_group_title(name, value), tickets.browse().concat(*group))
            for value, group in groupby(tickets, itemgetter(name))
        ]

    def _get_list_group_title(self, name, value):
        if name == "scope":
            return self._ticket_get_scope_labels().get(value, "")
        # In sudo mode because a category or a stage may be hidden from the portal: of
        # a ticket that the user reads, its name is told.
        return value.sudo().display_name or request.env._("None")

    def _prepare_list_rows(self, tickets):
        """Return what the list tells of tickets.

        :param tickets: that the user may read
        :rtype: list[dict]
        """
        # In sudo mode because the contact may have left the firm, and a category be
        # hidden: of a ticket that the user reads, their names are told.
        tickets_sudo = tickets.sudo()
        tz = self._get_list_tz()
        labels = self._ticket_get_scope_labels()
        return [
            {
                "ticket": ticket,
                "url": f"/my/ticket/{ticket.id}",
                "number": ticket.number,
                "name": ticket.name,
                "stage": ticket.stage_id.name or "",
                "is_closed": ticket.closed,
                "scope": labels.get(ticket.scope, ""),
                "scope_class": SCOPE_CLASSES.get(ticket.scope, ""),
                "deadline": self._format_list_datetime(ticket.next_deadline, tz),
                "deadline_iso": ticket.next_deadline
                and f"{ticket.next_deadline.isoformat()}Z",
                "promise": ticket._get_portal_next_promise(),
                "turn": ticket._get_portal_turn_label(),
                "category": ticket.category_id.complete_name or "",
                "contact": ticket.partner_id.name or ticket.partner_name or "",
                "filed": self._format_list_datetime(ticket.create_date, tz),
                "closed": self._format_list_datetime(ticket.closed_date, tz),
            }
            for ticket in tickets_sudo
        ]

    def _get_list_tz(self):
        return self._get_visitor_tz(request.env.user)

    def _format_list_datetime(self, value, tz):
        """Return an instant in the reader's language and time zone.

        :param datetime value: naive UTC, or False
        :param str tz: name of the time zone
        :rtype: str
        """
        tickets = request.env["helpdesk.ticket"].with_context(tz=tz)
        return tickets._format_portal_moment(value)


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
        day = fields.Date.context_today(model.with_context(tz=self._get_list_tz()))
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

    def _get_export_columns(self):
        """Return the columns of the file.

        Their fields are read with the rights of the user: one that customers may not
        read is refused.

        :return: titles in the reader's language, and names of fields
        :rtype: list[tuple[str, str]]
        """
        tz = self._get_list_tz().replace("_", " ")
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
        clock, _, what = name.partition("_")
        if clock in CLOCKS and what == "state":
            return lambda ticket: ticket._get_portal_clock_label(clock)
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
            zoned = tickets.with_context(tz=self._get_list_tz())
            shape = f"{lang.date_format} %H:%M"

            def write(ticket):
                moment = (
                    ticket._get_portal_clock_end(clock)
                    if clock in CLOCKS and what == "ended_at"
                    else ticket[name]
                )
                return moment and fields.Datetime.context_timestamp(
                    zoned, moment
                ).strftime(shape)

            return write
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
