# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, models

from ...tools import sla_clock

# Causes of the log
STAGE = "stage"

DUPLICATE = "duplicate"

ARCHIVED = "archived"

# Kinds of entry that the log does not have
URGENT = "urgent"

# A hold that began and ended within it was waited for by nobody: a stage passed by, or
# chosen by mistake.
PASSING = timedelta(minutes=1)

CLOSINGS = (sla_clock.SOLVED, sla_clock.DISMISSED)


class TicketTimeline(models.Model):
    """What happened to a ticket, as the customer reads it.

    Written from the log of the clocks, and from what each concept adds to it: no note,
    no name of whoever decided in our team.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === GETTERS === #

    def _get_portal_timeline(self, visitor=None):
        """Return what happened, oldest first, in the reader's language.

        One statement reads the logs, whatever the number of records. The caller has
        checked the access to the records.

        :param visitor: the user who looks, superuser by default
        :return: for each record its entries: ``at`` (naive UTC), ``moment`` (the same
            as the reader writes it), ``kind``, ``text``, and ``detail``, maybe empty
        :rtype: dict[record, list[dict]]
        """
        log = self.env["support.ticket.event"]._read_log(self)
        story = self._get_portal_story(visitor or self.env.user)
        return {
            record: [
                {
                    "at": at,
                    "moment": record._format_portal_datetime(at),
                    "kind": kind,
                    "text": text,
                    "detail": detail or "",
                }
                for at, kind, text, detail in sorted(
                    record._get_portal_timeline_entries(log[record.id])
                    + story.get(record, []),
                    key=lambda entry: entry[0],
                )
            ]
            for record in self
        }

    def _get_portal_timeline_entries(self, events):
        """Return what there is to tell, in any order.

        :param list events: the log of this record
        :return: for each entry its instant, kind, text and detail
        :rtype: list[tuple[datetime, str, str, str]]
        """
        self.ensure_one()
        told = [
            event
            for event in events
            if not self._is_portal_timeline_echo(event, events)
        ]
        last = {
            # The next ones are read in the conversation.
            "answer": next(
                (event for event in told if event.kind == sla_clock.ANSWERED), None
            ),
            "hold": self._get_portal_open_hold(events),
            "closing": next(
                (event for event in reversed(told) if event.kind in CLOSINGS), None
            ),
        }
        entries = []
        for event in told:
            text = self._get_portal_timeline_text(event, last)
            if text:
                detail = event is last["hold"] and self._get_portal_hold_detail(event)
                entries.append((event.at, event.kind, text, detail))
        if self.urgent_claimed_at:
            text = self.env._("You marked this request as urgent.")
            entries.append((self.urgent_claimed_at, URGENT, text, ""))
        return entries

    @api.model
    def _is_portal_timeline_echo(self, event, events):
        """Say whether an event only goes with another one of the same instant.

        Closing a ticket also ends its hold and its verdict of out of scope; a merge
        also closes.

        :param event: of the log
        :param list events: the log
        :rtype: bool
        """
        others = [other for other in events if other.at == event.at]
        kinds = {
            other.kind for other in others if other.cause != sla_clock.OUT_OF_SCOPE
        }
        causes = {other.cause for other in others}
        if event.kind in (sla_clock.HOLD, sla_clock.RESUME) and any(
            {event.kind, other.kind} == {sla_clock.HOLD, sla_clock.RESUME}
            and other.cause == event.cause
            and timedelta(0)
            <= (other.at - event.at) * (1 if event.kind == sla_clock.HOLD else -1)
            < PASSING
            for other in events
        ):
            return True
        if event.kind == sla_clock.RESUME:
            # Closed straight from the hold, or waiting for somebody else.
            return bool(kinds & {*CLOSINGS, sla_clock.HOLD})
        if event.cause == sla_clock.OUT_OF_SCOPE:
            return STAGE in causes and sla_clock.FILED not in kinds
        if event.cause in (STAGE, ARCHIVED):
            return DUPLICATE in causes
        return False

    @api.model
    def _get_portal_open_hold(self, events):
        """Return the last hold that goes on.

        :param list events: the log
        :return: an event, or None
        """
        _closings, holds = sla_clock.get_open_causes(events)
        return next(
            (
                event
                for event in reversed(events)
                if event.kind == sla_clock.HOLD and event.cause in holds
            ),
            None,
        )

    def _get_portal_hold_detail(self, event):
        """Return why a hold that goes on does so, in words the customer reads.

        :param event: of the log
        :rtype: str
        """
        self.ensure_one()
        if event.cause != STAGE:
            return self.hold_reason
        words = (self._get_hold_words(), self._get_hold_until_words())
        return " ".join(filter(None, words))

    def _get_portal_timeline_text(self, event, last):
        """Return an event in plain words, empty for one that is not told.

        :param event: of the log
        :param dict last: the first ``answer``, the last ``hold`` that goes on and the
            last ``closing``
        :rtype: str
        """
        self.ensure_one()
        if event.kind == sla_clock.FILED:
            return self.env._("Request received.")
        if event is last["answer"]:
            return self.env._("First answer from our team.")
        if event.kind == sla_clock.HOLD:
            return self._get_portal_hold_text(event)
        if event.kind == sla_clock.RESUME:
            return self.env._("Our work goes on.")
        if event.kind in CLOSINGS:
            return self._get_portal_closing_text(event, event is last["closing"])
        if event.kind == sla_clock.REOPENED:
            return self._get_portal_reopening_text(event)
        if event.kind == sla_clock.CHANGED:
            return self._get_portal_change_text(event)
        return ""  # what was written is in the conversation, all else the desk's own

    def _get_portal_hold_text(self, event):
        texts = {
            "customer": self.env._("We wait for you."),
            "editor": self.env._("We wait for the editor of the software."),
            "third_party": self.env._("We wait for a third party."),
            "update": self.env._("The next weekly update brings the fix."),
        }
        return texts.get(event.party) or self.env._("On hold.")

    def _get_portal_closing_text(self, event, is_last):
        """Return how a ticket ended.

        :param event: of the log
        :param bool is_last: whether nothing ended it after that
        :rtype: str
        """
        if event.cause == sla_clock.OUT_OF_SCOPE:
            return self.env._("This request is outside what support covers.")
        if event.cause == DUPLICATE:
            return self.env._("Joined to another request on the same subject.")
        if is_last and self.stage_id.is_conversion:
            return self.env._("Taken over by a project manager.")
        if is_last and self.stage_id.is_silence:
            return self.env._("Closed: we had no answer from you.")
        return self._get_portal_end_text(event)

    def _get_portal_end_text(self, event):
        """Return how a ticket ended in a closed stage, and by whom.

        :param event: of the log
        :rtype: str
        """
        # In sudo mode because customers may not read every user: the name is told of
        # the customer's own people only.
        user_sudo = self.env["res.users"].sudo().browse(event.user_id)
        is_solved = event.kind == sla_clock.SOLVED
        if not user_sudo or user_sudo._is_superuser():
            return self.env._("Resolved.") if is_solved else self.env._("Closed.")
        if not user_sudo.share:
            return (
                self.env._("Resolved by our team.")
                if is_solved
                else self.env._("Closed by our team.")
            )
        if is_solved:
            return self.env._("Closed by %(name)s: resolved.", name=user_sudo.name)
        return self.env._("Closed by %(name)s: no longer needed.", name=user_sudo.name)

    def _get_portal_reopening_text(self, event):
        if event.cause == sla_clock.OUT_OF_SCOPE:
            return self.env._("This request is covered by support after all.")
        if event.cause == DUPLICATE:
            return self.env._("Handled on its own again.")
        return self.env._("Reopened.")

    def _get_portal_change_text(self, event):
        if event.cause.startswith(sla_clock.PRIORITY):
            priorities = dict(self._fields["priority"]._description_selection(self.env))
            priority = priorities.get(event.cause.removeprefix(sla_clock.PRIORITY))
            if priority:
                return self.env._("Agreed priority: %(priority)s.", priority=priority)
        return self.env._("What we promise changed: the dates were computed again.")

    # === SLA === #

    def _get_portal_page_values(self, visitor):
        return super()._get_portal_page_values(visitor) | {
            "timeline": self._get_portal_timeline(visitor)[self],
        }
