# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import plaintext2html

from ...const import (
    CONTEST_LAPSED,
    CONTEST_OPEN,
    CONTEST_OVERTURNED,
    CONTEST_UPHELD,
    CONTESTED,
)


class TicketContestTold(models.Model):
    """What the customer reads, and says, of a verdict that they contest.

    On the page of the ticket, in its story and in the mail. Who decided is not named.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === BUSINESS METHODS === #

    def _may_contest(self):
        """Say whether the verdict can be contested on the page of this ticket.

        What is closed for good is not taken up again by that road.

        :rtype: bool
        """
        self.ensure_one()
        if self._get_contest_obstacle():
            return False
        is_alive = not self.stage_id.closed or bool(self.conversion_ref)
        return is_alive or not self._get_reopen_obstacle()

    def _contest_from_portal(self, reason):
        """Contest the verdict, and say so in the conversation, for the desk to read.

        To be called in sudo mode by the customer, as ``_contest``.

        :param str reason: in the customer's words
        :return: whether it is contested by this
        :rtype: bool
        """
        self.ensure_one()
        labels = dict(self._fields["scope"]._description_selection(self.env))
        words = self.env._(
            "I contest this decision on the cover: %(verdict)s.",
            verdict=labels[self.scope],
        )
        if not self._may_contest() or not self._contest(reason):
            return False
        self._post_from_portal(plaintext2html(f"{words}\n\n{reason}"))
        return True

    def _get_portal_contest(self):
        """Return what was contested on this ticket, oldest first.

        :return: when, a sentence, and the words of whoever wrote, maybe empty
        :rtype: list[tuple[str, str, str]]
        """
        self.ensure_one()
        events = self.contest_ids if self.contest_state else self.contest_ids.browse()
        return [
            (
                self._format_portal_datetime(event.at),
                self._get_contest_sentence(event),
                event.words or "",
            )
            for event in events.sorted("id")
        ]

    @api.model
    def _get_contest_sentence(self, event):
        """Return what happened to a contested verdict, in words for the customer.

        :param event: a row of its log
        :rtype: str
        """
        labels = dict(self._fields["scope"]._description_selection(self.env))
        verdict = labels.get(event.scope, "")
        opposite = "in_scope" if event.scope == "out_of_scope" else "out_of_scope"
        return {
            CONTESTED: lambda: self.env._(
                "You contested the decision “%(verdict)s”.", verdict=verdict
            ),
            CONTEST_UPHELD: lambda: self.env._(
                "We looked at it again: the decision stays “%(verdict)s”.",
                verdict=verdict,
            ),
            CONTEST_OVERTURNED: lambda: self.env._(
                "We looked at it again: the decision is “%(verdict)s” from now on.",
                verdict=labels[opposite],
            ),
            CONTEST_LAPSED: lambda: self.env._(
                "The decision changed meanwhile: it is no longer “%(verdict)s”.",
                verdict=verdict,
            ),
        }[event.kind]()

    def _get_portal_story(self, visitor):
        story = super()._get_portal_story(visitor)
        insiders = self.filtered(
            lambda ticket: ticket.contest_state and ticket._is_portal_insider(visitor)
        )
        for ticket in insiders:
            # The words are in the conversation, and beside the verdict.
            entries = [
                (event.at, "contest", ticket._get_contest_sentence(event), "")
                for event in ticket.contest_ids.sorted("id")
            ]
            story[ticket] = story.get(ticket, []) + entries
        return story

    @api.model
    def _get_portal_page_lines(self):
        return [*super()._get_portal_page_lines(), "contest_ids"]

    def _get_portal_page_values(self, visitor):
        is_insider = self._is_portal_insider(visitor)
        return super()._get_portal_page_values(visitor) | {
            "portal_contest": self._get_portal_contest() if is_insider else [],
            "contest_waits": is_insider and self.contest_state == CONTEST_OPEN,
        }

    # === THE MAIL === #

    def _get_mail_contest(self):
        """Return what came of what the customer contested, in the customer's language.

        :return: a sentence, and the words of who decided; none where they are the
            reason of the verdict, which the mail tells
        :rtype: tuple[str, str]
        """
        record = self._with_mail_reader()
        event = record.contest_ids.sorted("id")[-1:]
        if not event:
            return "", ""
        words = event.words if event.kind == CONTEST_UPHELD else ""
        return record._get_contest_sentence(event), words or ""
