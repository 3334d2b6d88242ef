# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request

from ..tools.text import clean_line
from .charter_acceptance import CharterAcceptance
from .customer_support import HIGH
from .portal_ticket_form import SupportTicketForm

FIELD = "charter_accepted"


class SupportTicketFormCharter(CharterAcceptance, SupportTicketForm):
    """No request is filed without the charter in force having been accepted.

    One exception: where an authorised contact accepts for everybody, a colleague's
    emergency is taken. Nothing that blocks the activity waits for somebody who may be
    on leave; the authorised contacts are asked by e-mail.
    """

    # === SHOW THE FORM === #

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        values.update(self._prepare_acceptance_values(self._get_charter_request()))
        return values

    def _render_ticket_form(self, form, errors, status=200):
        form.setdefault(FIELD, "")
        if FIELD in errors:
            # Last, as on the page.
            errors[FIELD] = errors.pop(FIELD)
        return super()._render_ticket_form(form, errors, status=status)

    # === CHECK === #

    def _parse_ticket_form(self, params):
        typed = super()._parse_ticket_form(params)
        for name in (FIELD, "charter_version", "charter_hash"):
            typed[name] = clean_line(params.get(name))
        return typed

    def _validate_ticket_form(self, typed, errors):
        values = super()._validate_ticket_form(typed, errors)
        self._validate_charter(typed, errors)
        for name in (FIELD, "charter_version", "charter_hash"):
            values.pop(name, None)
        return values

    def _validate_charter(self, typed, errors):
        asked = self._get_charter_request()
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
            typed[FIELD] = ""
            errors[FIELD] = problem

    # === FILE THE TICKET === #

    def _file_ticket(self, vals, files):
        asked = self._get_charter_request()
        if asked["is_required"]:
            if asked["may_accept"]:
                lang, _problem = self._check_shown_charter(asked, request.params)
                self._accept_charter(asked, lang)
            else:
                asked["signatories"]._ask_charter(asked["charter"])
        return super()._file_ticket(vals, files)
