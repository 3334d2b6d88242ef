# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError


class SupportSlaAnswer(models.TransientModel):
    """The customer was answered otherwise than in writing, usually by telephone."""

    _name = "support.sla.answer"
    _inherit = ["support.guarded.mixin"]
    _description = "Log an Answer by Telephone"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    answered_at = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="When the customer was answered, by telephone say: the clock of "
        "the first response ends then.",
    )
    note = fields.Char(
        string="What Was Said", required=True, help="Kept in the log of the ticket."
    )

    def action_apply(self):
        """Stop the clock of the response at the time of the call.

        :raise AccessError: if the user may not write on the ticket
        :raise ValidationError: if the call was before the filing or is yet to come
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not self.ticket_id.filed_at <= self.answered_at <= fields.Datetime.now():
            raise ValidationError(
                self.env._("The call took place between the filing and now.")
            )
        self.ticket_id._sla_log_answer(self.answered_at, self.note)
        self.ticket_id.message_post(body=self.note, subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}


class SupportSlaCorrection(models.TransientModel):
    """A manager corrects the result of a clock; the log shows who, when and why."""

    _name = "support.sla.correction"
    _inherit = ["support.guarded.mixin"]
    _description = "Correct the Result of a Clock"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    clock = fields.Selection(
        selection=[
            ("response", "First response"),
            ("resolution", "Resolution"),
            ("next_response", "Next response"),
        ],
        required=True,
        default="response",
        help="The clock whose result is wrong.",
    )
    state = fields.Selection(
        selection=[
            ("met", "Met"),
            ("missed", "Missed"),
            ("not_applicable", "Not applicable"),
        ],
        required=True,
        help="The result that is right; the reason is kept with it.",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Correct the result.

        :raise AccessError: if the user is no manager or may not write on the ticket
        :raise UserError: if the clock still runs, or had no target
        """
        self.ensure_one()
        self.check_access("write")  # managers only, by the access rights of the wizard
        self.ticket_id.check_access("write")
        state = self.ticket_id[f"{self.clock}_state"]
        if state in ("none", "ongoing", "held"):
            raise UserError(
                self.env._("This clock has no result yet that could be corrected.")
            )
        self.ticket_id._sla_correct(self.clock, self.state, self.reason)
        return {"type": "ir.actions.act_window_close"}
