# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import COMPUTED
from ...tools import assignment
from ...tools.batch import run_in_batches
from ...tools.text import given_id

CRON = "omydoo_helpdesk.ir_cron_assignment"
DUE = "due"
UNTAKEN = "untaken"
BY_HAND = "hand"


class TicketAssignment(models.Model):
    """Who takes a ticket that nobody was given: by the method of its team.

    When it is filed and when it comes to another team. What nobody can take stays
    untaken, its leader is told, and a job looks again until somebody is there.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    assignment_state = fields.Selection(
        selection=[(DUE, "To be given"), (UNTAKEN, "Nobody can take it")],
        string="Assignment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Of a ticket that its team gives to somebody by itself.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if not all(vals.get("user_id") for vals in vals_list):
            # In sudo mode because customers do not read how the desk works.
            tickets.sudo()._tell_untaken()
        return tickets

    def write(self, vals):
        res = super().write(vals)
        if vals.get("team_id") and not vals.get("user_id"):
            # In sudo mode because whoever gives it away may not read it any more.
            self.sudo().filtered(
                lambda ticket: not ticket.user_id
                and ticket.active
                and not ticket.stage_id.closed
            )._assign_by_method()
        return res

    @api.model
    def _prepare_follow_up_vals(self, vals):
        vals = super()._prepare_follow_up_vals(vals)
        if given_id(vals.get("user_id")) or given_id(vals.get("team_id")):
            vals = {"assignment_state": False, **vals}
        return vals

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"assignment_state": COMPUTED}

    @api.model
    def _add_assignees(self, vals_list):
        res = super()._add_assignees(vals_list)
        batches = defaultdict(list)
        default_team_id = False
        if any("team_id" not in vals for vals in vals_list):
            default_team_id = self.default_get(["team_id"]).get("team_id")
        for vals in vals_list:
            team_id = given_id(vals.get("team_id", default_team_id))
            if team_id and not vals.get("user_id"):
                company_id = given_id(vals.get("company_id")) or self.env.company.id
                batches[team_id, company_id].append(vals)
        # In sudo mode because customers do not read how the desk works.
        env = self.sudo().env
        stages = env["helpdesk.ticket.stage"]._get_portal_stages() if batches else {}
        for (team_id, company_id), batch in batches.items():
            team = env["helpdesk.ticket.team"].browse(team_id)
            if team.support_assignment == BY_HAND:
                continue
            batch = [
                vals
                for vals in batch
                if given_id(vals.get("stage_id")) not in stages["closed"]
            ]
            works = [self._get_new_work(vals) for vals in batch]
            company = team.company_id or env["res.company"].browse(company_id)
            users = team._choose_assignees(works, company) if works else ()
            if users is None:
                self._wake_assignment()
            for index, vals in enumerate(batch):
                if users and users[index]:
                    vals["user_id"] = users[index].id
                    continue
                # Not whoever types it in either, whom the base takes by default.
                vals["user_id"] = False
                vals["assignment_state"] = DUE if users is None else UNTAKEN
        return res

    @api.model
    def _get_new_work(self, vals):
        """Return what a new ticket is about, for who chooses somebody.

        :param dict vals: as given to the base
        :rtype: assignment.Work
        """
        return assignment.Work(
            given_id(vals.get("category_id")) or None,
            given_id(vals.get("application_id")) or None,
            assignment.WEIGHTS.get(vals.get("priority"), assignment.DEFAULT_WEIGHT),
        )

    def _assign_by_method(self, window=None, without=None):
        """Give these tickets to whom the method of their team chooses.

        Those of a team that assigns by hand stay as they are. To be called in sudo
        mode: see ``_choose_assignees``.

        :param tuple window: in which one has to be there, naive UTC; by default now
        :param without: users who are given nothing
        :return: those that nobody takes
        :rtype: recordset
        """
        left = self.browse()
        groups = self.grouped(lambda ticket: (ticket.team_id, ticket.company_id))
        for (team, company), tickets in groups.items():
            if not team or team.support_assignment == BY_HAND:
                continue
            works = [
                assignment.Work(
                    ticket.category_id.id or None,
                    ticket.application_id.id or None,
                    assignment.WEIGHTS.get(ticket.priority, assignment.DEFAULT_WEIGHT),
                )
                for ticket in tickets
            ]
            users = team._choose_assignees(works, company, window, without)
            if users is None:
                tickets._write_guarded({"user_id": False, "assignment_state": DUE})
                self._wake_assignment()
                left |= tickets
                continue
            given = defaultdict(self.browse)
            for ticket, user in zip(tickets, users, strict=True):
                given[user] |= ticket
            untaken = given.pop(self.env["res.users"], self.browse())
            for user, batch in given.items():
                batch.write({"user_id": user.id})
            new = untaken.filtered(
                lambda one: one.user_id or one.assignment_state != UNTAKEN
            )
            if new:
                new._write_guarded({"user_id": False, "assignment_state": UNTAKEN})
                new._tell_untaken()
            left |= untaken
        return left

    def _tell_untaken(self):
        """Tell the leaders of those of these tickets that nobody can take."""
        untaken = self.filtered(lambda ticket: ticket.assignment_state == UNTAKEN)
        for team, tickets in untaken.grouped("team_id").items():
            team._tell_untaken(tickets)

    @api.model
    def _forget_assignments(self, teams):
        """Have nobody look any more for who takes tickets of some teams.

        :param teams: that assign by hand from now on
        """
        # In sudo mode because they concern everybody's tickets.
        self.sudo().with_context(active_test=False).search(
            Domain("team_id", "in", teams.ids) & Domain("assignment_state", "!=", False)
        )._write_guarded({"assignment_state": False})

    # === THE JOB === #

    @api.model
    def _wake_assignment(self):
        """Have the job look again, once whoever is at it is done."""
        # In sudo mode because nobody has rights on jobs.
        cron_sudo = self.env.ref(CRON).sudo()
        cron_sudo._trigger(fields.Datetime.now() + timedelta(seconds=30))

    @api.model
    def _cron_assign(self, batch_size=1000):
        """Give what could not be given when it was filed, or moved, to who is there.

        :param int batch_size: tickets per transaction
        """
        run_in_batches(
            self,
            self._get_assignment_domain(),
            lambda due: due._assign_by_method(),
            order="priority DESC, id",
            batch_size=batch_size,
        )

    @api.model
    def _get_assignment_domain(self):
        """Return which tickets wait for somebody to be given to.

        :rtype: Domain
        """
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        return (
            Domain("assignment_state", "!=", False)
            & Domain("user_id", "=", False)
            & Domain("stage_id", "in", stages["open"])
        )

    # === GIVEN BY HAND === #

    @api.model
    def _prepare_given_vals(self, given_to, user):
        """Return what is written on tickets that are given to somebody.

        :param str given_to: one of ``ASSIGNMENTS``, or nothing
        :param user: the colleague, if it is one
        :return: empty if whoever has the tickets keeps them, or the team's method is to
            choose
        :rtype: dict
        """
        users = {"me": self.env.user, "user": user, "nobody": user.browse()}
        return {"user_id": users[given_to].id} if given_to in users else {}

    def _get_given_obstacle(self, given_to, user):
        """Return why this ticket cannot be given to somebody.

        :param str given_to: one of ``ASSIGNMENTS``, or nothing
        :param user: the colleague, if it is one
        :return: a sentence, or False
        :rtype: str or bool
        """
        self.ensure_one()
        if given_to == "team":
            return not self.team_id._is_given_by_method() and self.env._(
                "its team assigns by hand: choose a colleague."
            )
        chosen = {"me": self.env.user, "user": user}.get(given_to)
        if chosen is None:
            return False
        if not chosen:
            return self.env._("choose a colleague.")
        # In sudo mode because companies of others are not for agents to read.
        if not chosen.active or self.company_id not in chosen.sudo().company_ids:
            return self.env._("%(user)s is not of its company.", user=chosen.name)
        if self.team_id and chosen not in self.team_id.user_ids:
            return self.env._("%(user)s is not of its team.", user=chosen.name)
        return False

    def _hand_to_team(self, window=None, without=None):
        """Take these tickets from who has them, and have their team choose another.

        :param tuple window: in which one has to be there, naive UTC; by default now
        :param without: users who are given nothing
        :return: those that nobody takes
        :rtype: recordset
        :raise AccessError: if the user may not write on them
        :raise UserError: if a team assigns by hand
        """
        self.check_access("write")
        for ticket in self:
            obstacle = ticket._get_given_obstacle("team", self.env.user)
            if obstacle:
                raise UserError(ticket._say_of(obstacle))
        # In sudo mode because who is away, and what colleagues have to do, is not for
        # everybody to read; whoever gives a ticket away may not read it any more.
        left = self.sudo()._assign_by_method(window, without and without.sudo())
        return left.sudo(False)
