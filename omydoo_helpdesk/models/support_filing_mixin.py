# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, models

from .helpdesk_ticket_team import ReplyToMemo


class SupportFilingMixin(models.AbstractModel):
    """Tickets are filed in few statements, one or a thousand of them.

    What the base looks up for each ticket is looked up once, and what it writes
    afterwards is written with the ticket.
    """

    _name = "support.filing.mixin"
    _inherit = ["mail.thread"]
    _description = "Filing of Tickets"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_stage_vals(vals) for vals in vals_list])

    @api.model
    def _prepare_stage_vals(self, vals):
        """Return the values of a new ticket with what its stage says of it.

        Otherwise Odoo would write it a moment later, and all the indexes again.

        :param dict vals: as given to ``create``
        :rtype: dict
        """
        if not vals.get("stage_id") or "unattended" in vals:
            return vals
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        return {**vals, "unattended": stage.unattended}

    @api.model
    def _add_numbers(self, vals_list):
        """Number a batch of new tickets at once, as the base does one by one.

        :param list[dict] vals_list: completed in place
        """
        if len(vals_list) < 2 or not self._has_base_numbers():
            return
        by_company = defaultdict(list)
        for vals in vals_list:
            if vals.get("number", "/") == "/":
                by_company[vals.get("company_id")].append(vals)
        for company_id, batch in by_company.items():
            sequences = self.env["ir.sequence"]
            if company_id:
                sequences = sequences.with_company(company_id)
            numbers = sequences._draw_by_code("helpdesk.ticket.sequence", len(batch))
            for vals, number in zip(batch, numbers, strict=False):
                vals["number"] = number

    @api.model
    def _has_base_numbers(self):
        """Say whether no other addon numbers tickets its own way.

        :rtype: bool
        """
        method = self._prepare_ticket_number.__func__
        return method.__module__ == "odoo.addons.helpdesk_mgmt.models.helpdesk_ticket"

    @api.model
    def _add_first_stages(self, vals_list):
        """Set the stage that the base looks up for each new ticket of a team.

        :param list[dict] vals_list: completed in place
        """
        first = {}
        for vals in vals_list:
            team_id = vals.get("team_id")
            if team_id and "stage_id" not in vals:
                if team_id not in first:
                    team = self.env["helpdesk.ticket.team"].browse(team_id)
                    first[team_id] = team._get_applicable_stages()[:1].id
                vals["stage_id"] = first[team_id]

    # === FOLLOWERS === #

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Subscribe who files a ticket together with who follows its team.

        :param dict updated_values: of the new ticket
        :param list default_subtype_ids: those of employees too
        """
        followers = super()._message_auto_subscribe_followers(
            updated_values, default_subtype_ids
        )
        partner_id = self.env.context.get("support_filed_by")
        if partner_id:
            subtypes = self.env["mail.message.subtype"].default_subtypes(self._name)
            followers = [*followers, (partner_id, subtypes[2].ids, False)]
        return followers

    # === FIRST MESSAGE === #

    def _message_compute_parent_id(self, parent_id):
        """Look for no message before the first one of a ticket being created."""
        if (
            not parent_id
            and isinstance(self.env.context.get("support_reply_to"), ReplyToMemo)
            # Odoo has just put it there, and keeps it up to date.
            and "message_ids" in self._cache
            and not self.message_ids
        ):
            return False
        return super()._message_compute_parent_id(parent_id)
