# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from http import HTTPStatus

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import plaintext2html

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.mail.controllers.attachment import AttachmentController

from ..const import GUARD
from ..models.portal.helpdesk_ticket_thread import (
    MAX_DESCRIPTION_LENGTH,
)
from ..tools.text import clean_file_name, parse_id
from .ticket_form_check import (
    MAX_ANSWER_LENGTH,
    MAX_SUBJECT_LENGTH,
)
from .ticket_page import SupportTicketPage


class SupportTicketActions(SupportTicketPage):
    """What a customer does on the page of a ticket.

    They write: an answer, or why a closed ticket is to be reopened. They say how it
    goes: blocked, or done and well or badly so.
    """

    # === ROUTES === #

    @http.route(
        "/my/ticket/<int:ticket_id>/answer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_answer(self, ticket_id, **kw):
        """Post an answer, with files, or give the page back with what is wrong.

        A closed ticket takes none: its page tells how to reopen it. One that was
        converted does, for whoever has it now.
        """
        ticket = self._get_own_ticket(ticket_id, customer=False)
        if not self._may_answer(ticket):
            return self._redirect_to_ticket(ticket, "#support_closed")
        typed = self._parse_page_form(kw)
        files, errors = self._check_message(
            typed, "answer", request.env._("Write your answer, or choose a file.")
        )
        if errors:
            return self._return_message(ticket, typed, errors)
        self._post_once(ticket, typed["answer"], files)
        return self._redirect_to_ticket(ticket, "#support_messages")

    @http.route(
        "/my/ticket/<int:ticket_id>/reopen",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_reopen(self, ticket_id, **kw):
        """Reopen a closed ticket, with the reason as a message.

        Too late, or open already: the page tells.
        """
        ticket = self._get_own_ticket(ticket_id)
        if ticket._get_reopen_obstacle():
            return self._redirect_to_ticket(ticket, "#support_closed")
        typed = self._parse_page_form(kw)
        files, errors = self._check_message(
            typed,
            "reopen_reason",
            request.env._("Tell us why the request is to be reopened."),
            text_required=True,
        )
        if errors:
            return self._return_message(ticket, typed, errors)
        # The stage first: of two at the same instant, PostgreSQL has the second one
        # start again, and find the ticket open.
        if ticket._reopen_for_customer():
            self._post_once(ticket, typed["reopen_reason"], files)
        return self._redirect_to_ticket(ticket)

    @http.route(
        "/my/ticket/<int:ticket_id>/urgent",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_urgent(self, ticket_id, **kw):
        """Mark an open ticket as urgent, once, with the two answers that asks for."""
        ticket = self._get_own_ticket(ticket_id)
        if not ticket._may_claim_urgent():
            return self._redirect_to_ticket(ticket)
        typed = self._parse_page_form(kw)
        errors = {}
        self._validate_text(
            typed,
            "blocking_what",
            errors,
            MAX_ANSWER_LENGTH,
            request.env._("For a high priority, tell us what is blocked."),
        )
        self._validate_text(
            typed,
            "blocking_who",
            errors,
            MAX_SUBJECT_LENGTH,
            request.env._("For a high priority, tell us who cannot work."),
        )
        if errors:
            return self._render_ticket_page(ticket, typed, errors)
        ticket._claim_urgent(typed["blocking_what"], typed["blocking_who"])
        return self._redirect_to_ticket(ticket)

    @http.route(
        "/my/ticket/<int:ticket_id>/rate",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_rate(self, ticket_id, **kw):
        """Rate a closed ticket, or change what was said of it."""
        ticket = self._get_own_ticket(ticket_id)
        partner = request.env.user.partner_id
        if not ticket._may_rate(partner):
            return self._redirect_to_ticket(ticket)
        typed = self._parse_page_form(kw)
        errors = {}
        if typed["satisfaction"] not in self._get_satisfactions():
            errors["satisfaction"] = request.env._("Choose one of the three answers.")
        if typed["feedback"]:
            self._validate_text(typed, "feedback", errors, MAX_ANSWER_LENGTH, "")
        if errors:
            return self._render_ticket_page(ticket, typed, errors)
        ticket._rate_as(partner, typed["satisfaction"], typed["feedback"])
        return self._redirect_to_ticket(ticket, "#support_rating")

    @http.route(
        "/my/ticket/<int:ticket_id>/contest",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        handle_form_error=lambda self, error: self._handle_page_error(error),
    )
    def support_ticket_contest(self, ticket_id, **kw):
        """Contest the verdict of a ticket, once, with the reason.

        Contested already, or closed for good: the page tells.
        """
        ticket = self._get_own_ticket(ticket_id)
        if not ticket._may_contest():
            return self._redirect_to_ticket(ticket, "#support_scope")
        typed = self._parse_page_form(kw)
        errors = {}
        self._validate_text(
            typed,
            "contest_reason",
            errors,
            MAX_ANSWER_LENGTH,
            request.env._("Tell us why you see it otherwise."),
        )
        if not errors:
            try:
                self._count_message()
            except UserError as error:
                errors["form"] = str(error)
        if errors:
            return self._return_message(ticket, typed, errors)
        counted = ticket.with_context(support_counted=GUARD)
        counted._contest_from_portal(typed["contest_reason"])
        return self._redirect_to_ticket(ticket, "#support_scope")

    # === BUSINESS METHODS === #

    def _check_message(self, typed, name, missing, text_required=False):
        """Return the files of a message, and what is wrong with it.

        :param dict typed: for each field of the page its text
        :param str name: of the field with the text
        :param str missing: what to say if there is nothing
        :param bool text_required: whether a file alone is not enough
        :return: the files as returned by ``_parse_ticket_files``, the errors by field
        :rtype: tuple[list, dict]
        """
        errors = {}
        files = self._parse_ticket_files()
        if typed[name] or text_required or not files:
            self._validate_text(typed, name, errors, MAX_DESCRIPTION_LENGTH, missing)
        self._validate_ticket_files(files, errors)
        if not errors:
            try:
                self._count_message()
            except UserError as error:
                errors["form"] = str(error)
        return files, errors

    def _return_message(self, ticket, typed, errors):
        """Give the page back with what is wrong with a message.

        :param ticket: the ticket, in sudo mode
        :param dict typed: for each field of the page its text
        :param dict errors: as returned by ``_check_message``
        """
        status = HTTPStatus.TOO_MANY_REQUESTS if "form" in errors else 400
        return self._render_ticket_page(ticket, typed, errors, status=status)

    def _count_message(self):
        """Count a message about to be posted; those of the desk are not.

        :raise UserError: if it is one too many
        """
        if request.env.user.share:
            request.env["helpdesk.ticket"]._count_customer("message")

    def _post_once(self, ticket, text, files):
        """Post what the user wrote, unless it was just posted.

        :param ticket: the ticket, in sudo mode; customers may not create files
        :param str text: plain
        :param list files: as returned by ``_parse_ticket_files``, checked and counted
        """
        body = plaintext2html(text) if text else ""
        ticket.with_context(support_counted=GUARD)._post_from_portal(
            body, attachments=[(name, file.read()) for name, file in files]
        )


class SupportTicketClose(HelpdeskTicketController):
    """The customer closes a ticket, in a stage that the desk offers for that."""

    @http.route(methods=["POST"], website=True)
    def support_ticket_close(self, **kw):
        """Close a ticket that the user may read, in a stage offered for that.

        A ticket that does not exist and one of somebody else get the same answer. How
        it ends has to be said: a click alone closes nothing.
        """
        ticket = request.env["helpdesk.ticket"].search(
            Domain("id", "=", parse_id(kw.get("ticket_id")) or 0)
        )
        if not ticket:
            raise NotFound()
        stage = self._get_closing_stages(ticket).filtered(
            lambda stage: stage.id == parse_id(kw.get("stage_id"))
        )
        if not stage or ticket.closed:
            return request.redirect(f"/my/ticket/{ticket.id}", code=302)
        return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage.id)

    def _get_closing_stages(self, ticket):
        """Return the stages in which a customer may close a ticket.

        :param ticket: a ticket the user may read
        :rtype: recordset of helpdesk.ticket.stage
        """
        # In sudo mode because the ticket's team may be hidden from the portal: only
        # its stages are compared with the one chosen.
        ticket_sudo = ticket.sudo()
        stages = (
            ticket_sudo.team_id.with_company(ticket_sudo.company_id)
            ._get_applicable_stages()
            .filtered("close_from_portal")
        )
        return stages.sudo(False)


class SupportThread(AttachmentController):
    """The files that customers put in Odoo's thread of a ticket, before they post."""

    @http.route()
    def mail_attachment_upload(
        self, ufile=None, thread_id=None, thread_model=None, **kwargs
    ):
        """Take a file by the checks and limits of the form, or say what is wrong.

        Those of other records go Odoo's way.

        :raise BadRequest: if there is no file, or no secret that could be one, where
            Odoo crashes
        :raise NotFound: if no such record can have a thread
        """
        if not self._may_be_upload(ufile, kwargs):
            raise BadRequest()
        if not self._may_be_thread(thread_id, thread_model):
            raise NotFound()
        if thread_model == "helpdesk.ticket" and request.env.user.share:
            tickets = request.env["helpdesk.ticket"]
            refusal = tickets._get_files_refusal(
                [(clean_file_name(ufile.filename), ufile.stream)]
            )
            if not refusal:
                try:
                    tickets._count_customer("file")
                except UserError as error:
                    refusal = str(error)
            if refusal:
                return request.make_json_response({"error": refusal})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)

    def _may_be_upload(self, ufile, params):
        """Say whether what was sent can be the upload of a file at all.

        :rtype: bool
        """
        secrets = (params.get(name) or "" for name in ("token", "hash", "access_token"))
        return (
            isinstance(ufile, FileStorage)
            and all(isinstance(value, str) and value.isascii() for value in secrets)
            and (not params.get("pid") or parse_id(params["pid"]) is not None)
        )

    def _may_be_thread(self, thread_id, thread_model):
        return (
            parse_id(thread_id) is not None
            and isinstance(thread_model, str)
            and thread_model in request.env
            and isinstance(request.env[thread_model], request.registry["mail.thread"])
        )
