# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_closed_answer"


class SupportReopenMixin(models.AbstractModel):
    """A closed ticket that the customer opens again, and until when.

    An answer to a closed ticket does not reopen it by itself: most are words of
    thanks. It reopens it where the closed stage says which stage follows an answer;
    otherwise the desk is told, once. Used by a model with ``stage_id``, ``team_id``,
    ``user_id``, ``closed_date`` and ``duplicate_id``.
    """

    _name = "support.reopen.mixin"
    _inherit = ["support.answer.mixin"]
    _description = "Support Reopening"

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.get("stage_id") and "closed_date" not in vals:
            stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
            # The base only ever sets the date: an open ticket would look closed.
            if not stage.closed:
                vals = {**vals, "closed_date": False}
        return super().write(vals)

    # === UNTIL WHEN === #

    def _get_reopen_deadline(self):
        """Return until when the customer may reopen this ticket.

        :return: naive UTC; False if it is not closed, or never
        :rtype: datetime or bool
        """
        self.ensure_one()
        days = self.company_id.support_reopen_days
        closed_at = self.closed_date or self.last_stage_update or self.filed_at
        if not self.stage_id.closed or not days:
            return False
        return closed_at + timedelta(days=days)

    def _get_reopen_obstacle(self):
        """Return why the customer cannot reopen this ticket.

        :return: ``open``, ``archived``, ``merged``, ``converted``, ``never`` or
            ``late``; False if nothing is in the way
        :rtype: str or bool
        """
        self.ensure_one()
        deadline = self._get_reopen_deadline()
        if not self.stage_id.closed:
            return "open"
        if not self.active:
            return "archived"
        if self.duplicate_id:
            return "merged"
        if self.stage_id.is_conversion:
            return "converted"
        if not deadline:
            return "never"
        return "late" if deadline < fields.Datetime.now() else False

    def _get_reopening_stage(self):
        """Return the stage in which this ticket goes on.

        :return: the one that follows an answer, or else the first open one of the team
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        stages = team._get_applicable_stages().filtered(lambda stage: not stage.closed)
        return (self.stage_id.answer_stage_id & stages) or (
            stages.filtered(lambda stage: not stage.holds_sla)[:1] or stages[:1]
        )

    # === BUSINESS METHODS === #

    def _reopen_for_customer(self):
        """Open this ticket again; what was open or too late stays as it is.

        :return: whether it was reopened
        :rtype: bool
        """
        self.ensure_one()
        stage = self._get_reopening_stage()
        if self._get_reopen_obstacle() or not stage:
            return False
        self.stage_id = stage
        self._close_answer_activities()
        return True

    def _resume_after_answer(self):
        res = super()._resume_after_answer()
        # In sudo mode because customers may not write on their tickets: the access
        # to post was checked, and the stage is the one set up for this.
        for record in self.sudo():
            if not record.stage_id.closed:
                continue
            reopened = record.stage_id.answer_stage_id and record._reopen_for_customer()
            if not reopened:
                record._notify_closed_answer()
        return res

    def _notify_closed_answer(self):
        """Have somebody read what the customer wrote on a closed ticket, once."""
        self.ensure_one()
        user = self.user_id or self.team_id.user_id
        if user and not self._find_closed_answer_activities():
            self.with_context(lang=user.lang).activity_schedule(
                ACTIVITY_TYPE, user_id=user.id
            )

    @api.model
    def _get_closed_answer_domain(self):
        return [
            ("res_model", "=", self._name),
            ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
        ]

    def _find_closed_answer_activities(self):
        return self.env["mail.activity"].search(
            [*self._get_closed_answer_domain(), ("res_id", "in", self.ids)]
        )

    def _close_answer_activities(self):
        # In sudo mode because it is the customer who reopens: the activity is the
        # agent's.
        self.sudo()._find_closed_answer_activities().unlink()
