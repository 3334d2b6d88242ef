# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.sale.controllers.portal import CustomerPortal as OrderPortal

from ..const import DOWNLOADED_TYPE
from ..tools.change_moves import hash_text
from ..tools.text import clean_line, clean_text, parse_id, parse_page

MAX_WAITING = 100
PER_PAGE = 20
CONFLICT = 409
ROUTE = "/my/changes/<string:change_id>"


class SupportPortalChange(CustomerPortal):
    """The production changes that a customer's named contacts are asked about.

    A GET never decides: mail scanners follow links. Each answer is a POST by a contact
    who was asked, for the very text they read.
    """

    # === HOME === #

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "change_waiting_count" in counters:
            values["change_waiting_count"] = self._count_waiting()
        return values

    # === PAGES === #

    @http.route(
        ["/my/changes", "/my/changes/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_changes(self, page=1, **kw):
        """List the changes that the visitor is or was asked about.

        :param int page: of those that do not wait for the visitor
        """
        waiting_domain = self._get_waiting_domain()
        domain = self._get_domain() & ~waiting_domain
        # In sudo mode: see _get_changes.
        changes_sudo = request.env["support.production.change"].sudo()
        pager = portal_pager(
            url="/my/changes",
            total=changes_sudo.search_count(domain),
            page=parse_page(page),
            step=PER_PAGE,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_changes",
            waiting=self._get_changes(waiting_domain, limit=MAX_WAITING),
            others=self._get_changes(
                ~waiting_domain, limit=PER_PAGE, offset=max(pager["offset"], 0)
            ),
            may_agree=self._get_partner().support_change_approver,
            pager=pager,
        )
        return request.render("omydoo_helpdesk.portal_my_changes", values)

    @http.route(ROUTE, type="http", auth="user", website=True, readonly=True)
    def portal_my_change(self, change_id, **kw):
        """Show a change, with all that the visitor agrees to."""
        return self._render_change(self._get_change(change_id))

    @http.route(
        f"{ROUTE}/record", type="http", auth="user", website=True, readonly=True
    )
    def portal_change_record(self, change_id, **kw):
        """Give the whole ledger of a change, as a PDF where we can make one."""
        change = self._get_change(change_id)
        # In sudo mode because the state of the server is not for customers to read.
        reports_sudo = request.env["ir.actions.report"].sudo()
        can_print = reports_sudo.get_wkhtmltopdf_state() in ("ok", "upgrade")
        return self._show_report(
            model=change,
            report_type="pdf" if can_print else "html",
            report_ref="omydoo_helpdesk.support_production_change_report",
        )

    @http.route(
        f"{ROUTE}/files/<string:file_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_change_file(self, change_id, file_id, **kw):
        """Give a file that shows a test, to be saved and never run by a browser."""
        change = self._get_change(change_id)
        number = parse_id(file_id)
        file_sudo = self._get_files(change).filtered(lambda file: file.id == number)
        if not file_sudo:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(file_sudo)
        # An agent's file too may be a page with scripts.
        stream.mimetype = DOWNLOADED_TYPE
        return stream.get_response(as_attachment=True)

    # === ANSWERS === #

    @http.route(
        f"{ROUTE}/answer", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_answer_change(self, change_id, **kw):
        """Take an answer: to agree, refuse, ask, withdraw, confirm or dispute."""
        change = self._get_change(change_id)
        answer = {
            "agree": self._agree,
            "refuse": self._refuse,
            "ask": self._ask,
            "withdraw": self._withdraw,
            "confirm": self._confirm,
            "dispute": self._dispute,
        }.get(kw.get("answer"))
        if not answer:
            return self._render_change(
                change, kw, request.env._("Choose an answer."), status=400
            )
        try:
            with request.env.cr.savepoint():
                answer(change, kw)
        except (AccessError, LockError, UserError) as error:
            change.invalidate_recordset()
            return self._render_change(change, kw, str(error), status=CONFLICT)
        # What was done is told where it leads.
        return request.redirect(f"/my/changes/{change.id}#support_change_receipt")

    def _agree(self, change, params):
        if params.get("backup") != "1":
            raise UserError(
                request.env._("Confirm your part of the backup before you agree.")
            )
        change._agree(
            self._get_partner(),
            params.get("text_hash"),
            self._get_lang(params),
            clean_line(params.get("signed_name"))[:200],
            self._get_origin(),
        )

    def _refuse(self, change, params):
        change._refuse(
            self._get_partner(),
            params.get("text_hash"),
            self._get_lang(params),
            clean_text(params.get("note"))[:5000],
            self._get_origin(),
        )

    def _ask(self, change, params):
        note = clean_text(params.get("note"))[:5000]
        change._ask_question(self._get_partner(), note, self._get_origin())

    def _withdraw(self, change, params):
        note = clean_text(params.get("note"))[:5000]
        change._withdraw(self._get_partner(), note, self._get_origin())

    def _confirm(self, change, params, is_confirmed=True):
        change._answer_phone(
            self._get_partner(),
            params.get("text_hash"),
            is_confirmed,
            clean_text(params.get("note"))[:5000],
            self._get_origin(),
        )

    def _dispute(self, change, params):
        self._confirm(change, params, is_confirmed=False)

    # === HELPERS === #

    def _get_partner(self):
        return request.env.user.partner_id.sudo()

    def _get_origin(self):
        return {
            "ip_address": request.httprequest.remote_addr,
            "user_agent": request.httprequest.user_agent.string,
        }

    def _get_lang(self, params):
        """Return the language of the text that was read, if it is one of ours.

        :rtype: str
        """
        installed = dict(request.env["res.lang"].get_installed())
        lang = params.get("lang")
        return lang if lang in installed else request.env.lang

    def _get_domain(self):
        """Return which changes the visitor may read.

        :rtype: Domain
        """
        changes = request.env["support.production.change"]
        return changes._get_portal_domain(request.env.user)

    def _get_waiting_domain(self):
        """Return which of these changes wait for an answer.

        :rtype: Domain
        """
        return request.env["support.production.change"]._get_unanswered_domain()

    def _get_changes(self, domain=Domain.TRUE, limit=None, offset=0):
        """Return the changes that the visitor may read, in sudo mode.

        :param Domain domain: which of them
        :param int limit: how many at most
        :param int offset: how many to leave out
        :rtype: recordset of support.production.change
        """
        # In sudo mode because customers have no right on the model: the domain is the
        # access check.
        changes_sudo = request.env["support.production.change"].sudo()
        return changes_sudo.search(
            self._get_domain() & domain, limit=limit, offset=offset
        )

    def _count_waiting(self):
        """Return how many changes wait for the visitor.

        :rtype: int
        """
        # In sudo mode: see _get_changes.
        return (
            request.env["support.production.change"]
            .sudo()
            .search_count(self._get_domain() & self._get_waiting_domain())
        )

    def _get_change(self, change_id):
        """Return a change that the visitor may read, in sudo mode.

        :param str change_id: of the address
        :raise NotFound: if there is none: missing and forbidden are told alike
        """
        number = parse_id(change_id)
        change = number and self._get_changes(Domain("id", "=", number))
        if not change:
            raise request.not_found()
        return change

    def _is_waiting(self, change):
        return bool(change.filtered_domain(self._get_waiting_domain()))

    def _get_files(self, change):
        """Return the files that belong to the text which the visitor is shown.

        :param change: in sudo mode
        :rtype: recordset of ir.attachment
        """
        if change.state == "awaiting" or change.consent_event_id:
            return change.test_ids.attachment_ids.sorted("id")
        # What the desk is still working on is not shown.
        return change.test_ids.attachment_ids.browse()

    def _get_shown_text(self, change):
        """Return the text of a change as the visitor is to see it.

        What is asked now, and afterwards what was asked or agreed to: never what the
        desk is still writing, nor a text that follows later changes of names.

        :param change: in sudo mode
        :return: the text, its fingerprint and its language
        :rtype: tuple[str, str, str]
        """
        lang = request.env.lang
        if change.state == "awaiting":
            text = change._get_text(lang)
            return text, hash_text(text), lang
        event = change.consent_event_id
        if not event:
            events = change.event_ids.filtered("text").sorted("id")
            # It is asked in the language of each contact.
            event = (
                events.filtered(
                    lambda event: event.kind == "asked"
                    and event.lang == lang
                    and event.at >= change.asked_at
                )
                or events
            )[-1:]
        return event.text, event.text_hash, event.lang

    def _render_change(self, change, typed=None, error="", status=200):
        """Answer with the page of a change, where what was typed is kept.

        :param change: in sudo mode
        :param dict typed: what was sent
        :param str error: what is wrong with it
        :param int status: of the answer
        """
        text, text_hash, text_lang = self._get_shown_text(change)
        told = change.with_context(lang=request.env.lang)
        typed = typed or {}
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_changes",
            change=told,
            text=change._mark_titles(text, text_lang),
            text_hash=text_hash,
            text_lang=text_lang,
            files=self._get_files(change),
            # In one zone, which each moment names: that of the text agreed to.
            answer_by=told._format_moment(change.answer_by or change.expires_at),
            expiry=told._format_moment(change.expires_at),
            receipt=told._get_portal_receipt(),
            questions=told._get_portal_questions(),
            story=told._get_portal_story(),
            is_waiting=self._is_waiting(change),
            typed={
                name: clean_text(typed.get(name))
                for name in ("answer", "backup", "note", "signed_name")
            },
            error=error,
        )
        return request.render("omydoo_helpdesk.portal_my_change", values, status=status)


MAX_REASON_LENGTH = 2000


class SupportPortalOrder(OrderPortal):
    @http.route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """Let it be known that it is the customer who refuses, and why.

        Whether they may is for Odoo to check; without a reason it refuses nothing.
        """
        reason = clean_text(decline_message)[:MAX_REASON_LENGTH]
        request.update_context(support_refusal=reason or False)
        return super().portal_quote_decline(
            order_id,
            access_token=access_token,
            decline_message=decline_message and reason,
            **kwargs,
        )
