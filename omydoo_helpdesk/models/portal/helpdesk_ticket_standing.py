# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

# Whose turn it is
CUSTOMER, DESK, OTHER, NOBODY = "customer", "desk", "other", "nobody"

# By what became of the request
OUTCOME_TURNS = {"sent": CUSTOMER, "preparing": DESK, "accepted": DESK, "planned": DESK}


class TicketStanding(models.Model):
    """Where a ticket stands, in one sentence: the first thing its customer reads.

    By when, whose turn it is, and what is needed from them.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_portal_page_values(self, visitor):
        values = super()._get_portal_page_values(visitor)
        return values | {
            "portal_standing": self._get_portal_standing(
                values.get("portal_outcomes"), values.get("portal_changes")
            ),
        }

    def _get_portal_standing(self, outcomes=None, changes=None):
        """Return where this ticket stands.

        :param list outcomes: what became of the request, as ``_get_portal_outcomes``
        :param changes: those in production that the visitor is asked to agree to
        :return: whose ``turn`` it is (``customer``, ``desk``, ``other`` or ``nobody``),
            its ``label``, the ``title`` as a sentence, the ``needs`` from the customer
            as sentences, and the ``clock`` that runs, maybe empty
        :rtype: dict
        """
        self.ensure_one()
        find = (
            self._get_portal_end_standing
            if self.stage_id.closed
            else self._get_portal_open_standing
        )
        turn, title, needs, clock = find(outcomes or [], changes)
        labels = self._get_portal_turn_labels()
        if turn == DESK and not needs:
            needs = [self.env._("Nothing is needed from you for now.")]
        return {
            "turn": turn,
            "label": labels[turn],
            "title": title,
            "needs": [need for need in needs if need],
            "clock": clock,
        }

    @api.model
    def _get_portal_turn_labels(self):
        return {
            CUSTOMER: self.env._("It is your turn"),
            DESK: self.env._("It is our turn"),
            OTHER: self.env._("Waiting for somebody else"),
            NOBODY: self.env._("Finished"),
        }

    def _get_portal_turn_label(self):
        """Return whose turn it is in short, as the list tells it.

        :return: empty for a ticket that is closed
        :rtype: str
        """
        self.ensure_one()
        if not self.turn:
            return ""
        turns = {"us": DESK, "customer": CUSTOMER}
        turn = turns.get(self.turn, OTHER)
        # What the customer can do comes first, as on the page.
        return self._get_portal_turn_labels()[
            CUSTOMER if self._is_waiting_for_answer() else turn
        ]

    # === OPEN === #

    def _get_portal_open_standing(self, outcomes, changes):
        """Return where an open ticket stands: what the customer has to do comes first.

        :return: turn, title, needs and clock
        :rtype: tuple[str, str, list[str], str]
        """
        if changes:
            title = self.env._("A change in production waits for your agreement.")
            return CUSTOMER, title, [], ""
        if self._is_waiting_for_answer():
            return self._get_portal_waiting_standing()
        pending = [outcome for outcome in outcomes if outcome["kind"] in OUTCOME_TURNS]
        if pending:
            return self._get_portal_outcome_standing(pending)
        if self.waiting_since:
            title, clock = self._get_portal_owed_answer()
            if title:
                return DESK, title, self._get_portal_hold_needs(), clock
        elif self._sla_get_holds():
            return self._get_portal_hold_standing()
        return self._get_portal_work_standing()

    def _get_portal_owed_answer(self):
        """Return by when we answer what the customer wrote.

        :return: a sentence and the clock that runs, both empty for a first answer that
            is not promised
        :rtype: tuple[str, str]
        """
        for clock in ("response", "next_response"):
            if self[f"{clock}_state"] == "ongoing":
                return self._get_portal_promise_sentence(clock), clock
        if not self.response_ended_at:
            return "", ""
        title = self.env._(
            "We have your message of %(moment)s and owe you an answer.",
            moment=self._format_portal_datetime(self.waiting_since),
        )
        return title, ""

    def _get_portal_hold_needs(self):
        """Return what the work waits for, while we owe an answer all the same."""
        reason = self._sla_get_holds() and self._get_hold_notice()[1]
        if not reason:
            return []
        return [reason, self.env._("Nothing is needed from you for now.")]

    def _get_portal_waiting_standing(self):
        needs = [
            self._get_hold_notice()[1],
            self.env._(
                "Until then our clock stands still; it goes on as soon as you answer."
            ),
            self._get_hold_until_words(),
        ]
        if self.waiting_since:
            # Both wait: what they can do comes first, and what we owe is told.
            needs.append(self._get_portal_owed_answer()[0])
        return CUSTOMER, self.env._("We wait for your answer."), needs, ""

    def _get_portal_hold_standing(self):
        """Return whom a ticket waits for, and why."""
        party, reason = self._get_hold_notice()
        if party == "customer":
            # A colleague is asked, for a change in production.
            title = self.env._("We wait for an answer from your company.")
            return CUSTOMER, title, [reason], ""
        titles = {
            "editor": self.env._("We wait for the editor of the software."),
            "third_party": self.env._("We wait for a third party."),
            "update": self.env._("The next weekly update brings the fix."),
        }
        needs = [
            reason,
            self._get_hold_until_words(),
            self.env._("Nothing is needed from you for now."),
        ]
        return OTHER, titles.get(party) or self.env._("On hold."), needs, ""

    def _get_portal_work_standing(self):
        """Return where a ticket stands that our team works on."""
        if self.resolution_state in ("ongoing", "held"):
            title = self._get_portal_promise_sentence("resolution")
            return DESK, title, [], "resolution"
        if self.scope == "out_of_scope":
            title = self.env._(
                "This is outside what support covers: we are looking at how it can be "
                "done."
            )
        elif self.response_ended_at:
            title = self.env._("We are working on it; no time is promised.")
        else:
            title = self.env._("We have received it; no time is promised.")
        return DESK, title, [], ""

    # === CLOSED === #

    def _get_portal_end_standing(self, outcomes, changes):
        """Return how a closed ticket ended, or what became of it.

        :return: turn, title, needs and clock
        :rtype: tuple[str, str, list[str], str]
        """
        if self.duplicate_id:
            # In sudo mode because who else reads the other one is not theirs to know.
            title = (
                self.env._(
                    "It was joined to another request of your company on the same "
                    "subject. What you write here reaches us."
                )
                if self.sudo()._is_merged_apart()
                else self.env._(
                    "It was joined to another request on the same subject: follow "
                    "that one."
                )
            )
            return NOBODY, title, [], ""
        if outcomes:
            return self._get_portal_outcome_standing(outcomes)
        if self.stage_id.is_conversion:
            title = self.env._(
                "A project manager has taken it over and will get in touch with you."
            )
            return DESK, title, [], ""
        if self.stage_id.sla_success and self.resolution_state in ("met", "missed"):
            return NOBODY, self._get_portal_promise_sentence("resolution"), [], ""
        moment = self._format_portal_datetime(
            self.closed_date or self.last_stage_update
        )
        if not moment:
            title = self.env._("This request is closed.")
        elif self.stage_id.sla_success:
            title = self.env._("Resolved on %(moment)s.", moment=moment)
        elif self.stage_id.is_silence:
            title = self.env._(
                "Closed on %(moment)s: we had no answer from you.", moment=moment
            )
        else:
            title = self.env._("Closed on %(moment)s.", moment=moment)
        return NOBODY, title, [], ""

    def _get_portal_outcome_standing(self, outcomes):
        """Return what became of the request: what waits for the customer comes first.

        :param list outcomes: as ``_get_portal_outcomes``, not empty
        """
        first = next(
            (outcome for outcome in outcomes if outcome["kind"] == "sent"), outcomes[0]
        )
        turn = OUTCOME_TURNS.get(first["kind"], NOBODY)
        title = self.env._("%(sentence)s.", sentence=first["title"].rstrip("."))
        return turn, title, [], ""
