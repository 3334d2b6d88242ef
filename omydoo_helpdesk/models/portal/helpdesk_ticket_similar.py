# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext

AGENT_GROUP = "helpdesk_mgmt.group_helpdesk_user_own"
MAX_OPEN = 8
MAX_SOLVED = 5


class HelpdeskTicketSimilar(models.Model):
    """What may help whoever answers: the customer's other tickets, and solved ones."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def get_similar(self):
        """Return what the user may read that resembles this ticket, or is beside it.

        :return: ``open`` (other open tickets of the customer, the newest first) and
            ``solved`` (resolved ones that look alike, of whichever customer), each with
            ``id``, ``title``, ``detail`` and ``solution`` (the last answer, as text);
            ``articles`` of the help, each with ``title``, ``detail`` and ``url``
        :rtype: dict[str, list[dict]]
        :raise AccessError: if the user may not read this ticket, or is no agent
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(AGENT_GROUP):
            raise AccessError(self.env._("This is for who works at the desk."))
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        others = Domain("id", "!=", self.id)
        opened = self.browse()
        if self.commercial_partner_id:
            opened = self.search(
                others
                & Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
                & Domain("stage_id", "in", [*stages["open"], False]),
                order="id desc",
                limit=MAX_OPEN,
            )
        solved = self._search_alike(
            self.name or "",
            others & Domain("stage_id", "in", self._get_solved_stages().ids),
            MAX_SOLVED,
        )
        solutions = solved._get_last_answers()
        return {
            "open": [ticket._prepare_similar("") for ticket in opened],
            "solved": [
                ticket._prepare_similar(solutions.get(ticket.id, ""))
                for ticket in solved
            ],
            "articles": self.env["support.help.article"]._find_portal_articles(
                self.name or ""
            ),
        }

    @api.model
    def _get_solved_stages(self):
        """Return the stages of what was resolved, with and without a promise.

        :rtype: recordset of helpdesk.ticket.stage
        """
        return self.env["helpdesk.ticket.stage"].search(
            Domain("closed", "=", True) & Domain("sla_success", "=", True)
        )

    def _prepare_similar(self, solution):
        """Return what is shown of a ticket beside another one.

        :param str solution: the last answer, as text
        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "title": self.env._(
                "%(number)s: %(name)s", number=self.number, name=self.name
            ),
            "detail": self.env._(
                "%(stage)s, sent on %(date)s",
                stage=self.stage_id.name or "",
                date=format_date(self.env, self.create_date),
            ),
            "solution": solution,
        }

    @api.model
    def _get_answer_domain(self):
        """Return which messages are answers of the desk to the customer.

        :rtype: Domain
        """
        comment = self.env.ref("mail.mt_comment")
        return (
            Domain("model", "=", self._name)
            & Domain("message_type", "in", ["comment", "email"])
            & Domain("subtype_id", "=", comment.id)
            & Domain("author_id.partner_share", "=", False)
        )

    def _get_last_answers(self):
        """Return the last answer to the customer of each of these tickets, as text.

        :rtype: dict[int, str]
        """
        if not self:
            return {}
        messages = self.env["mail.message"].search(
            self._get_answer_domain() & Domain("res_id", "in", self.ids), order="id"
        )
        return {
            message.res_id: html2plaintext(message.body, include_references=False)
            for message in messages
        }
