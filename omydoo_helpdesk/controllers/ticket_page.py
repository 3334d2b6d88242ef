# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.mail import parse_contact_from_email

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from ..models.portal.helpdesk_ticket_thread import (
    MAX_DESCRIPTION_LENGTH,
    MAX_FILES,
)
from ..tools.text import clean_line, clean_text
from ..tools.working_time import find_zone
from .ticket_form_check import (
    MAX_ANSWER_LENGTH,
    MAX_SUBJECT_LENGTH,
    FormCheck,
    format_size,
    read_refused_form,
    reads_only,
)

HISTORY = "my_tickets_history"  # the tickets of the list opened last, in the session
FILED = "support_filed"  # the ticket filed last by the form, in the session
PAGE = "helpdesk_mgmt.portal_helpdesk_ticket_page"
MAX_MESSAGES = 50  # shown at first
MAX_ALL_MESSAGES = 1000  # shown where all are asked for
# What may be typed on the page, on several lines or on one.
TEXT_FIELDS = (
    "answer",
    "reopen_reason",
    "blocking_what",
    "feedback",
    "contest_reason",
)
LINE_FIELDS = ("blocking_who", "satisfaction")


class SupportTicketPage(FormCheck, CustomerPortalHelpdesk):
    """The page of a ticket: what it shows, and the forms that come back with errors.

    What changes a ticket is in the actions: each is a POST by somebody who is signed
    in and may read the ticket. The token of a shared link opens the page, and nothing
    more.
    """

    # === ROUTES === #

    @http.route(readonly=reads_only)
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        """Show a ticket; the page makes no token, so that there is nothing to write."""
        return super().portal_my_ticket(ticket_id, access_token=access_token, **kw)

    # === WHAT THE PAGE SHOWS === #

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        # In sudo mode because what the page tells is more than the visitor may read:
        # ``_document_check_access`` has checked that the ticket is theirs.
        values.update(ticket.sudo()._get_portal_page_values(request.env.user))
        values.update(self._get_visitor_values(ticket, access_token))
        values["portraits"] = self._get_portraits(ticket)
        if ticket.stage_id.closed or not values["signed_in"]:
            values["closed_stages"] = values["closed_stages"].browse()
        values["closings"] = self._get_closings(values["closed_stages"])
        if values["signed_in"]:
            values.update(
                self._get_thread_values(ticket, kwargs.get("messages") == "all")
            )
        values.update(kwargs.get("support_form") or {})
        return values

    def _get_portraits(self, ticket):
        """Return the portraits of the two people that the page shows.

        :param ticket: the ticket, in sudo mode
        :return: by id of a contact the address that holds the picture
        :rtype: dict[int, str]
        """
        people = ticket.user_id.partner_id | ticket.partner_id
        return {person.id: person._get_portal_portrait() for person in people}

    def _get_visitor_values(self, ticket, access_token):
        """Return what the visitor may do on the page, and what the forms need.

        :param ticket: the ticket, in sudo mode
        :param str access_token: by which the visitor came, maybe none
        :rtype: dict
        """
        user = request.env.user
        signed_in = self._is_signed_in_reader(ticket)
        is_customer = signed_in and self._is_customer(ticket)
        may_answer = signed_in and self._may_answer(ticket)
        # One way to write at a time.
        obstacle = (
            "converted"
            if may_answer and ticket.stage_id.closed
            else ticket._get_reopen_obstacle()
        )
        title = request.env._(
            "%(number)s: %(name)s", number=ticket.number, name=ticket.name
        )
        return {
            # Of the browser's tab, with and without a website.
            "title": title,
            "additional_title": title,
            "page_tz": (ticket.env.context.get("tz") or "").replace("_", " "),
            "format_moment": ticket._format_portal_moment,
            "typed": dict.fromkeys((*TEXT_FIELDS, *LINE_FIELDS), ""),
            "errors": {},
            "signed_in": signed_in,
            "just_filed": signed_in and self._is_just_filed(ticket),
            "filed_phone": signed_in and ticket._get_mail_phone(),
            "may_answer_by_link": not signed_in and ticket._may_write_by_link(),
            "is_waiting": ticket._is_waiting_for_answer(),
            "may_answer": may_answer,
            # Those who are signed in need no token; whoever came by one goes on by it.
            "token": access_token if not signed_in else False,
            "max_files": MAX_FILES,
            "max_answer_length": MAX_DESCRIPTION_LENGTH,
            "max_blocking_length": MAX_ANSWER_LENGTH,
            "max_line_length": MAX_SUBJECT_LENGTH,
            "max_upload_size": self._get_max_upload_size(),
            "max_upload_label": format_size(request.env, self._get_max_upload_size()),
            **self._get_file_types(),
            "may_claim_urgent": is_customer and ticket._may_claim_urgent(),
            "support_phone": self._get_page_phone(ticket) if signed_in else "",
            "reopen_obstacle": obstacle if is_customer else "open",
            "reopen_deadline": ticket._format_portal_datetime(
                ticket._get_reopen_deadline()
            ),
            "may_contest": is_customer and ticket._may_contest(),
            "may_rate": is_customer and ticket._may_rate(user.partner_id),
            "rating": self._get_page_rating(ticket) if is_customer else False,
            "satisfactions": self._get_satisfactions(),
        }

    def _is_just_filed(self, ticket):
        """Say whether the visitor has filed this ticket, and was not answered yet.

        :rtype: bool
        """
        return (
            request.session.get(FILED) == ticket.id
            and not ticket.stage_id.closed
            and not ticket.response_ended_at
        )

    def _may_answer(self, ticket):
        """Say whether an answer may be written on the page.

        What a project manager has taken over is closed for the clocks, and goes on.

        :param ticket: the ticket, in sudo mode
        :rtype: bool
        """
        if not ticket.stage_id.closed:
            return True
        return bool(ticket.conversion_ref and ticket.active and not ticket.duplicate_id)

    def _get_closings(self, stages):
        """Return how the customer may say that a ticket is over.

        In words, the first stage of each kind; what a company offers besides goes by
        its own name.

        :param stages: that the desk offers for that
        :return: ids of stages, and labels
        :rtype: list[tuple[int, str]]
        """
        labels = {
            True: request.env._("It is resolved"),
            False: request.env._("I no longer need it"),
        }
        return [
            (stage.id, labels.pop(stage.sla_success, None) or stage.name)
            for stage in stages.sorted("sla_success", reverse=True)
        ]

    def _get_thread_values(self, ticket, is_all=False):
        """Return the conversation, for somebody who is signed in.

        :param ticket: the ticket, in sudo mode
        :param bool is_all: whether the early ones of a long one are asked for
        :rtype: dict
        """
        limit = MAX_ALL_MESSAGES if is_all else MAX_MESSAGES
        messages = self._get_page_messages(ticket, limit + 1)
        return {
            "portal_messages": messages[-limit:],
            "has_earlier_messages": len(messages) > limit and not is_all,
        }

    def _get_page_messages(self, ticket, limit):
        """Return the last messages that the visitor may read, oldest first.

        :param ticket: the ticket, in sudo mode
        :param int limit: how many
        :rtype: list[dict]
        """
        # By id, from the cache: no statement to see that it is still there.
        comment_id = request.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        # By the visitor's own rights: it is the rules that hide what is internal.
        messages = request.env["mail.message"].search_fetch(
            Domain("model", "=", ticket._name)
            & Domain("res_id", "=", ticket.id)
            & Domain("message_type", "in", ["comment", "email", "auto_comment"])
            & Domain("subtype_id", "=", comment_id)
            & Domain("is_internal", "=", False),
            ["body", "date", "author_id", "email_from", "attachment_ids"],
            order="id DESC",
            limit=limit,
        )
        ticket._read_authors(messages.author_id)
        visitor = request.env.user.partner_id
        customer = ticket.commercial_partner_id
        return [
            {
                "id": message.id,
                # In sudo mode because customers may not read every author and file:
                # only what the message shows them.
                "author": self._get_author_name(message.sudo(), ticket),
                "is_own": message.author_id == visitor,
                "is_customer": not message.author_id
                or message.sudo().author_id.commercial_partner_id == customer,
                "moment": ticket._format_portal_moment(message.date),
                "iso": f"{message.date.isoformat()}Z",
                "body": message.body,
                "files": [
                    (file.id, file.name) for file in message.sudo().attachment_ids
                ],
            }
            for message in reversed(messages)
        ]

    def _get_author_name(self, message_sudo, ticket):
        """Return who wrote a message, by name.

        Never an address, which may be that of somebody of the desk who wrote from
        another one: answers belong to the ticket. Save the customer's own.

        :param message_sudo: the message, in sudo mode
        :param ticket: the ticket, in sudo mode
        :rtype: str
        """
        if message_sudo.author_id:
            return message_sudo.author_id.name
        sender = message_sudo.email_from or ""
        name = parse_contact_from_email(sender)[0]
        if name and "@" not in name:
            return name
        address = email_normalize(sender)
        if address and address == email_normalize(ticket.partner_email or ""):
            return address
        return request.env._("Unknown sender")

    def _get_page_phone(self, ticket):
        phone = ticket.company_id.support_phone
        return phone and ticket.support_plan_id.phone_allowed and phone or ""

    def _get_page_rating(self, ticket):
        """Return what the visitor said of the ticket.

        :return: satisfaction and comment, or False
        """
        rating = ticket._find_rating_of(request.env.user.partner_id)
        if not rating.consumed:
            return False
        return {
            "satisfaction": ticket._get_satisfaction(rating.rating),
            "feedback": rating.feedback or "",
        }

    def _get_satisfactions(self):
        """Return what a customer may say of a ticket, in words.

        :return: labels by value
        :rtype: dict[str, str]
        """
        return {
            "satisfied": request.env._("Satisfied: it was well handled"),
            "okay": request.env._("Okay: it could have been better"),
            "dissatisfied": request.env._("Dissatisfied: it was not well handled"),
        }

    def _get_page_view_values(
        self, document, access_token, values, session_history, *args, **kwargs
    ):
        if session_history != HISTORY:
            return super()._get_page_view_values(
                document, access_token, values, session_history, *args, **kwargs
            )
        # Without the list: Odoo would make a token for the tickets beside this one,
        # which opens them for good to whoever is handed the address.
        values = super()._get_page_view_values(
            document, access_token, values, None, *args, **kwargs
        )
        values.update(self._get_neighbour_urls(document))
        return values

    def _get_neighbour_urls(self, ticket):
        """Return where the ticket before and the one after it in the list are.

        Without any token: these pages ask again who looks.

        :param ticket: the ticket of the page
        :rtype: dict
        """
        ids = request.session.get(HISTORY) or []
        if ticket.id not in ids:
            return {}
        place = ids.index(ticket.id)
        before, after = ids[:place][-1:], ids[place + 1 :][:1]
        return {
            "prev_record": ticket.browse(before).access_url,
            "next_record": ticket.browse(after).access_url,
        }

    # === WHO MAY === #

    def _document_check_access(self, model_name, document_id, access_token=None):
        # Odoo's comparison crashes with what cannot be a token.
        if not isinstance(access_token, str) or not access_token.isascii():
            access_token = None
        if model_name == "helpdesk.ticket":
            request.env[model_name]._read_ticket_for_page(document_id)
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "helpdesk.ticket":
            document_sudo._read_for_page(request.env.user)
            document_sudo = document_sudo.with_context(
                support_portal_page=True, tz=self._get_visitor_tz(document_sudo)
            )
        return document_sudo

    def _get_visitor_tz(self, ticket_sudo):
        """Return the time zone in which a visitor reads dates.

        :param ticket_sudo: the ticket they may read
        :rtype: str
        """
        user = request.env.user
        return find_zone(
            not user._is_public() and user.tz,
            request.cookies.get("tz"),
            lambda: ticket_sudo.company_id.resource_calendar_id.tz,
        ).zone

    def _is_signed_in_reader(self, ticket):
        """Say whether the visitor may read the ticket without any token.

        :param ticket: the ticket, in sudo mode
        :rtype: bool
        """
        if request.env.user._is_public():
            return False
        return request.env["helpdesk.ticket"].browse(ticket.id).has_access("read")

    def _is_customer(self, ticket):
        """Say whether the visitor belongs to the customer of the ticket.

        :param ticket: the ticket, in sudo mode
        :rtype: bool
        """
        customer = ticket.commercial_partner_id
        return bool(customer) and request.env.user.commercial_partner_id == customer

    def _get_own_ticket(self, ticket_id, customer=True):
        """Return a ticket that the user may change from its page.

        :param int ticket_id: as received
        :param bool customer: whether only its customer may, and not whoever reads it
        :return: the ticket, in sudo mode, as the page shows it
        :raise NotFound: alike for a ticket that does not exist and a forbidden one
        """
        ticket = request.env["helpdesk.ticket"].search(Domain("id", "=", ticket_id))
        if not ticket:
            raise NotFound()
        # In sudo mode because customers may not write on tickets: the access to this
        # very one was just checked.
        ticket_sudo = ticket.sudo()
        if customer and not self._is_customer(ticket_sudo):
            raise NotFound()
        return ticket_sudo.with_context(
            support_portal_page=True, tz=self._get_visitor_tz(ticket_sudo)
        )

    # === FORMS === #

    def _parse_page_form(self, params):
        """Return the fields of the page as text; other keys are ignored.

        :param dict params: of the request, anything
        :rtype: dict[str, str]
        """
        typed = {name: clean_text(params.get(name)) for name in TEXT_FIELDS}
        typed.update((name, clean_line(params.get(name))) for name in LINE_FIELDS)
        return typed

    def _render_ticket_page(self, ticket, typed, errors, status=400):
        """Answer with the page, where what was typed is kept.

        :param ticket: the ticket, in sudo mode
        :param dict typed: for each field of the page its text
        :param dict errors: for each field what is wrong with it
        """
        values = self._ticket_get_page_view_values(
            ticket, None, support_form={"typed": typed, "errors": errors}
        )
        return request.render(PAGE, values, status=status)

    def _redirect_to_ticket(self, ticket, anchor=""):
        return request.redirect(f"/my/ticket/{ticket.id}{anchor}", code=303)

    def _handle_page_error(self, error):
        """Give the page back where Odoo refuses the request before it is read.

        :param error: the HTTP exception: too large a body, or an expired session
        """
        params, errors = read_refused_form(error)
        _rule, args = request.env["ir.http"]._match(request.httprequest.path)
        ticket = self._get_own_ticket(args["ticket_id"], customer=False)
        return self._render_ticket_page(
            ticket, self._parse_page_form(params), errors, status=error.code
        )
