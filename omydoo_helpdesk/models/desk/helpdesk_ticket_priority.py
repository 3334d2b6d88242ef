# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import plaintext2html

HIGH = "3"
ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_urgent"


class SupportUrgentMixin(models.AbstractModel):
    """A request that became blocking after it was filed.

    The customer claims, the agent agrees: as at filing, the claim rules the deadlines
    for as long as nobody at the desk has answered or agreed another priority. After
    that the desk decides, and is told. Used by a model with both priorities and the
    SLA mixin.
    """

    _name = "support.urgent.mixin"
    _inherit = ["support.answer.mixin"]
    _description = "Support Urgency"

    urgent_claimed_at = fields.Datetime(
        string="Marked as Urgent On",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When the customer said, after filing, that the request is blocking.",
    )

    # === BUSINESS METHODS === #

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
            or self.response_ended_at
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
