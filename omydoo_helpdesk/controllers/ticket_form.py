# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import json
import secrets
from http import HTTPStatus
from typing import NamedTuple

from lxml import etree
from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from ..const import ReceiptMemo
from ..models.portal.helpdesk_ticket_thread import MAX_FILES
from ..tools.form_guests import PRIORITY, fill_guests
from ..tools.text import clean_line
from .charter import CharterAcceptance
from .support import HIGH, NORMAL
from .ticket_form_check import (
    LINE_FIELDS,
    MAX_SUBJECT_LENGTH,
    TEXT_FIELDS,
    TicketFormCheck,
    format_size,
    read_refused_form,
    reads_only,
)
from .ticket_page import FILED

# What is sent with the form when the charter is accepted in it.
CHARTER_FIELDS = ("charter_accepted", "charter_version", "charter_hash")
# Of a subject: shorter, everything looks alike.
MIN_LOOKALIKE_LENGTH = 3


class FilledForm(NamedTuple):
    """A form with what is in it.

    No client can send one: what comes over HTTP is text or a file.
    """

    form: dict  # for each field of ours the text in it
    errors: dict  # for each field what is wrong with it, in the page's order
    sent: dict  # all that was sent, for the fields of others
    status: int = HTTPStatus.OK  # of the response


class FilingLimitReached(Exception):
    """A customer files more tickets than the company takes."""


class SupportTicketForm(CharterAcceptance, TicketFormCheck):
    """The form with which customers file tickets.

    No request is filed without the charter in force having been accepted. One
    exception: where an authorised contact accepts for everybody, a colleague's
    emergency is taken. Nothing that blocks the activity waits for somebody who may be
    on leave; the authorised contacts are asked by e-mail.
    """

    # === ROUTES === #

    # POST too: the base's button posts here.
    @http.route(methods=["GET", "POST"], readonly=reads_only)
    def create_new_ticket(self, **kw):
        """Show the form: empty, or given back by ``_return_ticket_form``.

        The page is rendered last: other addons may add what their fields need, be
        they called before us or after us.
        """
        filled = kw.get("support_form")
        response = super().create_new_ticket(**kw)
        if not isinstance(filled, FilledForm):
            form = self._get_ticket_form_defaults(response.qcontext)
            filled = FilledForm(form, {}, {})
        return self._show_ticket_form(response, filled)

    @http.route(
        methods=["GET", "POST"],
        readonly=reads_only,
        handle_form_error=lambda self, error: self._handle_form_error(error),
    )
    def submit_ticket(self, **kw):
        """File a ticket, or give the form back with what is wrong.

        Does not call ``super()``, which reads the files of the request as they come.
        A GET leads to the form: that is where a sign-in after an expired session
        leads too.
        """
        if request.httprequest.method != "POST":
            return request.redirect("/new/ticket", code=303)
        request.env["helpdesk.ticket"]._read_for_filing()
        typed = self._parse_ticket_form(kw)
        files = self._parse_ticket_files()
        errors = {}
        values = self._validate_ticket_form(typed, errors)
        self._validate_ticket_files(files, errors)
        if errors:
            return self._return_ticket_form(FilledForm(typed, errors, kw, 400))
        # Under the name too that other addons read it by.
        sent = {**kw, PRIORITY: values["claimed_priority"], **values}
        vals = self._prepare_submit_ticket_vals(**sent)
        vals["portal_token"] = self._get_form_fingerprint(kw, values, files)
        try:
            ticket_sudo = self._file_ticket_once(vals, files)
        except FilingLimitReached as error:
            status = HTTPStatus.TOO_MANY_REQUESTS
            errors = {"form": str(error)}
            return self._return_ticket_form(FilledForm(typed, errors, kw, status))
        request.session[FILED] = ticket_sudo.id
        return request.redirect(f"/my/ticket/{ticket_sudo.id}", code=303)

    @http.route(
        "/new/ticket/lookalikes",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def support_lookalikes(self, text="", **_kw):
        """Return what looks like a subject, ready to be shown.

        :param str text: what is typed so far
        :return: JSON: ``count`` and, as HTML, the groups
        """
        text = clean_line(text)[:MAX_SUBJECT_LENGTH]
        groups = (
            request.env["helpdesk.ticket"]._find_portal_lookalikes(text)
            if len(text) >= MIN_LOOKALIKE_LENGTH
            else []
        )
        content = request.env["ir.qweb"]._render(
            "omydoo_helpdesk.portal_form_lookalikes", {"groups": groups}
        )
        return request.make_json_response(
            {
                "count": sum(len(group["items"]) for group in groups),
                "html": content,
            },
            headers={"Cache-Control": "no-store"},
        )

    # === SHOW THE FORM === #

    def _get_ticket_form_defaults(self, values):
        """Return the content of the form before anything is typed.

        :param dict values: of the page, with what may be chosen
        :rtype: dict[str, str]
        """
        form = dict.fromkeys((*LINE_FIELDS, *TEXT_FIELDS), "")
        form["claimed_priority"] = NORMAL
        for name, choices in (
            ("category", values["categories"]),
            ("team", values["teams"]),
        ):
            if choices and len(choices) == 1:
                form[name] = str(choices.id)
        return form

    def _get_create_new_ticket_values(self, **kw):
        env = request.env
        env["helpdesk.ticket"]._read_for_form()
        request.update_context(support_upload_size_only=True)
        try:
            values = super()._get_create_new_ticket_values(**kw)
        finally:
            request.env = env
        company = request.env.company
        modules = self._get_custom_modules()
        verdicts = self._get_form_verdicts(values["categories"], modules)
        # The same for all of them: the customer's, as the model finds it.
        plan_sudo = next(iter(next(iter(verdicts.values())).values()))["plan_sudo"]
        priorities = self._get_form_priorities(plan_sudo)
        values.update(
            page_name="support_ticket_form",
            charter=request.env["support.charter"]._get_published(company),
            applications=self._get_applications(),
            custom_modules=modules,
            custom_module_choices=self._get_module_choices(modules, verdicts),
            verdicts=self._pack_verdicts(verdicts),
            environments=self._get_environments(),
            plan=plan_sudo,
            # Not "priorities": helpdesk_portal_priority has its own by that name.
            priority_choices=priorities,
            support_later=next(filter(None, (row["later"] for row in priorities)), ""),
            **self._prepare_follow_values(values["categories"], verdicts),
            checklists=self._get_checklists(values["categories"]),
            support_phone=plan_sudo.phone_allowed and company.support_phone,
            # A fresh one each time: it tells a form sent twice from two forms.
            form_token=secrets.token_urlsafe(24),
            max_files=MAX_FILES,
            max_subject_length=MAX_SUBJECT_LENGTH,
            max_upload_label=format_size(request.env, values["max_upload_size"]),
            **self._get_file_types(),
            **self._prepare_acceptance_values(self._get_charter_request()),
        )
        return values

    def _return_ticket_form(self, filled):
        """Give the form back by its own route: other addons add to what it shows.

        :param FilledForm filled: what to show
        """
        return self.create_new_ticket(support_form=filled)

    def _show_ticket_form(self, response, filled):
        """Answer with our form instead of the base's.

        :param response: the base's, not rendered yet
        :param FilledForm filled: what to show
        """
        form, errors, sent, status = filled
        form.setdefault("charter_accepted", "")
        if "charter_accepted" in errors:
            # Last, as on the page.
            errors["charter_accepted"] = errors.pop("charter_accepted")
        asks_priority, guests = request.env["helpdesk.ticket"]._get_portal_form_guests()
        response.template = "omydoo_helpdesk.portal_ticket_form"
        response.status_code = int(status)
        response.qcontext.update(
            form=form,
            errors=errors,
            priority_name=PRIORITY if asks_priority else "claimed_priority",
            render_guests=lambda: self._render_form_guests(
                guests, response.qcontext, sent
            ),
        )
        return response

    def _render_form_guests(self, guests, values, sent):
        """Return what other addons have added to the base's form.

        :param guests: as returned by ``_get_portal_form_guests``
        :param dict values: of the page
        :param dict sent: what was sent with the form, to be given back
        :rtype: Markup
        """
        qweb = request.env["ir.qweb"]
        parts = [
            qweb._render(etree.fromstring(guest), dict(values)) for guest in guests
        ]
        return Markup(fill_guests("".join(parts), sent) if parts else "")

    def _handle_form_error(self, error):
        """Give the form back where Odoo refuses the request before it is read.

        :param error: the HTTP exception: too large a body, or an expired session
        """
        params, errors = read_refused_form(error)
        typed = self._parse_ticket_form(params)
        return self._return_ticket_form(FilledForm(typed, errors, params, error.code))

    # === CHECK THE CHARTER === #

    def _parse_ticket_form(self, params):
        typed = super()._parse_ticket_form(params)
        typed.update((name, clean_line(params.get(name))) for name in CHARTER_FIELDS)
        return typed

    def _validate_ticket_form(self, typed, errors):
        values = super()._validate_ticket_form(typed, errors)
        self._validate_charter(typed, errors)
        for name in CHARTER_FIELDS:
            values.pop(name, None)
        return values

    def _validate_charter(self, typed, errors):
        asked = self._get_charter_request()
        # For who settles it, in the same transaction: nothing else is known by then.
        request.support_charter_asked = asked
        if not asked["is_required"]:
            return
        if asked["may_accept"]:
            _lang, problem = self._check_shown_charter(asked, typed)
        elif typed["claimed_priority"] == HIGH:
            return
        else:
            problem = request.env._(
                "Your request can be sent once the support charter has been accepted "
                "for your company by %(names)s. Your text was kept. Only blocking "
                "requests, with a high priority, are taken before.",
                names=", ".join(asked["signatories"].mapped("name")),
            )
        if problem:
            typed["charter_accepted"] = ""
            errors["charter_accepted"] = problem

    # === FILE THE TICKET === #

    def _prepare_submit_ticket_vals(self, **kw):
        vals = super()._prepare_submit_ticket_vals(**kw)
        vals.update(
            claimed_priority=kw.get("claimed_priority") or NORMAL,
            blocking_what=kw.get("blocking_what") or False,
            blocking_who=kw.get("blocking_who") or False,
            application_id=kw.get("application") or False,
            custom_module_id=kw.get("custom_module") or False,
            environment=kw.get("environment") or False,
        )
        return vals

    def _get_form_fingerprint(self, params, values, files):
        """Return what tells a form that is sent twice.

        The content counts too: whoever goes back to the form and writes another
        request sends another request.

        :param dict params: of the request
        :param dict values: of the ticket
        :param list files: as returned by ``_parse_ticket_files``
        :return: False for a form without a token
        """
        token = clean_line(params.get("support_form_token"))
        if not token:
            return False
        content = [
            request.env.uid,
            token,
            values,
            [(name, self._get_file_size(file)) for name, file in files],
        ]
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _file_ticket_once(self, vals, files):
        """Create a ticket, unless the same form has created it already.

        :param dict vals: values of the ticket, checked
        :param list files: as returned by ``_parse_ticket_files``, checked
        :return: the ticket
        """
        ticket_sudo = self._find_filed_ticket(vals["portal_token"])
        if ticket_sudo:
            return ticket_sudo
        try:
            return self._file_ticket(vals, files)
        except UniqueViolation:
            # The other one of a double click has just been committed: a new
            # transaction is needed to see it, without what this one prepared.
            request.env.cr.rollback()
            request.env.transaction.reset()
            ticket_sudo = self._find_filed_ticket(vals["portal_token"])
            if not ticket_sudo:
                raise
            return ticket_sudo

    def _find_filed_ticket(self, fingerprint):
        # In sudo mode because nobody reads the fingerprint: it holds the user's id,
        # so that it finds a ticket of this very user only.
        tickets_sudo = request.env["helpdesk.ticket"].sudo()
        if not fingerprint:
            return tickets_sudo
        return tickets_sudo.with_context(active_test=False).search(
            Domain("portal_token", "=", fingerprint)
        )

    def _file_ticket(self, vals, files):
        """Create a ticket with its files, once the limit and the charter allow it.

        :param dict vals: values of the ticket, checked
        :param list files: as returned by ``_parse_ticket_files``, checked
        :return: the ticket
        :raise FilingLimitReached: if it is one too many
        """
        self._ensure_may_file()
        self._settle_charter()
        # In sudo mode because customers may not create tickets: every value was
        # checked against what this user may read and choose, and the contact is the
        # user.
        tickets_sudo = request.env["helpdesk.ticket"].sudo()
        follower = request.env.user.partner_id
        receipt = ReceiptMemo()
        ticket_sudo = (
            tickets_sudo.with_context(
                support_filed_by=follower.id, support_receipt=receipt
            )
            .create(vals)
            .with_env(tickets_sudo.env)
        )
        if files:
            request.env["ir.attachment"].sudo().create(
                [
                    {
                        "name": name,
                        "raw": file.read(),
                        "res_model": ticket_sudo._name,
                        "res_id": ticket_sudo.id,
                    }
                    for name, file in files
                ]
            )
        if not receipt.is_noted:  # no message says that it was filed
            ticket_sudo._acknowledge()
        return ticket_sudo

    def _settle_charter(self):
        """Record that the charter was accepted with the form, or ask who should."""
        asked = getattr(request, "support_charter_asked", None)
        asked = asked or self._get_charter_request()
        if not asked["is_required"]:
            return
        if asked["may_accept"]:
            lang, _problem = self._check_shown_charter(asked, request.params)
            self._accept_charter(asked, lang)
        else:
            asked["signatories"]._ask_charter(asked["charter"])

    # === HOW MANY ONE PERSON MAY FILE === #

    def _ensure_may_file(self):
        """Count the ticket about to be filed.

        :raise FilingLimitReached: if it is one too many
        """
        # In sudo mode because customers do not read the limits, they meet them.
        company_sudo = request.env.company.sudo()
        hour_limit = company_sudo.support_filing_hour_limit
        day_limit = company_sudo.support_filing_day_limit
        user = request.env.user
        if user._is_internal() or not (hour_limit or day_limit):
            return
        # In sudo mode because nobody else writes counters: that of the user.
        counter_sudo = request.env["support.filing.counter"].sudo()
        hour_count, day_count = counter_sudo._count(user, hour_limit, day_limit)
        if day_limit and day_count > day_limit:
            raise FilingLimitReached(
                self._get_limit_message(
                    request.env._(
                        "You have sent %(count)s requests within a day, which is the "
                        "most that we take: send the next one tomorrow.",
                        count=day_limit,
                    )
                )
            )
        if hour_limit and hour_count > hour_limit:
            raise FilingLimitReached(
                self._get_limit_message(
                    request.env._(
                        "You have sent %(count)s requests within an hour, which is the "
                        "most that we take: wait a little, and send this one again.",
                        count=hour_limit,
                    )
                )
            )

    def _get_limit_message(self, message):
        """Return what is told, with the telephone where the plan allows it.

        :param str message: what happened
        :rtype: str
        """
        phone = (
            self._get_running_plan_sudo().phone_allowed
            and request.env.company.support_phone
        )
        parts = [message, request.env._("Your text was kept.")]
        if phone:
            parts.append(
                request.env._("For a blocking emergency, call %(phone)s.", phone=phone)
            )
        return " ".join(parts)
