# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.support_change_event import hash_text
from .tools import clean_line, clean_text, parse_id

MAX_CHANGES = 100
CONFLICT = 409
ROUTE = "/my/changes/<string:change_id>"


class SupportPortalChange(CustomerPortal):
    """The production changes that a customer's named contacts are asked about.

    A GET never decides: mail scanners follow links. Each answer is a POST by a contact
    who was asked, for the very text they read.
    """

    # === PAGES === #

    @http.route("/my/changes", type="http", auth="user", website=True, readonly=True)
    def portal_my_changes(self, **kw):
        """List the changes that the visitor is or was asked about."""
        changes = self._get_changes()
        waiting = changes.filtered(self._is_waiting)
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_changes", waiting=waiting, others=changes - waiting
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
        return request.redirect(f"/my/changes/{change.id}")

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
        """Return which changes the visitor may read: those they are named for.

        :rtype: Domain
        """
        partner = self._get_partner()
        if not partner.support_change_approver or not request.env.user.share:
            return Domain.FALSE
        return (
            Domain("approver_ids", "in", partner.ids)
            & Domain("partner_id", "=", partner.commercial_partner_id.id)
            & Domain("event_ids.kind", "in", ("asked", "phone"))
        )

    def _get_changes(self, domain=Domain.TRUE):
        """Return the changes that the visitor may read, in sudo mode.

        :param domain: which of them
        :rtype: recordset of support.production.change
        """
        # In sudo mode because customers have no right on the model: the domain is the
        # access check, and the tickets are checked as the visitor.
        changes = (
            request.env["support.production.change"]
            .sudo()
            .search(self._get_domain() & domain, limit=MAX_CHANGES)
        )
        tickets = changes.ticket_id.with_user(request.env.user)._filtered_access("read")
        return changes.filtered(lambda change: change.ticket_id.id in tickets.ids)

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
        return change.state == "awaiting" or (
            change.is_emergency
            and not change.confirmed_at
            and not change.disputed_at
            and change.state in ("agreed", "applied", "undone")
        )

    def _render_change(self, change, typed=None, error="", status=200):
        """Answer with the page of a change, where what was typed is kept.

        :param change: in sudo mode
        :param dict typed: what was sent
        :param str error: what is wrong with it
        :param int status: of the answer
        """
        lang = request.env.lang
        text = change._get_text(lang)
        phone = change.is_emergency and self._is_waiting(change)
        event = change.consent_event_id
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_changes",
            change=change.with_context(lang=lang),
            text=event.text if phone else text,
            text_hash=event.text_hash if phone else hash_text(text),
            text_lang=event.lang if phone else lang,
            is_waiting=self._is_waiting(change),
            typed={
                name: clean_text((typed or {}).get(name))
                for name in ("note", "signed_name")
            },
            error=error,
        )
        return request.render("omydoo_helpdesk.portal_my_change", values, status=status)
