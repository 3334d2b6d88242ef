# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from ..tools.text import parse_id


class SupportTicketClose(HelpdeskTicketController):
    @http.route(methods=["POST"], website=True)
    def support_ticket_close(self, **kw):
        """Close a ticket that the user may read, in a stage offered for that.

        A ticket that does not exist and one of somebody else get the same answer.
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
