# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...const import COMPUTED
from ...tools import sla_clock
from ...tools.text import given_id

BUG_CAUSE = "upstream_bug"


class TicketBug(models.Model):
    """The known bug that a ticket waits for."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    upstream_bug_id = fields.Many2one(
        comodel_name="support.upstream.bug",
        string="Known Bug",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        tracking=True,
        copy=False,
        groups="base.group_user",
        help="The bug that is behind this request: the ticket is held until it is "
        "repaired.",
    )
    bug_released = fields.Boolean(
        string="Freed From the Bug",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The repair is in place, and the customer was told.",
    )

    _upstream_bug_idx = models.Index(
        "(upstream_bug_id, partner_id, id) WHERE upstream_bug_id IS NOT NULL"
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("upstream_bug_id", "company_id")
    def _check_bug_company(self):
        for ticket in self:
            # In sudo mode because the bug of another company cannot be read.
            bug = ticket.upstream_bug_id.sudo()
            if bug and bug.company_id != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "The known bug of ticket %(ticket)s is one of another company.",
                        ticket=ticket.number,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        # Quietly: when bugs are merged nothing is new to the customer.
        bug_id = not self.env.context.get("tracking_disable") and vals.get(
            "upstream_bug_id"
        )
        linked = self.filtered(
            lambda ticket: bug_id and ticket.upstream_bug_id.id != bug_id
        )
        res = super().write(vals)
        linked._tell_known_bug()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"bug_released": COMPUTED}

    @api.model
    def _prepare_support_vals(self, vals):
        vals = super()._prepare_support_vals(vals)
        if vals.get("upstream_bug_id"):
            vals.update(self._prepare_bug_vals(vals["upstream_bug_id"]))
        return vals

    @api.model
    def _prepare_follow_up_vals(self, vals):
        vals = super()._prepare_follow_up_vals(vals)
        if "upstream_bug_id" in vals and "bug_released" not in vals:
            vals = {**vals, **self._prepare_bug_vals(vals["upstream_bug_id"])}
        return vals

    @api.model
    def _prepare_bug_vals(self, bug_id):
        """Return what follows for a ticket from the bug it is linked to.

        :param int bug_id: or False
        :rtype: dict
        """
        bug = self.env["support.upstream.bug"].browse(given_id(bug_id) or ())
        return {"bug_released": bool(bug.released_at)}

    def _tell_known_bug(self):
        """Tell customers that a known bug is behind their open requests."""
        self.filtered(
            lambda ticket: ticket.active
            and not ticket.stage_id.closed
            and not ticket.duplicate_id
            and not ticket.bug_released
        )._post_decision("omydoo_helpdesk.mail_template_bug_known")

    def _is_held_by_bug(self):
        """Return whether this ticket waits for a known bug.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.upstream_bug_id.hold_party) and not self.bug_released

    def _sla_get_holds(self):
        holds = super()._sla_get_holds()
        if self._is_held_by_bug():
            holds[BUG_CAUSE] = self.upstream_bug_id.hold_party
        return holds

    @api.model
    def _sla_get_watched_fields(self):
        return super()._sla_get_watched_fields() | {"upstream_bug_id", "bug_released"}

    def _get_hold_notice(self):
        party, reason = super()._get_hold_notice()
        # What is asked of the customer comes first.
        if self._is_held_by_bug() and not self._is_put_on_hold():
            bug = self.upstream_bug_id
            return bug.hold_party, bug._get_customer_expectation()
        return party, reason

    def _get_stages_after_bug(self):
        """Return where tickets go when their bug is repaired.

        :return: for each ticket a stage, or none to stay where it is
        :rtype: dict[record, recordset of helpdesk.ticket.stage]
        """
        res = dict.fromkeys(self, self.stage_id.browse())
        written = self._find_written_since_bug()
        # The stages of a team are looked up once, not ticket by ticket.
        for (team, company), tickets in self.grouped(
            lambda ticket: (ticket.team_id, ticket.company_id)
        ).items():
            stages = team.with_company(company)._get_applicable_stages()
            for ticket in tickets:
                if ticket.active and not ticket.stage_id.closed:
                    res[ticket] = ticket._get_stage_after_bug(
                        stages, may_close=ticket not in written
                    )
        return res

    def _find_written_since_bug(self):
        """Return those on which customers have written since they wait for a bug.

        It may be about something else, or say that it was none of it.

        :rtype: recordset of helpdesk.ticket
        """
        # In sudo mode because it is about whatever was written, by whomever.
        events_sudo = (
            self.env["support.ticket.event"]
            .sudo()
            .search(
                Domain("ticket_id", "in", self.ids)
                & Domain("kind", "=", sla_clock.HOLD)
                & Domain("cause", "=", BUG_CAUSE)
            )
        )
        since = {}
        for event in events_sudo.sorted("at"):
            since[event.ticket_id.id] = event.at
        if not since:
            return self.browse()
        messages_sudo = (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("model", "=", self._name)
                & Domain("res_id", "in", list(since))
                & Domain("message_type", "in", ["comment", "email"])
                & Domain("date", ">", min(since.values()))
            )
        )
        return self.browse(
            {
                message.res_id
                for message in messages_sudo
                if message.date > since[message.res_id]
                and self.browse(message.res_id)._is_answer_of_customer(message)
            }
        )

    def _get_stage_after_bug(self, stages, may_close=True):
        """Return where this open ticket goes when its bug is repaired.

        :param stages: those of its team
        :param bool may_close: whether nothing is left to be answered
        :return: a stage, or none to stay where it is
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        stage = self.stage_id
        if may_close and self.upstream_bug_id.release_action == "close":
            done = stages.filtered(
                lambda stage: stage.closed
                and stage.sla_success
                and not stage.is_conversion
            )
            if done:
                return done[0]
        if stage.holds_sla and stage.hold_party in ("editor", "update"):
            return (stage.answer_stage_id & stages) or stages.filtered(
                lambda stage: not stage.closed and not stage.holds_sla
            )[:1]
        return stage.browse()

    # === PORTAL === #

    def _get_portal_bug(self):
        """Return what the customer reads of the bug this ticket waits for.

        :return: as in ``_get_customer_notice``, None without bug
        """
        self.ensure_one()
        # In sudo mode because customers may not read the model: whoever has been let
        # in to the ticket gets what was written for customers.
        bug = self.sudo().upstream_bug_id
        return bug._get_customer_notice() if bug else None

    def _get_mail_bug(self):
        """Return the same, as the reader of a mail reads it.

        :return: without bug the same keys: who edits the mail looks at any ticket
        :rtype: dict[str, str]
        """
        names = ("title", "status", "expectation", "workaround")
        return self._with_mail_reader()._get_portal_bug() or dict.fromkeys(names, "")

    def _get_portal_page_values(self, visitor):
        return super()._get_portal_page_values(visitor) | {
            "portal_bug": self._get_portal_bug(),
        }
