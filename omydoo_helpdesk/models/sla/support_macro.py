# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportMacro(models.Model):
    """A macro that has the ticket wait: for whom, why, and maybe for how long."""

    _name = "support.macro"
    _inherit = ["support.macro"]

    hold_reason_id = fields.Many2one(
        comodel_name="support.hold.reason",
        string="On Hold",
        ondelete="restrict",
        domain="[('company_id', 'in', [False, company_id])]",
        help="Why the ticket waits, and for whom; in the stage that its team has for "
        "that, unless one is chosen. Empty: as the stage says.",
    )
    hold_days = fields.Integer(
        string="Working Days on Hold",
        help="Then the ticket goes on by itself. Zero: nobody knows until when it "
        "waits.",
    )

    _hold_days_range = models.Constraint(
        "CHECK (hold_days >= 0 AND hold_days <= 200)",
        "A macro has a ticket wait for 200 working days at most.",
    )

    @api.constrains("hold_reason_id", "stage_id", "company_id")
    def _check_hold(self):
        for macro in self:
            reason, stage = macro.hold_reason_id, macro.stage_id
            if not reason:
                continue
            if reason.company_id and reason.company_id != macro.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(macro)s”: “%(reason)s” is a reason of another company.",
                        macro=macro.name,
                        reason=reason.name,
                    )
                )
            if stage.closed or (stage.holds_sla and stage.hold_party != reason.party):
                raise ValidationError(
                    self.env._(
                        "“%(macro)s”: a ticket does not wait for “%(reason)s” in the "
                        "stage “%(stage)s”. Leave the stage empty: it is found.",
                        macro=macro.name,
                        reason=reason.name,
                        stage=stage.name,
                    )
                )

    def _get_hold_reason(self, company):
        """Return why a ticket waits that is answered with this macro.

        What is not used any more is replaced by the first reason for the same party.

        :param company: that of the ticket
        :return: none if the ticket does not wait
        :rtype: recordset of support.hold.reason
        """
        reason = self.hold_reason_id
        if reason and not reason.active:
            return reason._get_default(reason.party, company) or reason
        return reason
