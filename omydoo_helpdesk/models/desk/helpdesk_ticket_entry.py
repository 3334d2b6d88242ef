# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import MAIL_LAYOUT
from ...tools.working_time import find_zone

# In the HTML of a mail, what a picture is called, and its address without a session.
PICTURE = re.compile(r'src="cid:([^"]+)"')

TOKEN = re.compile(r"(/web/image/\d+)\?access_token=[\w-]+")

MAIL_CRON = "mail.ir_cron_mail_scheduler_action"


class TicketEntry(models.Model):
    """The team that a ticket goes to, and where it goes on with another one's stages.

    Nobody gives a team to most of what agents type in: without one a ticket has no
    leader who is told, and no address that it is answered from.

    What comes by mail, and what leaves by mail: from the queue, after the request.

    Nobody waits in front of a page for a mail to be made, nor for a mail server. What
    is to be told is written down in the same transaction as what it tells: it is told
    if that is committed, and only then.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === COMPUTE METHODS === #

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        # The base takes the first team of the user, also one of another company.
        for company, tickets in self.grouped("company_id").items():
            teamless = tickets.filtered(lambda ticket: not ticket.team_id)
            default = teamless and self._get_default_team(company)
            for ticket in teamless:
                teams = ticket.user_id.helpdesk_team_ids
                ticket.team_id = _filter_teams(teams, company)[:1] or default

    @api.depends("team_id")
    def _compute_stage_id(self):
        # The base looks up the stages of a team for each of its tickets, and opens
        # again what was closed when another team has other stages.
        for team, tickets in self.grouped("team_id").items():
            stages = team._get_applicable_stages()
            for ticket in tickets:
                if ticket.stage_id not in stages:
                    ticket.stage_id = ticket._get_stage_among(stages)

    @api.depends("name", "number")
    def _compute_display_name(self):  # pylint: disable=missing-return
        # The base names a ticket that is being typed « / - False ».
        unnamed = self.filtered(lambda ticket: not ticket._origin)
        super(TicketEntry, self - unnamed)._compute_display_name()
        for ticket in unnamed:
            ticket.display_name = ticket.name or self.env._("New Ticket")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        self._add_default_teams(vals_list)
        return super().create(vals_list)

    @api.model
    def _add_default_teams(self, vals_list):
        """Set the team of new tickets to which nobody gives one.

        An assignee brings their own team, as in the base.

        :param list[dict] vals_list: completed in place
        """
        if self._has_default_team():
            return
        teams = {}
        for vals in vals_list:
            if vals.get("user_id") or "team_id" in vals:
                continue
            company = self.env["res.company"].browse(vals.get("company_id"))
            company = company or self.env.company
            if company not in teams:
                teams[company] = self._get_default_team(company)
            if teams[company]:
                vals["team_id"] = teams[company].id

    # === ACTION METHODS === #

    def action_open_duplicate_wizard(self):
        # The base names its window in English only.
        action = super().action_open_duplicate_wizard()
        return {**action, "name": self.env._("Mark as Duplicate")}

    # === BUSINESS METHODS === #

    def _get_stage_among(self, stages):
        """Return where this ticket goes on with a team that has other stages.

        What is closed stays closed, and as it was: nobody opened it again.

        :param stages: those of the team, in their order
        :rtype: recordset of helpdesk.ticket.stage
        """
        self.ensure_one()
        current = self.stage_id
        if not current.closed:
            return stages[:1]
        return (
            stages.filtered(
                lambda stage: stage.closed
                and stage.sla_success == current.sla_success
                and stage.is_conversion == current.is_conversion
            )[:1]
            or current
        )

    def _date_closings(self):
        """Have the date of closing follow stages that begin or cease to close."""
        closed = self.filtered(lambda ticket: ticket.stage_id.closed)
        closed.filtered(lambda ticket: not ticket.closed_date)._write_guarded(
            {"closed_date": fields.Datetime.now()}
        )
        (self - closed).filtered("closed_date")._write_guarded({"closed_date": False})

    @api.model
    def _has_default_team(self):
        """Say whether the client or the user has a default team of its own.

        :rtype: bool
        """
        return bool(
            self.env.context.get("default_team_id")
            or self.env["ir.default"]._get_model_defaults(self._name).get("team_id")
        )

    @api.model
    def _get_default_team(self, company):
        """Return the team of a new ticket to which nobody gives one.

        That of the agent who types it in, or else the company's.

        :param company: of the ticket
        :rtype: recordset of helpdesk.ticket.team
        """
        # In sudo mode because whoever files need not read teams, nor companies.
        own_sudo = _filter_teams(self.env.user.sudo().helpdesk_team_ids, company)
        team_sudo = own_sudo[:1] or company.sudo().support_team_id.filtered("active")
        return team_sudo.sudo(self.env.su)

    # === FROM A MAIL === #

    @api.model
    def message_new(self, msg, custom_values=None):
        """Take a mail as a ticket, also one without subject, text or sender."""
        defaults = {
            # Some mailers send control characters, which PostgreSQL refuses.
            "name": _clean(msg.get("subject"))[:250] or self.env._("No Subject"),
            "description": msg.get("body") or "<p></p>",
        }
        defaults.update(custom_values or {})
        gateway = self.with_context(support_mail_gateway=True)
        ticket = super(TicketEntry, gateway).message_new(msg, defaults)
        return ticket.with_env(self.env)

    def message_update(self, msg, update_vals=None):
        gateway = self.with_context(support_mail_gateway=True)
        return super(TicketEntry, gateway).message_update(msg, update_vals)

    def _create_attachments_for_post(self, values_list, extra_list):
        """Show the pictures of a mail to whoever may read the ticket, and nobody else.

        Odoo gives each a token that opens it without a session, for ever, and leaves
        the description as the mail had it.
        """
        values_list = [
            {name: value for name, value in values.items() if name != "access_token"}
            for values in values_list
        ]
        files = super()._create_attachments_for_post(values_list, extra_list)
        pictures = {
            extra[0]: file for file, extra in zip(files, extra_list, strict=True)
        }
        description = self["description"]
        if description and "cid:" in description:
            self["description"] = PICTURE.sub(
                lambda match: f'src="/web/image/{pictures[match[1]].id}"'
                if match[1] in pictures
                else match[0],
                description,
            )
        return files

    def _process_attachments_for_post(self, attachments, attachment_ids, values):
        result = super()._process_attachments_for_post(
            attachments, attachment_ids, values
        )
        if attachments and result.get("body"):
            # Those that were just made have no token.
            result["body"] = Markup(TOKEN.sub(r"\1", result["body"]))
        return result

    def _message_compute_parent_id(self, parent_id):
        """Look for no message before the first one of a ticket being created."""
        if (
            not parent_id
            # Odoo has just put it there, and keeps it up to date.
            and "message_ids" in self._cache
            and not self.message_ids
        ):
            return False
        return super()._message_compute_parent_id(parent_id)

    # === TO THE CUSTOMER === #

    def _acknowledge(self):
        """Hook: tell who filed this ticket that it arrived.

        :return: whether a mail leaves
        :rtype: bool
        """
        self.ensure_one()
        return False

    def _with_mail_reader(self):
        """Return this ticket as its customer reads it.

        In sudo mode because a mail may be caused by a customer, who may not read the
        ticket's plan and messages: what the mails tell of them is the customer's.

        :return: the ticket, in the language and time zone of its contact
        """
        self.ensure_one()
        record = self.sudo()
        zones = (record.partner_id.tz, record.company_id.resource_calendar_id.tz)
        return record.with_context(
            lang=record._get_mail_lang(),
            tz=find_zone(*zones).zone,
        )

    def _get_mail_lang(self):
        """Return the language in which the customer is written to.

        :rtype: str
        """
        self.ensure_one()
        record = self.sudo()  # as _with_mail_reader
        return (
            record.partner_id.lang
            or record.company_id.partner_id.lang
            or self.env.lang
            or "en_US"
        )

    @api.model
    def _may_send_mails(self):
        """Say whether what happens now is told: no import, no answer of a program.

        :rtype: bool
        """
        return not (
            self.env.context.get("support_auto_reply")
            or self.env.context.get("import_file")
        )

    def _post_decision(self, template_xmlid):
        """Tell customers what the desk decided, by mail and in the conversation.

        No answer to the request: the clock of the first response runs on. Nothing is
        told by a template that is archived, or not wanted by the company; nor at an
        import.

        :param str template_xmlid: of the mail template
        """
        for record in self if self._may_send_mails() else ():
            template_sudo = self.env["mail.template"]._find_support_mail(
                template_xmlid, record.company_id
            )
            if template_sudo:
                record.message_post_with_source(
                    template_sudo.sudo(self.env.su),
                    message_type="auto_comment",
                    subtype_xmlid="mail.mt_comment",
                    email_layout_xmlid=MAIL_LAYOUT,
                )

    # === FROM THE QUEUE === #

    @api.model
    def _is_mail_queued(self):
        """Say whether mails wait for the queue: those that customers cause do.

        :rtype: bool
        """
        return self.env.user.share

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        # Who is told of what a customer writes is found out after the request.
        if kwargs.get("scheduled_date") or not self._is_mail_queued():
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        self.env["mail.message.schedule"]._defer_notification(message, kwargs)
        return []

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        if not self._is_mail_queued():
            return super()._notify_thread_by_email(message, recipients_data, **kwargs)
        queued = self.with_context(mail_notify_force_send=False)
        res = super(TicketEntry, queued)._notify_thread_by_email(
            message, recipients_data, **kwargs
        )
        if any(recipient["notif"] == "email" for recipient in recipients_data):
            self._wake_mail_queue()
        return res

    def _sign_token(self, pid):
        # In sudo mode because the token is not for customers to read, and who is told
        # of a customer's message gets a link with a signature made of it.
        return super(TicketEntry, self.sudo())._sign_token(pid)

    def message_mail_with_source(self, source_ref, **kwargs):
        if not self._is_mail_queued():
            return super().message_mail_with_source(source_ref, **kwargs)
        mails = super().message_mail_with_source(
            source_ref, **{**kwargs, "force_send": False}
        )
        if mails:
            self._wake_mail_queue()
        return mails

    @api.model
    def _wake_mail_queue(self):
        """Have the queue run once this transaction is committed."""
        # In sudo mode because customers have no right on jobs.
        self.env.ref(MAIL_CRON).sudo()._trigger()

    # === THE CUSTOMER WRITES === #

    def _post_from_portal(self, body, **kwargs):
        """Post what a customer wrote on the page of this record.

        To be called in sudo mode by the customer, once the access to the record was
        checked: customers may not create files. The mails leave by the queue, which is
        started at once: nobody has to wait for a mail server.

        :param body: Markup
        :param kwargs: of ``message_post``
        :return: the message
        """
        self.ensure_one()
        message = self.with_context(mail_notify_force_send=False).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **kwargs,
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return message


def _filter_teams(teams, company):
    """Return those of some teams that serve a company: its own, and those of all.

    :rtype: recordset of helpdesk.ticket.team
    """
    return teams.filtered_domain(
        Domain("active", "=", True) & Domain("company_id", "in", [False, company.id])
    )


def _clean(text):
    """Return a text without control characters, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
