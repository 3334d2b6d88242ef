# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import HOLD_PARTIES

# OCA's mail templates of stages, and those of ours that say the same to the customer
REPLACED_MAILS = {
    "helpdesk_mgmt.closed_ticket_template": "omydoo_helpdesk.mail_template_closed",
    "helpdesk_mgmt.changed_stage_template": "omydoo_helpdesk.mail_template_stage",
}


class HelpdeskTicketStage(models.Model):
    """A stage: whether it holds the clock, for whom, and what follows an answer."""

    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage"]

    holds_sla = fields.Boolean(
        string="Holds the Clock",
        help="The resolution clock stands still while a ticket is in this stage.",
    )
    hold_party = fields.Selection(
        selection=HOLD_PARTIES,
        string="Waiting For",
        default="customer",
        help="Whose turn it is while the clock stands still.",
    )
    hold_reason = fields.Char(
        translate=True,
        help="Why the clock stands still, in words the customer reads.",
    )
    sla_success = fields.Boolean(
        string="Resolved",
        default=True,
        help="For a closed stage: the request was resolved. Otherwise (cancelled, "
        "rejected, taken over elsewhere) the clocks end as not applicable.",
    )
    answer_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After an Answer",
        help="Where a ticket goes when the customer it waits for has answered. For a "
        "closed stage: an answer reopens the ticket there, as long as the customer may "
        "reopen it.",
    )
    is_conversion = fields.Boolean(
        string="For Conversions",
        help="A ticket turned into a quotation, a project or a task is closed in "
        "this stage.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("holds_sla", "hold_party", "closed")
    def _check_hold(self):
        for stage in self.filtered("holds_sla"):
            if stage.closed:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” closes tickets: it cannot hold their clock too.",
                        stage=stage.name,
                    )
                )
            if not stage.hold_party:
                raise ValidationError(
                    self.env._(
                        "Say whom tickets in “%(stage)s” are waiting for.",
                        stage=stage.name,
                    )
                )

    @api.constrains("is_conversion", "closed", "sla_success")
    def _check_conversion(self):
        for stage in self.filtered("is_conversion"):
            if not stage.closed or stage.sla_success:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” is for conversions: it must be closed and not "
                        "count as resolved.",
                        stage=stage.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        res = super().write(vals)
        # Not for sla_success: a clock that has ended is frozen.
        if {"holds_sla", "hold_party", "closed"} & set(vals):
            self.env.registry.clear_cache()
            # In sudo mode because a stage serves teams that the manager who edits
            # it may not read.
            tickets_sudo = (
                self.env["helpdesk.ticket"]
                .sudo()
                .with_context(active_test=False)
                .search([("stage_id", "in", self.ids)])
            )
            tickets_sudo._date_closings()
            tickets_sudo.filtered("active")._sla_sync_log()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    # === MAILS === #

    @api.model
    def _take_over_mails(self):
        """Have stages send our mails where they send OCA's, which greet the agent.

        For what was there before us. A template of OCA's that somebody has edited is
        theirs, and stays.
        """
        for theirs, ours in REPLACED_MAILS.items():
            template = self.env.ref(theirs, raise_if_not_found=False)
            new_template = self.env.ref(ours, raise_if_not_found=False)
            if (
                not template
                or not new_template
                or template.write_uid.id != SUPERUSER_ID
            ):
                continue
            self.with_context(active_test=False).search(
                Domain("mail_template_id", "=", template.id)
            ).mail_template_id = new_template

    # === GETTERS === #

    @api.model
    def _get_portal_stages(self):
        """Return the stages that the customer's list tells apart.

        Those of all companies and archived ones too: a ticket may be in each of them.

        :return: ids of those that are "open", "closed", and of the open ones in which
            a ticket is "waiting" for the customer
        :rtype: dict[str, tuple[int]]
        """
        names = ("open", "closed", "waiting")
        return dict(zip(names, self._find_portal_stages(), strict=True))

    @api.model
    @ormcache()
    def _find_portal_stages(self):
        # In sudo mode because a stage may be another company's: nothing but what kind
        # of stage it is is looked at.
        stages = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(Domain.TRUE, ["closed", "holds_sla", "hold_party"])
        )
        closed = stages.filtered("closed")
        waiting = (stages - closed).filtered(
            lambda stage: stage.holds_sla and stage.hold_party == "customer"
        )
        return tuple((stages - closed).ids), tuple(closed.ids), tuple(waiting.ids)
