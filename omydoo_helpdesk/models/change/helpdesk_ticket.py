# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

CONSENT_CAUSE = "change_consent"
# What the customer was asked, said, or was done: tests and backups are the desk's.
TOLD_KINDS = (
    "asked",
    "agreed",
    "phone",
    "refused",
    "question",
    "withdrawn",
    "disputed",
    "expired",
    "applied",
    "undone",
    "cancelled",
)


class TicketChange(models.Model):
    """The production changes of a ticket: it waits while the customer is asked."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    change_ids = fields.One2many(
        comodel_name="support.production.change",
        inverse_name="ticket_id",
        string="Production Changes",
        groups="base.group_user",
    )
    change_count = fields.Integer(
        compute="_compute_change_count", groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("change_ids")
    def _compute_change_count(self):
        for ticket in self:
            ticket.change_count = len(ticket.change_ids._filtered_access("read"))

    def _get_with_history(self):
        # In sudo mode because changes are kept whoever may read them.
        return super()._get_with_history() | self.filtered(
            lambda ticket: ticket.sudo().change_ids
        )

    # === ACTION METHODS === #

    def action_view_changes(self):
        """Open the production changes of this ticket.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Production Changes"),
            "res_model": "support.production.change",
            "view_mode": "list,form",
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }

    def action_prepare_change(self):
        """Open the form of a new change in production for this ticket.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prepare a Change"),
            "res_model": "support.production.change",
            "view_mode": "form",
            "context": {
                "default_ticket_id": self.id,
                **self._get_change_defaults(),
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_fields_once_saved(self):
        return super()._get_fields_once_saved() | {"change_count"}

    def _get_change_defaults(self):
        """Return what a change for this customer most often starts from.

        The database of the last one, who backs it up, and all contacts of the customer
        who may agree.

        :return: default values for the context
        :rtype: dict
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        last = self.env["support.production.change"].search(
            [("partner_id", "=", customer.id)], order="id desc", limit=1
        )
        approvers = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("support_change_approver", "=", True),
            ]
        )
        return {
            "default_approver_ids": approvers.ids,
            "default_database": last.database,
            "default_backup_by": last.backup_by,
            "default_restore_by": last.restore_by,
        }

    def _is_awaiting_consent(self):
        """Return whether the customer is asked about a change of this ticket.

        Not while they wait for the answer to a question: it is the desk's turn.

        :rtype: bool
        """
        self.ensure_one()
        # In sudo mode because a customer's answer must end the hold too.
        return any(
            change.state == "awaiting" and not change.open_question
            for change in self.sudo().change_ids
        )

    def _sla_get_holds(self):
        holds = super()._sla_get_holds()
        if self._is_awaiting_consent():
            holds[CONSENT_CAUSE] = "customer"
        return holds

    def _get_hold_notice(self):
        if not self._is_put_on_hold() and self._is_awaiting_consent():
            return "customer", self.env._(
                "We wait for your agreement to a change in production."
            )
        return super()._get_hold_notice()

    @api.model
    def _get_portal_waiting_domains(self):
        domains = super()._get_portal_waiting_domains()
        # In sudo mode because customers have no right on changes: only those that this
        # very contact is asked about are looked at.
        partner_sudo = self.env.user.partner_id.sudo()
        if not partner_sudo.support_change_approver:
            # What they were asked once waits for others now.
            return domains
        changes_sudo = self.env["support.production.change"].sudo()
        changes = changes_sudo.search_fetch(
            changes_sudo._get_unanswered_domain()
            & Domain("approver_ids", "in", partner_sudo.ids)
            & Domain("partner_id", "=", partner_sudo.commercial_partner_id.id),
            ["ticket_id"],
        )
        if changes:
            domains.append(Domain("id", "in", changes.ticket_id.ids))
        return domains

    def _get_portal_story(self, visitor):
        """Tell the steps of the changes in production that the customer was asked."""
        story = super()._get_portal_story(visitor)
        if visitor._is_public():
            # Whoever comes by a link is nobody that agrees to anything.
            return story
        # In sudo mode because customers have no right on the model: told is what they
        # were asked and what they answered.
        changed = self.filtered(lambda ticket: ticket.sudo().change_ids)
        if not changed:
            return story
        events_sudo = (
            self.env["support.change.event"]
            .sudo()
            .search_fetch(
                Domain("change_id.ticket_id", "in", changed.ids)
                & Domain("kind", "in", TOLD_KINDS),
                ["change_id", "kind", "at", "contact_name"],
            )
        )
        for event in events_sudo:
            ticket = event.change_id.ticket_id.with_env(self.env)
            if not ticket._is_portal_insider(visitor):
                continue
            text = ticket._get_portal_change_step(event)
            story.setdefault(ticket, []).append((event.at, "change", text, ""))
        return story

    def _get_portal_change_step(self, event):
        """Return a step of a change in production, in words for the customer.

        :param event: of the ledger of a change, in sudo mode
        :rtype: str
        """
        values = {
            "change": event.change_id.name,
            "name": event.contact_name or self.env._("the customer"),
        }
        return {
            "asked": lambda: self.env._(
                "We asked for your agreement: %(change)s.", **values
            ),
            "agreed": lambda: self.env._("%(name)s agreed: %(change)s.", **values),
            "phone": lambda: self.env._(
                "%(name)s agreed by telephone: %(change)s.", **values
            ),
            "refused": lambda: self.env._("%(name)s refused: %(change)s.", **values),
            "question": lambda: self.env._(
                "%(name)s asked a question: %(change)s.", **values
            ),
            "withdrawn": lambda: self.env._(
                "%(name)s withdrew the agreement: %(change)s.", **values
            ),
            "disputed": lambda: self.env._(
                "%(name)s disputed the agreement by telephone: %(change)s.", **values
            ),
            "expired": lambda: self.env._(
                "The time to agree has passed: %(change)s.", **values
            ),
            "applied": lambda: self.env._("Done in production: %(change)s.", **values),
            "undone": lambda: self.env._("Undone in production: %(change)s.", **values),
            "cancelled": lambda: self.env._("Not to be done: %(change)s.", **values),
        }[event.kind]()

    @api.model
    def _get_portal_page_lines(self):
        return [*super()._get_portal_page_lines(), "change_ids"]

    def _get_portal_page_values(self, visitor):
        # In sudo mode because customers have no right on the model: the domain is the
        # access check.
        changes_sudo = self.env["support.production.change"].sudo()
        return super()._get_portal_page_values(visitor) | {
            "portal_changes": changes_sudo.search(
                Domain("ticket_id", "=", self.id)
                & changes_sudo._get_portal_domain(visitor)
                & changes_sudo._get_unanswered_domain()
            ),
        }
