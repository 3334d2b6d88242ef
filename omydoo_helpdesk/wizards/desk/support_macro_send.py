# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import is_html_empty

from ...const import ASSIGNMENTS, EDITABLE
from ...tools.macro import fill


class SupportMacroSend(models.TransientModel):
    """An answer as the customer will read it, and what is done with it.

    Everything goes the way of the agent's own clicks, with the agent's own rights: a
    message in the thread, a stage, an assignee, time. All of it is done, or nothing.
    """

    _name = "support.macro.send"
    _inherit = ["support.guarded.mixin"]
    _description = "Answer with a Macro"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    usable_macro_ids = fields.Many2many(
        comodel_name="support.macro", compute="_compute_usable"
    )
    usable_stage_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.stage", compute="_compute_usable"
    )
    hold_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage", compute="_compute_usable"
    )
    close_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage", compute="_compute_usable"
    )
    allow_time = fields.Boolean(related="ticket_id.team_id.allow_timesheet")
    macro_id = fields.Many2one(
        comodel_name="support.macro",
        domain="[('id', 'in', usable_macro_ids)]",
        help="Its text, its stage and its tags are proposed below, to be changed.",
    )
    reader_notice = fields.Char(string="Sent To", compute="_compute_reader_notice")
    missing_notice = fields.Char(compute="_compute_missing_notice")
    body = fields.Html(string="Message", compute="_compute_body", **EDITABLE)
    stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        domain="[('id', 'in', usable_stage_ids)]",
        compute="_compute_deeds",
        **EDITABLE,
        help="Where the request goes with the answer; empty: it stays where it is.",
    )
    tag_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.tag",
        string="Tags Added",
        compute="_compute_deeds",
        **EDITABLE,
    )
    assignment = fields.Selection(
        selection=ASSIGNMENTS,
        string="Given To",
        compute="_compute_deeds",
        **EDITABLE,
        help="Who has the request once the answer is sent.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        domain="[('share', '=', False)]",
        compute="_compute_deeds",
        **EDITABLE,
    )
    hours = fields.Float(string="Time Spent", compute="_compute_deeds", **EDITABLE)
    time_note = fields.Char(
        string="Time Description",
        help="For your colleagues.",
        compute="_compute_deeds",
        **EDITABLE,
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_id")
    def _compute_usable(self):
        for wizard in self:
            ticket = wizard.ticket_id
            macros = self.env["support.macro"]
            wizard.usable_macro_ids = macros.search(
                macros._get_usable_domain(ticket.team_id, ticket.company_id)
            )
            team = ticket.team_id.with_company(ticket.company_id)
            stages = team._get_applicable_stages()
            wizard.usable_stage_ids = stages
            wizard.hold_stage_id = stages.filtered(
                lambda stage: stage.holds_sla and stage.hold_party == "customer"
            )[:1]
            wizard.close_stage_id = stages.filtered(
                lambda stage: stage.closed
                and stage.sla_success
                and not stage.is_conversion
            )[:1]

    @api.depends("ticket_id")
    @api.depends_context("lang")
    def _compute_reader_notice(self):
        names = dict(self.env["res.lang"].get_installed())
        for wizard in self:
            ticket = wizard.ticket_id
            reader = (
                ticket.partner_id.display_name
                or ticket.partner_name
                or ticket.partner_email
            )
            lang = names.get(ticket and ticket._get_mail_lang(), "")
            wizard.reader_notice = (
                self.env._(
                    "%(reader)s (%(language)s)",
                    reader=reader,
                    language=lang.split(" / ")[-1],
                )
                if reader
                else self.env._("Nobody: this ticket has neither contact nor address.")
            )

    @api.depends("ticket_id", "macro_id")
    def _compute_body(self):
        for wizard in self:
            if wizard.macro_id:
                wizard.body = wizard._render()[0]
            else:
                wizard.body = wizard.body

    @api.depends("ticket_id", "macro_id")
    @api.depends_context("lang")
    def _compute_missing_notice(self):
        for wizard in self:
            missing = wizard._render()[1] if wizard.macro_id else []
            wizard.missing_notice = bool(missing) and self.env._(
                "Nothing is known of this ticket for: %(names)s. Complete the message.",
                names=", ".join(missing),
            )

    @api.depends("macro_id")
    def _compute_deeds(self):
        for wizard in self:
            macro = wizard.macro_id
            # By id: in a form that is being filled they are copies of records.
            is_usable = macro.stage_id.id in wizard.usable_stage_ids.ids
            company = wizard.ticket_id.company_id
            wizard.stage_id = is_usable and macro.stage_id
            wizard.tag_ids = macro.tag_ids.filtered_domain(
                Domain("company_id", "in", [False, company.id])
            )
            wizard.assignment = macro.assignment
            wizard.user_id = macro.user_id
            wizard.hours = macro.minutes / 60 if wizard.allow_time else 0
            wizard.time_note = macro.time_note

    # === ACTION METHODS === #

    def action_send(self):
        """Send the message and do what is chosen besides.

        :return: an action that closes the dialog
        :rtype: dict
        :raise UserError: if there is nothing to do, or a stage is not the team's
        """
        return self._send(self.stage_id)

    def action_send_hold(self):
        """Send the message and wait for the customer: see ``action_send``."""
        return self._send(self.hold_stage_id)

    def action_send_close(self):
        """Send the message and close the ticket: see ``action_send``."""
        return self._send(self.close_stage_id)

    # === BUSINESS METHODS === #

    def _render(self):
        """Return the macro's text as the customer reads it.

        :return: HTML, and the names of the placeholders without a value
        :rtype: tuple[Markup, list[str]]
        """
        self.ensure_one()
        lang = self.ticket_id._get_mail_lang()
        body = self.macro_id.with_context(lang=lang).body
        return fill(body, self._get_placeholders()) if body else ("", [])

    def _get_placeholders(self):
        """Return what the placeholders stand for, in the customer's language.

        :return: by name
        :rtype: dict[str, str]
        """
        self.ensure_one()
        # In sudo mode: what is told of the ticket is the customer's.
        ticket_sudo = self.ticket_id._with_mail_reader()
        firm_sudo = ticket_sudo.commercial_partner_id
        due = {
            f"{clock}_due": ticket_sudo[f"{clock}_deadline"]
            if ticket_sudo[f"{clock}_state"] == "ongoing"
            else False
            for clock in ("response", "resolution")
        }
        return {
            "customer": ticket_sudo.partner_id.name or ticket_sudo.partner_name,
            "company": firm_sudo.is_company and firm_sudo.name,
            "agent": self.env.user.name,
            "desk": ticket_sudo.company_id.name,
            "number": ticket_sudo.number,
            "subject": ticket_sudo.name,
            "link": f"{ticket_sudo.get_base_url()}{ticket_sudo.access_url}",
            **{
                name: moment and ticket_sudo._format_portal_datetime(moment)
                for name, moment in due.items()
            },
        }

    def _send(self, stage):
        """Do everything, the stage last: it may close the ticket.

        :param stage: where the ticket goes, maybe empty
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if stage and stage not in self.usable_stage_ids:
            raise UserError(
                self.env._(
                    "“%(stage)s” is no stage of the team of %(number)s.",
                    stage=stage.name,
                    number=ticket.number,
                )
            )
        vals = self._prepare_ticket_vals()
        if stage:
            vals["stage_id"] = stage.id
        if not self._does_something(vals):
            raise UserError(self.env._("There is nothing to send, and nothing to do."))
        if self._has_message():
            self._post()
        if self.hours:
            self.env["account.analytic.line"].create(self._prepare_time_vals())
        self._change(vals)
        if self.assignment == "team":
            ticket._hand_to_team()
        return {"type": "ir.actions.act_window_close"}

    def _has_message(self):
        """Say whether the customer is written to.

        :rtype: bool
        """
        self.ensure_one()
        return not is_html_empty(self.body)

    def _does_something(self, vals):
        """Say whether there is anything to send or to do.

        :param dict vals: what is to be written on the ticket
        :rtype: bool
        """
        self.ensure_one()
        return bool(vals or self.hours or self._has_message())

    def _change(self, vals):
        """Write on the ticket; what more is done to it, other rooms add.

        :param dict vals: to write, maybe none
        """
        self.ensure_one()
        if vals:
            self.ticket_id.write(vals)

    def _post(self):
        """Write to those to whom the thread would propose to write."""
        ticket = self.ticket_id
        recipients = ticket._message_get_suggested_recipients(
            no_create=not self.env.user.has_group("base.group_partner_manager")
        )
        ticket.message_post(
            body=self.body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=[
                recipient["partner_id"]
                for recipient in recipients
                if recipient.get("partner_id")
            ],
        )

    def _prepare_ticket_vals(self):
        """Return what is written on the ticket besides its stage.

        :rtype: dict
        :raise UserError: if whoever is chosen cannot take the ticket
        """
        self.ensure_one()
        vals = {}
        added = self.tag_ids - self.ticket_id.tag_ids
        if added:
            vals["tag_ids"] = [Command.link(tag.id) for tag in added]
        obstacle = self.ticket_id._get_given_obstacle(self.assignment, self.user_id)
        if obstacle:
            raise UserError(self.ticket_id._say_of(obstacle))
        vals.update(self.ticket_id._prepare_given_vals(self.assignment, self.user_id))
        return vals

    def _prepare_time_vals(self):
        """Return the values of the time to record: see ``support.ticket.time``.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "ticket_id": self.ticket_id.id,
            "date": fields.Date.context_today(self),
            "name": self.time_note or self.macro_id.name or "/",
            "support_real_hours": self.hours,
        }
