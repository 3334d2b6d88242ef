# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...const import GUARD
from ...tools import sla_clock
from ...tools.desk_format import DESK, REFERENCES
from ...tools.desk_history import CLOSED, QUESTIONS, get_history, name_question
from ...tools.desk_run import SILENT, Misfit
from ...tools.harmless_html import make_harmless

# By key of the format, the field that has the very same
SAME = {
    "title": "name",
    "cc": "email_cc",
    "environment": "environment",
    "assigned_at": "assigned_date",
    "planned_hours": "planned_hours",
    "extra_minutes": "budget_extra_minutes",
}
URGENT = {
    "reason": "priority_reason",
    "who": "blocking_who",
    "what": "blocking_what",
    "at": "urgent_claimed_at",
}


class Histories(dict):
    """By number, the history of each ticket that is about to be made.

    A class of its own, so that no RPC client can send one in its context.
    """


class TicketMove(models.Model):
    """A ticket of another desk: its values here, and its clocks by its own history.

    Made with its log, so that its clocks are computed once, and as the plan that the
    customer had on the day of the filing promised. A result that the history does not
    tell is neither kept nor missed.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === HOOKS === #

    @api.model
    def _get_histories(self):
        """Return the histories of what is being made, if anything moves here.

        :rtype: dict or None
        """
        histories = self.env.context.get("support_histories")
        return histories if isinstance(histories, Histories) else None

    @api.model
    def _prepare_stage_vals(self, vals):
        prepared = super()._prepare_stage_vals(vals)
        if self._get_histories() is None:
            return prepared
        # What was is not what the stage here would have made of it today.
        kept = {
            name: vals[name]
            for name in ("filed_at", "closed_date", "hold_reason_id")
            if vals.get(name)
        }
        return {**prepared, **kept}

    @api.model
    def _add_assignees(self, vals_list):
        # Nobody is given what nobody had.
        if self._get_histories() is None:
            return super()._add_assignees(vals_list)
        return None

    @api.constrains("stage_id")
    def _check_conversion_stage(self):
        # What it became stays behind, where it was converted.
        if self._get_histories() is None:
            return super()._check_conversion_stage()
        return None

    def _log_phone_exceptions(self):
        # Who took the call took it elsewhere, long ago.
        if self._get_histories() is None:
            return super()._log_phone_exceptions()
        return None

    def _sla_get_first_events(self, now):
        history = (self._get_histories() or {}).get(self.number)
        if history is None:
            return super()._sla_get_first_events(now)
        events = self._sla_prepare_history(history)
        return events + self._sla_get_missing_events(events, fields.Datetime.now())

    # === WHAT A TICKET IS MADE OF === #

    @api.model
    def _prepare_move(self, run, number, ticket, links):
        """Return what is made of a ticket of a file.

        :param Run run: of this file
        :param int number: its line
        :param dict ticket: as checked by ``desk_format``
        :param dict links: by key of the format, ids of the tickets that it names
        :return: ``vals`` of the ticket, its ``history`` and which results are ``known``
        :rtype: dict
        :raise Misfit: if it cannot be taken as it is
        """
        vals = {
            **{field: ticket[key] for key, field in SAME.items() if key in ticket},
            **self._prepare_move_names(run, ticket),
            **self._prepare_move_people(run, ticket),
            **{REFERENCES[name]: ticket_id for name, ticket_id in links.items()},
            **self._prepare_move_split(ticket, links),
            "company_id": self.env.company.id,
            "number": ticket.get("number") or "/",
            "description": self._prepare_move_description(ticket),
            "filed_at": ticket["filed_at"],
            "active": not ticket.get("archived"),
        }
        stage = self._find_move_stage(run, ticket, vals["team_id"], vals["stage_id"])
        ticket["closed"] = stage.closed if stage else ticket.get("closed", False)
        history = get_history(ticket)
        vals |= {
            "stage_id": stage.id,
            "closed_date": history.closed_at,
            "last_stage_update": ticket.get("moved_at")
            or history.closed_at
            or ticket["filed_at"],
        }
        vals |= self._prepare_move_decisions(run, ticket)
        self._check_move(run, number, ticket, history)
        return {
            "vals": vals,
            "history": [
                self._prepare_move_event(run, event, stage) for event in history.events
            ],
            "known": history.known,
        }

    @api.model
    def _prepare_move_names(self, run, ticket):
        match = self.env["support.move.link"]._match
        names = ("team", "stage", "category", "channel", "application")
        vals = {f"{name}_id": match(run, name, ticket.get(name)) for name in names}
        priority = match(run, "priority", ticket.get("priority"))
        if priority:
            vals["priority"] = priority
        return vals

    @api.model
    def _prepare_move_split(self, ticket, links):
        """Return of which message here a ticket was made: it is made of it once only.

        :param dict ticket: as checked by ``desk_format``
        :param dict links: by key of the format, ids of the tickets that it names
        :rtype: dict
        """
        if not ticket.get("split_message") or not links.get("split_from"):
            return {}
        message = self.env["mail.message"].search(
            Domain("model", "=", self._name)
            & Domain("res_id", "=", links["split_from"])
            & Domain("message_id", "=", ticket["split_message"]),
            limit=1,
        )
        return {"split_message_id": message.id}

    @api.model
    def _prepare_move_people(self, run, ticket):
        links = self.env["support.move.link"]
        person = ticket.get("customer", {})
        sender = ticket.get("sender", person)
        return {
            "partner_id": links._match_customer(run, person),
            "partner_name": sender.get("name"),
            "partner_email": sender.get("email"),
            "user_id": links._match_user(run, ticket.get("assignee")),
        }

    @api.model
    def _prepare_move_description(self, ticket):
        if "description" in ticket:
            return make_harmless(ticket["description"])
        return plaintext2html(ticket.get("text", ""))

    @api.model
    def _prepare_move_decisions(self, run, ticket):
        """Return what somebody decided, or claimed, of a ticket.

        :rtype: dict
        """
        vals = {}
        urgent = ticket.get("urgent", {})
        vals |= {field: urgent[key] for key, field in URGENT.items() if key in urgent}
        claimed = urgent.get("priority")
        if claimed:
            match = self.env["support.move.link"]._match
            vals["claimed_priority"] = match(run, "priority", claimed)
        if "verdict" in ticket:
            verdict = ticket["verdict"]
            match_user = self.env["support.move.link"]._match_user
            vals |= {
                "scope_override": verdict["scope"],
                "scope_override_reason": verdict["reason"],
                # Not who takes the desk over
                "scope_decider_id": match_user(run, verdict.get("by"), quietly=True),
            }
        hold = ticket.get("hold", {})
        reason = not ticket["closed"] and self._find_move_hold(run, hold.get("reason"))
        if reason:
            vals |= {"hold_reason_id": reason, "hold_until": hold.get("until")}
        return vals

    @api.model
    def _find_move_hold(self, run, name):
        """Return the reason of a hold that has a name, in whichever language.

        :param str name: or whom it waits for, where that is all that is known
        :return: an id, False if there is none
        """
        if not name:
            return False
        key = ("hold", None)
        if key not in run.found:
            reasons = self.env["support.hold.reason"].search(
                Domain("company_id", "in", [False, self.env.company.id])
            )
            codes = self.env["support.move.link"]._get_language_codes()
            run.found[key] = {
                # Of each party the first one
                **{reason.party: reason.id for reason in reversed(reasons)},
                **{
                    reason.with_context(lang=code).name.lower(): reason.id
                    for code in codes
                    for reason in reasons
                },
            }
        return run.found[key].get(name.lower(), False)

    @api.model
    def _find_move_stage(self, run, ticket, team_id, stage_id):
        """Return the stage of a ticket: that of its name, or the first that fits.

        :raise Misfit: if it is not one of the team, or open and the ticket is closed
        """
        stages = self.env["helpdesk.ticket.stage"]
        team = self.env["helpdesk.ticket.team"].browse(team_id or ())
        if not stage_id:
            if ticket.get("stage") and run.dry:
                return stages  # it will be made
            fitting = team._get_applicable_stages().filtered(
                lambda stage: stage.closed == ticket.get("closed", False)
            )
            return (fitting.filtered("sla_success") or fitting)[:1]
        stage = stages.browse(stage_id)
        if ticket.get("closed") and not stage.closed:
            raise Misfit(
                self.env._(
                    "It is closed, and the stage “%(stage)s” here is open: say in the "
                    "mapping which stage is meant.",
                    stage=stage.name,
                )
            )
        if team and stage.team_ids and team not in stage.team_ids:
            raise Misfit(
                self.env._(
                    "The stage “%(stage)s” is none of the team “%(team)s”.",
                    stage=stage.name,
                    team=team.name,
                )
            )
        return stage

    @api.model
    def _check_move(self, run, number, ticket, history):
        """Check what can only be refused as a whole.

        :raise Misfit: if something is later than now, or time is nobody's
        """
        now = fields.Datetime.now()
        moments = [event["at"] for event in history.events]
        moments += [message["at"] for message in ticket.get("messages", ())]
        if max(moments) > now:
            raise Misfit(self.env._("Something in it is later than now."))
        for message in ticket.get("messages", ()):
            if message["by"] == DESK:
                # To be named, if nobody here is meant.
                self.env["support.move.link"]._match_user(run, message.get("author"))
        ticket["times"] = [
            time
            for time in ticket.get("times", ())
            if self._is_move_time_taken(run, number, ticket, time)
        ]

    @api.model
    def _is_move_time_taken(self, run, number, ticket, time):
        links = self.env["support.move.link"]
        user_id = links._match_user(run, time["by"])
        name = links._name_person(time["by"])
        if user_id and self._find_move_employee(run, user_id):
            if time["hours"] < 0:
                raise Misfit(self.env._("Time in it is less than nothing."))
            return True
        if run.get_target("user", name) == "":
            run.note(
                number,
                ticket["id"],
                self.env._(
                    "Time of “%(name)s”: %(hours)s h.", name=name, hours=time["hours"]
                ),
            )
            return False
        raise Misfit(
            self.env._(
                "“%(name)s” has time on it and is no employee here: say in the mapping "
                "who is meant, or nobody to leave the time out.",
                name=name,
            )
        )

    @api.model
    def _find_move_employee(self, run, user_id):
        key = ("employee", user_id)
        if key not in run.found:
            run.found[key] = (
                self.env["hr.employee"]
                .with_context(active_test=False)
                .search(
                    Domain("user_id", "=", user_id)
                    & Domain("company_id", "=", self.env.company.id),
                    limit=1,
                )
                .id
            )
        return run.found[key]

    @api.model
    def _prepare_move_event(self, run, event, stage):
        """Return an event as ``_sla_prepare_history`` takes it.

        :param dict event: of a history
        :param stage: in which the ticket is here
        :rtype: dict
        """
        vals = {name: value for name, value in event.items() if name != "by"}
        if vals["kind"] in QUESTIONS and vals.get("cause"):
            # Until it is known which message that is here.
            vals["cause"] = name_question(vals["cause"])
        if vals["kind"] == CLOSED:
            solved = stage.sla_success or not stage
            vals["kind"] = sla_clock.SOLVED if solved else sla_clock.DISMISSED
        links = self.env["support.move.link"]
        user_id = links._match_user(run, event.get("by"), quietly=True)
        # Whom nobody names is not whoever has it moved.
        return {**vals, "user_id": user_id or SUPERUSER_ID}

    # === MAKING THEM === #

    @api.model
    def _make_moved(self, run, works):
        """Make tickets of another desk, with all that belongs to them.

        :param Run run: of this file
        :param list works: line, ticket of the file and what is made of it
        :return: the tickets, in the same order
        :raise ValueError: if two of them have one number: make them one by one
        """
        vals_list = [work["vals"] for _number, _ticket, work in works]
        self._add_move_numbers(vals_list)
        histories = Histories(
            (vals["number"], work["history"])
            for vals, (_number, _ticket, work) in zip(vals_list, works, strict=True)
        )
        if len(histories) < len(works):
            raise ValueError("Two tickets of one number")
        for vals, (_number, ticket, _work) in zip(vals_list, works, strict=True):
            vals["tag_ids"] = [Command.set(self._find_move_tags(run, ticket))]
        tickets = (
            self.with_context(
                **SILENT, support_guard=GUARD, support_histories=histories
            )
            .create(vals_list)
            .with_env(self.env(context={**self.env.context, **SILENT}))
        )
        run.counts["events"] += sum(map(len, histories.values()))
        tickets._correct_moved(run, works)
        tickets._sla_silence()
        tickets._add_moved_belongings(run, works)
        return tickets

    @api.model
    def _add_move_numbers(self, vals_list):
        unnumbered = [vals for vals in vals_list if vals["number"] == "/"]
        sequences = self.env["ir.sequence"].with_company(self.env.company)
        numbers = unnumbered and sequences._draw_by_code(
            "helpdesk.ticket.sequence", len(unnumbered)
        )
        for vals, number in zip(unnumbered, numbers, strict=True):
            vals["number"] = number

    @api.model
    def _find_move_tags(self, run, ticket):
        """Return the tags of a ticket, made where there are none of these names.

        :rtype: list[int]
        """
        ids = []
        for name in dict.fromkeys(ticket.get("tags", ())):
            key = ("tag", name)
            if key not in run.found:
                tags = self.env["helpdesk.ticket.tag"].with_context(active_test=False)
                tag = tags.search(
                    Domain("name", "=", name)
                    & Domain("company_id", "in", [False, self.env.company.id]),
                    limit=1,
                )
                tag = tag or tags.create(
                    {"name": name, "company_id": self.env.company.id}
                )
                run.found[key] = tag.id
            ids.append(run.found[key])
        return ids

    def _correct_moved(self, run, works):
        """Have results be what the former desk said, and claim none that nobody knows.

        :param list works: as given to ``_make_moved``
        """
        reasons = {
            True: self.env._("As the former desk had it"),
            False: self.env._("History incomplete"),
        }
        corrections = {}
        for record, (_number, ticket, work) in zip(self, works, strict=True):
            for clock in sla_clock.CLOCKS:
                state = record[f"{clock}_state"]
                told = ticket.get("results", {}).get(clock)
                if not record[f"{clock}_ended_at"] or told == state:
                    continue
                unknown = (
                    state in (sla_clock.MET, sla_clock.MISSED)
                    and state not in work["known"][clock]
                )
                if told or unknown:
                    result = told or sla_clock.NOT_APPLICABLE
                    key = (clock, result, bool(told))
                    corrections.setdefault(key, self.browse())
                    corrections[key] |= record
                    run.counts["incomplete"] += not told
        for (clock, result, is_told), records in corrections.items():
            records._sla_correct(clock, result, reasons[is_told])
