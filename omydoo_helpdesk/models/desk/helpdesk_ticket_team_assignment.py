# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

import pytz
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import assignment

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"
BY_HAND = "hand"
# Whoever works in this time from now on is there.
A_MOMENT = timedelta(minutes=1)


class SupportSkill(models.Model):
    """What somebody of a team knows: the kinds of requests, the applications."""

    _name = "support.skill"
    _description = "Skill of a Team Member"
    _order = "team_id, user_id, id"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('helpdesk_team_ids', 'in', [team_id]), ('share', '=', False)]",
    )
    category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Categories",
        help="Empty: whatever the category.",
    )
    application_ids = fields.Many2many(
        comodel_name="support.application",
        string="Applications",
        help="Empty: whatever the application.",
    )

    def _get_skills(self):
        """Return for each user what they know.

        :return: by id of the user
        :rtype: dict[int, tuple[assignment.Skill]]
        """
        return {
            user.id: tuple(
                assignment.Skill(
                    frozenset(line.category_ids.ids),
                    frozenset(line.application_ids.ids),
                )
                for line in lines
            )
            for user, lines in self.grouped("user_id").items()
        }


class TeamAssignment(models.Model):
    """How a team gives its tickets to its people, and to whom not."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    support_assignment = fields.Selection(
        selection=[
            (BY_HAND, "By hand"),
            (assignment.TURN, "In turn"),
            (assignment.LOAD, "By load"),
            (assignment.SKILL, "By skill"),
        ],
        string="Who Takes New Tickets",
        required=True,
        default=BY_HAND,
        groups="base.group_user",
        help="By hand: whoever takes them. In turn: one after the other. By load: who "
        "has the least to do, open tickets counted by their priority. By skill: who "
        "has the least to do among those who know the category and the application. "
        "Never somebody who is away at that moment, or has left.",
    )
    support_open_limit = fields.Integer(
        string="Open Tickets Each, at Most",
        groups="base.group_user",
        help="Of all teams. Who has as many is given no more. Zero means no limit.",
    )
    support_skill_ids = fields.One2many(
        comodel_name="support.skill",
        inverse_name="team_id",
        string="Skills",
        groups=AGENT,
    )
    # Written with each ticket that is given, in SQL: see ``_lock_turn``.
    support_last_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Given the Last Ticket",
        readonly=True,
        copy=False,
        groups=AGENT,
    )

    _support_open_limit_positive = models.Constraint(
        "CHECK (support_open_limit >= 0)",
        "A limit of open tickets cannot be negative.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if vals.get("support_assignment") == BY_HAND:
            # What waited to be given waits for whoever takes it.
            self.env["helpdesk.ticket"]._forget_assignments(self)
        return res

    # === BUSINESS METHODS === #

    def _choose_assignees(self, works, company, window=None, without=None):
        """Choose who takes some tickets of this team.

        To be called in sudo mode: who is away, and what else somebody has to do, is not
        for everybody to read. Who gives tickets of a team waits for nobody: while
        another worker does, or has done since this transaction began, nobody is chosen,
        and the job looks again.

        :param works: list of ``assignment.Work``
        :param company: of the tickets
        :param tuple window: in which one has to be there, naive UTC; by default now
        :param without: users who are given nothing
        :return: for each ticket the user, empty if nobody can take it; None if another
            worker is at it
        :rtype: list | None
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        last_id = self._lock_turn()
        if last_id is None:
            return None
        users = self._get_able_users(company) - (without or nobody)
        users = self._filter_present(users, company, window)
        chosen, new_last_id = assignment.distribute(
            self.support_assignment,
            self._get_people(users),
            works,
            last=last_id or None,
            limit=self.support_open_limit,
        )
        if any(chosen):
            self._note_turn(new_last_id)
        return [nobody.browse(user_id or ()) for user_id in chosen]

    def _is_given_by_method(self):
        """Say whether this team gives its tickets by itself; not where there is none.

        :rtype: bool
        """
        return bool(self) and self.support_assignment != BY_HAND

    def _lock_turn(self):
        """Lock this team for whoever gives its tickets, and say who was last.

        :return: id of the user, 0 if there is none; None if the lock is another's, or
            if what this transaction sees is older than what was given last
        :rtype: int | None
        """
        self.ensure_one()
        self.flush_recordset()
        lock = SQL(
            "SELECT support_last_user_id FROM helpdesk_ticket_team WHERE id = %s "
            "FOR NO KEY UPDATE SKIP LOCKED",
            self.id,
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(lock, log_exceptions=False)
                row = self.env.cr.fetchone()
        except SerializationFailure:
            return None
        return (row[0] or 0) if row else None

    def _note_turn(self, user_id):
        """Note who was given the last ticket, also if it is the same as before.

        A row that is written makes PostgreSQL tell whoever has an older picture of it.

        :param int user_id: of the user
        """
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket_team SET support_last_user_id = %s "
                "WHERE id = %s",
                user_id,
                self.id,
            )
        )
        self.invalidate_recordset(["support_last_user_id"])

    def _get_able_users(self, company):
        """Return who of this team may be given tickets of a company at all.

        :param company: of the tickets
        :rtype: recordset of res.users
        """
        self.ensure_one()
        return self.user_ids.filtered(
            lambda user: user.active
            and not user.share
            and company in user.company_ids
            and user.has_group(AGENT)
        )

    def _get_people(self, users):
        """Return what some users have and know, each a ``assignment.Person``.

        :param users: who may be given a ticket of this team
        :rtype: list
        """
        loads = dict.fromkeys(users.ids, 0)
        counts = dict.fromkeys(users.ids, 0)
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        rows = self.env["helpdesk.ticket"]._read_group(
            Domain("user_id", "in", users.ids)
            & Domain("stage_id", "in", stages["open"])
            & Domain("active", "=", True),
            ["user_id", "priority"],
            ["__count"],
        )
        for user, priority, count in rows:
            weight = assignment.WEIGHTS.get(priority, assignment.DEFAULT_WEIGHT)
            loads[user.id] += weight * count
            counts[user.id] += count
        is_by_skill = self.support_assignment == assignment.SKILL
        skills = self.support_skill_ids._get_skills() if is_by_skill else {}
        return [
            assignment.Person(
                user.id, loads[user.id], counts[user.id], skills.get(user.id, ())
            )
            for user in users
        ]

    @api.model
    def _filter_present(self, users, company, window=None):
        """Return those of some users who are at work.

        By the working time of their own calendar in the company, public holidays and
        leaves taken off, wherever these come from: Odoo's time off writes its own
        there. Who has no calendar of their own works as the company does.

        To be called in sudo mode: see ``_choose_assignees``.

        :param users: recordset of res.users
        :param company: in which they work
        :param tuple window: from when to when, naive UTC; by default at this moment
        :rtype: recordset of res.users
        """
        if not users:
            return users
        now = fields.Datetime.now()
        start, end = (
            pytz.utc.localize(moment) for moment in window or (now, now + A_MOMENT)
        )
        resources = self.env["resource.resource"].search(
            Domain("user_id", "in", users.ids)
            & Domain("company_id", "in", [False, company.id])
        )
        calendar = company.resource_calendar_id
        times, calendar_times = resources.with_company(
            company
        )._get_valid_work_intervals(start, end, calendars=calendar)
        by_user = resources.grouped("user_id")
        is_open = not calendar or bool(calendar_times.get(calendar.id))
        return users.filtered(
            lambda user: any(times[resource.id] for resource in by_user[user])
            if user in by_user
            else is_open
        )

    def _tell_untaken(self, tickets):
        """Tell the leader of this team, if at work, that nobody can take some tickets.

        A leader who is away finds them in the list.

        To be called in sudo mode: see ``_choose_assignees``.

        :param tickets: of this team
        """
        self.ensure_one()
        leader = self.user_id
        company = self.company_id or tickets.company_id[:1]
        if not leader.active or not self._filter_present(leader, company):
            return
        team = self.with_context(lang=leader.lang, mail_notify_force_send=False)
        shown = tickets[:10]
        more = len(tickets) - len(shown)
        team.message_notify(
            partner_ids=leader.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=team.env._("Nobody can take it: %(team)s", team=team.name),
            body=team.env._(
                "Nobody of “%(team)s” can take these tickets: everybody is away, has "
                "as many as allowed, or does not know what they are about. "
                "%(tickets)s%(more)s",
                team=team.name,
                tickets=", ".join(shown.mapped("number")),
                more=f" (+ {more})" if more else "",
            ),
        )
