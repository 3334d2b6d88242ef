# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...const import COMPUTED, GIVEN, HIGH
from ...tools.text import given_text

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_urgent"


class TicketPriority(models.Model):
    """The priority that the customer claims, and the one that the desk agrees to.

    A request may become blocking after it was filed: as at filing, the claim rules the
    deadlines for as long as nobody at the desk has answered or agreed another priority.
    After that the desk decides, and is told.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    priority = fields.Selection(
        selection="_selection_priority",
        string="Agreed Priority",
        tracking=True,
        help="Rules the deadlines. High: blocking, the activity cannot go on. Normal: "
        "important, without blocking the work. Other: a question, comfort.",
    )
    claimed_priority = fields.Selection(
        selection="_selection_priority",
        copy=False,
        readonly=True,
        help="What the customer asked for.",
    )
    priority_reason = fields.Char(
        string="Reason of the Priority",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Why the agreed priority was changed: the customer is told. Each change "
        "has its own reason.",
    )
    is_priority_edited = fields.Boolean(
        compute="_compute_is_priority_edited",
        groups="base.group_user",
        export_string_translation=False,
    )
    blocking_what = fields.Text(
        string="What Is Blocked",
        help="Told by the customer for a high priority.",
    )
    blocking_who = fields.Char(
        string="Who Cannot Work",
        help="Told by the customer for a high priority.",
    )
    urgent_claimed_at = fields.Datetime(
        string="Marked as Urgent On",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When the customer said, after filing, that the request is blocking.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_priority(self):
        """Return the charter's priorities.

        OCA's values are kept for those who search on them; its "2" becomes "3" at
        installation.

        :rtype: list[tuple[str, str]]
        """
        return [
            ("0", self.env._("Other")),
            ("1", self.env._("Normal")),
            ("3", self.env._("High")),
        ]

    @api.depends("priority")
    def _compute_is_priority_edited(self):
        # In a form, before it is saved: who changes the priority says why.
        for record in self:
            origin = record._origin
            record.is_priority_edited = bool(origin) and (
                record.priority != origin.priority
            )

    @api.onchange("priority")
    def _onchange_priority(self):
        # What was said of the last change is no reason for this one.
        edited = self.is_priority_edited
        self.priority_reason = not edited and self._origin.priority_reason

    # === CRUD METHODS === #

    def write(self, vals):
        self._check_priority_reason(vals)
        decided = self._filter_priority_decided(vals)
        res = super().write(vals)
        decided._post_decision("omydoo_helpdesk.mail_template_priority")
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "claimed_priority": GIVEN,
            "urgent_claimed_at": COMPUTED,
        }

    def _check_priority_reason(self, vals):
        """Check that who changes the agreed priority says why, with the change.

        Not in superuser mode: a claim of the customer's is told by itself.

        :param dict vals: to write
        :raise UserError: without reason
        """
        if "priority" not in vals or self.env.su:
            return
        if given_text(vals.get("priority_reason")):
            return
        if any(record.priority != vals["priority"] for record in self):
            raise UserError(
                self.env._(
                    "Say why the agreed priority changes: open the ticket, choose the "
                    "priority and give its reason with it."
                )
            )

    def _filter_priority_decided(self, vals):
        """Return those whose priority somebody at the desk changes by a write.

        Not in superuser mode: a claim of the customer's is told by itself.

        :param dict vals: to write
        :rtype: recordset
        """
        if "priority" not in vals or self.env.su:
            return self.browse()
        return self.filtered(lambda record: record.priority != vals["priority"])

    def _may_claim_urgent(self):
        """Say whether the customer may mark this ticket as urgent: once, and open.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.active
            and not self.stage_id.closed
            and not self.duplicate_id
            and not self.urgent_claimed_at
            and self.claimed_priority != HIGH
        )

    def _is_priority_decided(self):
        """Say whether the desk has seen the ticket, and with it its priority.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.priority_reason
            or self.priority != (self.claimed_priority or self.priority)
        )

    def _claim_urgent(self, what, who):
        """Note that the customer's activity is blocked, and tell the desk.

        To be called in sudo mode by the customer, once the access to the ticket was
        checked: customers may not write on it.

        :param str what: what is blocked
        :param str who: who cannot work
        :return: whether it was noted: a second claim changes nothing
        :rtype: bool
        """
        self.ensure_one()
        if not self._may_claim_urgent():
            return False
        vals = {
            "claimed_priority": HIGH,
            "urgent_claimed_at": fields.Datetime.now(),
            "blocking_what": what,
            "blocking_who": who,
        }
        if not self._is_priority_decided():
            vals["priority"] = HIGH
        self.write(vals)
        self._post_urgent_message()
        self._schedule_urgent_activity()
        return True

    def _post_urgent_message(self):
        body = self.env._(
            "This request is urgent.\nWhat is blocked: %(what)s\nWho cannot work: "
            "%(who)s",
            what=self.blocking_what,
            who=self.blocking_who,
        )
        self._post_from_portal(
            plaintext2html(body),
            partner_ids=self._get_urgent_users().partner_id.ids,
        )

    def _schedule_urgent_activity(self):
        for user in self._get_urgent_users()[:1]:
            self.with_context(lang=user.lang).activity_schedule(
                ACTIVITY_TYPE, user_id=user.id
            )

    def _get_urgent_users(self):
        """Return who is told: the assignee and the leader, or else the whole team.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        return (self.user_id | self.team_id.user_id) or self.team_id.user_ids
