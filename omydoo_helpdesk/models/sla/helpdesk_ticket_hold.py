# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from ...const import COMPUTED, HOLD_PARTIES
from ...tools import sla_clock
from ...tools.batch import run_in_batches
from ...tools.text import given_id

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_hold_ended"
CRON = "omydoo_helpdesk.ir_cron_hold_ends"
# The cause in the log of what a person, or the stage, puts on hold.
STAGE = "stage"
HOLDS = (sla_clock.HOLD, sla_clock.RESUME)
# What one message brings about happens within that time.
AT_ONCE = timedelta(minutes=1)
# A year that is mistyped would have the calendars of centuries read.
MAX_HOLD = timedelta(days=366)


def _held_hours_field(label):
    return fields.Float(
        string=label,
        compute="_compute_sla",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        aggregator="avg",
        groups="base.group_user",
        help="Hours of the plan's calendar in which the clock stood still for them, at "
        "the last change. What two are waited for at once counts for both.",
    )


class TicketHold(models.Model):
    """A ticket that somebody puts on hold: for whom, why, and maybe until when.

    By the button, with a reason, or by a stage that holds, for the first reason there
    is for whom the stage waits for. On its last day a hold ends by itself: for the
    clocks at that very instant, whenever the job notes it.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    hold_reason_id = fields.Many2one(
        comodel_name="support.hold.reason",
        string="Kind of Hold",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    hold_until = fields.Datetime(
        string="On Hold Until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the hold ends by itself; empty: nobody knows.",
    )
    held_hours_customer = _held_hours_field("Hours on Hold: Customer")
    held_hours_editor = _held_hours_field("Hours on Hold: Editor")
    held_hours_third_party = _held_hours_field("Hours on Hold: Third Party")
    held_hours_update = _held_hours_field("Hours on Hold: Weekly Update")

    # What is on hold, in the order of the list: 60 → 2 ms of 100,000. Hardly anything
    # is filed as such.
    _held_idx = models.Index(
        "(next_deadline, priority DESC, id)"
        " WHERE active IS TRUE AND resolution_state = 'held'"
    )

    # === CRUD METHODS === #

    def write(self, vals):
        # A new team, or an assignee who brings one, may bring another stage.
        moved = {}
        if "stage_id" not in vals and not {"team_id", "user_id"}.isdisjoint(vals):
            moved = {
                ticket: ticket.stage_id for ticket in self if ticket.hold_reason_id
            }
        res = super().write(vals)
        self.filtered(
            lambda ticket: ticket in moved and ticket.stage_id != moved[ticket]
        )._hold_by_stage()
        return res

    @api.model
    def _prepare_stage_vals(self, vals):
        vals = super()._prepare_stage_vals(vals)
        stage_id = given_id(vals.get("stage_id"))
        if not stage_id:
            return vals
        stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
        company_id = given_id(vals.get("company_id"))
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        reason = stage._get_hold_reason(company)
        return {**vals, "hold_reason_id": reason.id} if reason else vals

    @api.model
    def _prepare_follow_up_vals(self, vals):
        vals = super()._prepare_follow_up_vals(vals)
        stage_id = given_id(vals.get("stage_id"))
        if (
            not stage_id
            or "hold_reason_id" in vals
            or all(ticket.stage_id.id == stage_id for ticket in self)
        ):
            return vals
        # The stage decides anew; of tickets of several companies what is all of theirs.
        stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
        companies = self.company_id if stage.holds_sla else self.company_id[:0]
        company = companies if len(companies) == 1 else companies[:0]
        return {
            **vals,
            "hold_reason_id": stage._get_hold_reason(company).id,
            "hold_until": False,
        }

    # === GUARD === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "hold_reason_id": COMPUTED,
            "hold_until": COMPUTED,
        }

    # === WHAT HOLDS === #

    def _is_put_on_hold(self):
        """Say whether somebody, or the stage, has this open ticket wait.

        Not once the end of the hold has passed, noted or not.

        :rtype: bool
        """
        self.ensure_one()
        # In sudo mode because a customer whose page is made reads no set-up.
        record = self.sudo()
        if record.stage_id.closed:
            return False
        if record.hold_until and record.hold_until <= fields.Datetime.now():
            return False
        return bool(record.hold_reason_id) or record.stage_id.holds_sla

    def _get_hold_party(self):
        """Return whom this ticket waits for, if it is put on hold.

        :return: one of ``HOLD_PARTIES``, or False
        """
        self.ensure_one()
        record = self.sudo()  # as _is_put_on_hold
        return record.hold_reason_id.party or record.stage_id.hold_party

    def _get_hold_words(self):
        """Return why this ticket waits, in words the customer reads.

        The reason that a ticket has by its stage is told in the words of the stage, if
        it has some.

        :rtype: str or bool
        """
        self.ensure_one()
        record = self.sudo()  # as _is_put_on_hold
        reason, stage = record.hold_reason_id, record.stage_id
        if not reason or reason == stage._get_hold_reason(record.company_id):
            return stage.hold_reason or reason.name
        return reason.name

    def _get_hold_until_words(self):
        """Return until when this ticket waits, as a sentence.

        :return: empty, if nobody knows or if it does not wait
        :rtype: str
        """
        self.ensure_one()
        if not self.hold_until or not self._is_put_on_hold():
            return ""
        return self.env._(
            "We take it up again on %(moment)s at the latest.",
            moment=self._format_portal_datetime(self.hold_until),
        )

    @api.model
    def _sla_get_watched_fields(self):
        return super()._sla_get_watched_fields() | {"hold_reason_id", "hold_until"}

    def _sla_get_hold_ends(self):
        ends = super()._sla_get_hold_ends()
        if self.hold_until and self._is_put_on_hold():
            ends[STAGE] = self.hold_until
        return ends

    def _sla_prepare_log(self, events_by_record, note=None):
        vals_list = super()._sla_prepare_log(events_by_record, note)
        for vals in vals_list:
            is_ours = vals["kind"] == sla_clock.HOLD and vals["cause"] == STAGE
            if is_ours and not vals["note"]:
                # In sudo mode because it is noted whoever caused it.
                ticket_sudo = self.sudo().browse(vals["ticket_id"])
                vals["note"] = ticket_sudo.hold_reason_id.name
        return vals_list

    def _sla_assign_results(self, results, events):
        resolution = results[1]
        is_final = self._sla_is_frozen(sla_clock.RESOLUTION, resolution)
        res = super()._sla_assign_results(results, events)
        for party, _label in () if is_final else HOLD_PARTIES:
            held = resolution.held.get(party)
            self[f"held_hours_{party}"] = held.total_seconds() / 3600 if held else 0.0
        return res

    # === PUT ON HOLD, TAKE UP AGAIN === #

    def _put_on_hold(self, reason, until=False, tell=True, stage=None):
        """Have these tickets wait, in a stage that says so where their team has one.

        :param reason: recordset of support.hold.reason
        :param datetime until: naive UTC, when it ends by itself
        :param bool tell: whether the customers are told, where the stage does not
        :param stage: in which they wait, if somebody chose one
        :raise UserError: if one of them cannot wait like this
        :raise ValidationError: if the end is past or more than a year ahead
        """
        until = until and fields.Datetime.to_datetime(until).replace(microsecond=0)
        self._check_hold(reason, until, stage)
        if stage:
            targets = dict.fromkeys(self, stage)
        else:
            targets = self._get_stages_to_hold(reason.party)
        told = self.browse()
        for stage, tickets in self.grouped(targets.get).items():
            vals = {"hold_reason_id": reason.id, "hold_until": until}
            for ticket in tickets:
                # What the stage tells is told once.
                if stage == ticket.stage_id or not stage.mail_template_id:
                    told |= ticket
            moving = tickets.filtered(lambda ticket, to=stage: ticket.stage_id != to)
            moving._write_guarded({**vals, "stage_id": stage.id})
            (tickets - moving)._write_guarded(vals)
        if until:
            # In sudo mode because agents have no right on jobs.
            self.env.ref(CRON).sudo()._trigger(at=until)
        if tell:
            told._tell_hold(reason)

    def _check_hold(self, reason, until, stage=None):
        now = fields.Datetime.now()
        if until and not now < until <= now + MAX_HOLD:
            raise ValidationError(
                self.env._("A hold ends after the present, and within a year.")
            )
        for ticket in self:
            obstacle = ticket._get_hold_obstacle(reason, stage)
            if obstacle:
                raise UserError(ticket._say_of(obstacle))

    def _get_hold_obstacle(self, reason, stage=None):
        """Return why this ticket cannot be put on hold.

        :param reason: recordset of support.hold.reason
        :param stage: in which it is to wait, if somebody chose one
        :return: a sentence, or False
        :rtype: str or bool
        """
        self.ensure_one()
        if not self.active or self.duplicate_id or (stage or self.stage_id).closed:
            return self.env._("what is closed cannot be put on hold.")
        if reason.company_id and reason.company_id != self.company_id:
            return self.env._(
                "“%(reason)s” is a reason of another company.", reason=reason.name
            )
        if stage and stage.holds_sla and stage.hold_party != reason.party:
            return self.env._(
                "in the stage “%(stage)s” it would wait for somebody else than the "
                "reason says.",
                stage=stage.name,
            )
        return False

    def _get_hold_end(self, days):
        """Return when a hold of so many working days ends that begins now.

        At the same time of the day, in the calendar of the plan or of the company.

        :param int days: zero for no end
        :return: naive UTC; False without an end, or if the calendar closes for good
        :rtype: datetime or bool
        """
        self.ensure_one()
        if not days:
            return False
        pair = (fields.Datetime.now(), days)
        # In sudo mode because whoever puts it on hold need not read leaves.
        calendar_sudo = self.sudo()._get_silence_calendar()
        return calendar_sudo._get_support_days_after([pair])[pair] or False

    def _describe_hold(self, reason, until, stage):
        """Return in words how this ticket is going to wait, for who decides it.

        :param reason: recordset of support.hold.reason
        :param datetime until: naive UTC, maybe none
        :param stage: in which it is to wait, if somebody chose one
        :return: what is in the way, if it cannot wait
        :rtype: str
        """
        self.ensure_one()
        obstacle = self._get_hold_obstacle(reason, stage)
        if obstacle:
            return obstacle
        parties = dict(reason._fields["party"]._description_selection(self.env))
        stage = stage or self._get_stages_to_hold(reason.party)[self]
        values = {
            "party": parties[reason.party],
            "stage": stage.name,
            "reason": reason.name,
        }
        if until:
            moment = format_datetime(self.env, until, dt_format="short")
            return self.env._(
                "Waiting for: %(party)s, in the stage “%(stage)s”, until %(moment)s. "
                "The customer reads: “%(reason)s”",
                **values,
                moment=moment,
            )
        if reason.party == "customer":
            return self.env._(
                "Waiting for: %(party)s, in the stage “%(stage)s”, until they answer. "
                "The customer reads: “%(reason)s”",
                **values,
            )
        return self.env._(
            "Waiting for: %(party)s, in the stage “%(stage)s”, until somebody takes it "
            "up again. The customer reads: “%(reason)s”",
            **values,
        )

    def _get_stages_to_hold(self, party):
        """Return in which stage each of these tickets waits.

        :param str party: whom it waits for
        :return: the stage that it is in, if none of its team's says more
        :rtype: dict[record, recordset of helpdesk.ticket.stage]
        """
        res = {}
        for (team, company), tickets in self.grouped(
            lambda ticket: (ticket.team_id, ticket.company_id)
        ).items():
            stages = team.with_company(company)._get_applicable_stages()
            holding = stages.filtered(
                lambda stage: stage.holds_sla
                and stage.hold_party == party
                and not stage.closed
            )[:1]
            for ticket in tickets:
                stage = ticket.stage_id
                if holding and not (stage.holds_sla and stage.hold_party == party):
                    stage = holding
                elif stage.holds_sla and stage.hold_party != party:
                    # It would say the contrary.
                    stage = ticket._get_working_stage(stages) or stage
                res[ticket] = stage
        return res

    def _get_working_stage(self, stages):
        """Return the stage in which the work on this ticket goes on.

        :param stages: those of its team
        :return: the one that follows an answer, or else the first open one that holds
            nothing, of which rather one of tickets that somebody looks after
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        working = stages.filtered(
            lambda stage: not stage.closed and not stage.holds_sla
        )
        return (
            (self.stage_id.answer_stage_id & working)
            or working.filtered(lambda stage: not stage.unattended)[:1]
            or working[:1]
        )

    def _resume_from_hold(self):
        """Take these tickets up again, in a working stage; those not on hold stay."""
        held = self.filtered(
            lambda ticket: not ticket.stage_id.closed
            and (ticket.hold_reason_id or ticket.stage_id.holds_sla)
        )
        for (team, company), tickets in held.grouped(
            lambda ticket: (ticket.team_id, ticket.company_id)
        ).items():
            stages = team.with_company(company)._get_applicable_stages()
            by_stage = tickets.grouped(
                lambda ticket, among=stages: ticket.stage_id.holds_sla
                and ticket._get_working_stage(among)
            )
            for stage, moving in by_stage.items():
                vals = {"hold_reason_id": False, "hold_until": False}
                moving._write_guarded({**vals, "stage_id": stage.id} if stage else vals)

    def _end_hold_by_answer(self):
        """Go on with what waits for the customer, who has answered.

        A stage that says nothing of what follows an answer holds on; what waits outside
        of such a stage does so for nothing but the answer.
        """
        self.ensure_one()
        stage = self.stage_id
        if stage.answer_stage_id and stage.holds_sla:
            self.write({"stage_id": stage.answer_stage_id.id})
        elif not stage.holds_sla:
            self._resume_from_hold()

    def _hold_again(self, asked_at):
        """Wait for the customer again: what ended the hold was no answer to it.

        For the same reason and until the same day, in the stage in which the ticket
        is: whoever went on with it meanwhile has decided otherwise, and nobody is
        told again.

        :param datetime asked_at: when the customer wrote, naive UTC
        """
        self.ensure_one()
        record = self.sudo()  # as _is_put_on_hold
        log = self.env["support.ticket.event"]._read_log(record)[record.id]
        holds = [event for event in log if event.cause == STAGE and event.kind in HOLDS]
        if (
            len(holds) < 2
            or [event.kind for event in holds[-2:]] != [*HOLDS]
            or holds[-2].party != "customer"
            or not timedelta() <= holds[-1].at - asked_at <= AT_ONCE
            or (record.last_stage_update or asked_at) > asked_at + AT_ONCE
            or record.waiting_since
            or record.stage_id.closed
        ):
            return
        until = holds[-2].until
        reason = record._find_last_reason("customer")
        if reason and (not until or until > fields.Datetime.now()):
            record._write_guarded({"hold_reason_id": reason.id, "hold_until": until})

    def _find_last_reason(self, party):
        """Return why this ticket last waited for somebody, as the log tells it.

        :param str party: one of ``HOLD_PARTIES``
        :return: the first reason for that party, if that one is there no more
        :rtype: recordset of support.hold.reason
        """
        self.ensure_one()
        reasons = self.env["support.hold.reason"]
        held = self.event_ids.filtered(
            lambda event: event.kind == sla_clock.HOLD and event.party == party
        ).sorted(lambda event: (event.at, event.id))[-1:]
        usable = Domain("party", "=", party) & Domain(
            "company_id", "in", [False, self.company_id.id]
        )
        for reason in reasons.search(usable):
            if (
                held.note
                in reason._fields["name"]._get_stored_translations(reason).values()
            ):
                return reason
        return reasons._get_default(party, self.company_id)

    def _hold_by_stage(self):
        """Have each of these tickets wait, or not, as its stage says."""
        for (stage, company), tickets in self.grouped(
            lambda ticket: (ticket.stage_id, ticket.company_id)
        ).items():
            tickets._write_guarded(
                {
                    "hold_reason_id": stage._get_hold_reason(company).id,
                    "hold_until": False,
                }
            )

    def action_resume(self):
        """Take a ticket up again before its hold ends.

        :raise AccessError: if the user may not write on the ticket
        """
        self.check_access("write")
        self._resume_from_hold()

    # === TO THE CUSTOMER === #

    def _tell_hold(self, reason):
        """Tell customers that their requests wait, why, and until when.

        :param reason: recordset of support.hold.reason
        """
        name = "awaiting" if reason.party == "customer" else "hold"
        self._post_decision(f"omydoo_helpdesk.mail_template_{name}")

    # === THE END OF A HOLD === #

    @api.model
    def _get_ended_hold_domain(self):
        """Return which tickets have a hold whose end has passed.

        :rtype: Domain
        """
        return Domain("hold_until", "<=", fields.Datetime.now())

    @api.model
    def _cron_hold_ends(self, batch_size=100):
        """Go on with the tickets whose hold has ended, and tell who looks after them.

        :param int batch_size: records per transaction
        """
        run_in_batches(
            self,
            self._get_ended_hold_domain(),
            lambda due: due._end_due_holds(),
            order="hold_until, id",
            batch_size=batch_size,
        )

    def _end_due_holds(self):
        """End the holds of these tickets whose end has passed, each once.

        What another worker holds is left to it; what it has ended has no end any more.
        """
        mine = self.try_lock_for_update()
        mine.invalidate_recordset()
        due = mine.filtered_domain(self._get_ended_hold_domain())
        due._resume_from_hold()
        # What was closed, or stays in a stage that holds for want of another.
        due.filtered("hold_until")._write_guarded({"hold_until": False})
        for ticket in due:
            user = ticket.user_id or ticket.team_id.user_id
            if user and not ticket.stage_id.closed:
                ticket.with_context(lang=user.lang).activity_schedule(
                    ACTIVITY_TYPE, user_id=user.id
                )


class HelpdeskTicketStage(models.Model):
    """A stage that holds: for which reason a ticket waits that is moved there."""

    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage"]

    def write(self, vals):
        res = super().write(vals)
        if not {"holds_sla", "hold_party"}.isdisjoint(vals):
            # In sudo mode because a stage serves teams that the manager who edits it
            # may not read.
            tickets_sudo = (
                self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
            )
            tickets_sudo.search(Domain("stage_id", "in", self.ids))._hold_by_stage()
        return res

    def _get_hold_reason(self, company):
        """Return why a ticket waits that is in this stage, if nobody says more.

        :param company: that of the ticket; none for a reason of all companies only
        :return: none in a stage that holds nothing
        :rtype: recordset of support.hold.reason
        """
        self.ensure_one()
        party = self.holds_sla and not self.closed and self.hold_party
        return self.env["support.hold.reason"]._get_default(party, company)
