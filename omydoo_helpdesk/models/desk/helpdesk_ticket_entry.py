# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...const import MAIL_LAYOUT, ReceiptMemo
from ...tools.text import given_id
from ...tools.working_time import find_zone

# In the HTML of a mail, what a picture is called, and its address without a session.
PICTURE = re.compile(r'src="cid:([^"]+)"')

TOKEN = re.compile(r"(/web/image/\d+)\?access_token=[\w-]+")

# Of the messages of a ticket, as Odoo does.
MAX_ANCESTORS = 200

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

    customer_notice = fields.Char(
        string="Whose Request",
        compute="_compute_customer_notice",
        groups="base.group_user",
        help="Which customers the sender's address belongs to, while none is chosen.",
    )

    # === COMPUTE METHODS === #

    # On the page of a ticket only.
    @api.depends("partner_id", "partner_email")
    @api.depends_context("lang")
    def _compute_customer_notice(self):
        for ticket in self:
            firms = (
                self.env["res.partner"]
                if ticket.partner_id
                else self._find_mail_customers(ticket.partner_email)
            )
            ticket.customer_notice = len(firms) > 1 and self.env._(
                "“%(address)s” is known for several customers (%(firms)s): nothing is "
                "covered or promised until you choose the contact.",
                address=ticket.partner_email,
                # In sudo mode: their names only.
                firms=", ".join(firms.sudo().mapped("name")),
            )

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
        self._read_for_creation(vals_list)
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
            company = self.env["res.company"].browse(given_id(vals.get("company_id")))
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
        facts = self.env.context.get("support_mail") or {}
        if facts.get("reply_to") and not facts["is_known"]:
            # The message itself stays from who sent it.
            partners = self._find_mail_contacts(facts["reply_to"])
            msg = {
                **msg,
                "from": facts["reply_to"],
                "email_from": facts["reply_to"],
                "author_id": partners[:1].id,
            }
        if len(self._find_mail_customers(msg.get("from"))) > 1:
            # Neither the cover nor the tickets of one firm are for another one's.
            defaults["partner_id"] = False
        defaults.update(custom_values or {})
        team = self.env["helpdesk.ticket.team"].browse(defaults.get("team_id") or ())
        if team and not team.active:
            # Its address still works: somebody else reads what comes there.
            del defaults["team_id"]
            defaults.setdefault("company_id", team.company_id.id or self.env.company.id)
        gateway = self.with_context(support_mail_gateway=True)
        ticket = super(TicketEntry, gateway).message_new(msg, defaults)
        for note in self._get_mail_notes(facts):
            ticket._message_log(body=note)
        return ticket.with_env(self.env)

    @api.model
    def _get_mail_notes(self, facts):
        """Return what agents should know of the mail that became a ticket.

        :param dict facts: as gathered when the mail was routed
        :return: sentences
        :rtype: list[str]
        """
        notes = []
        if facts.get("others"):
            notes.append(
                self.env._(
                    "The mail was also sent to %(addresses)s, where it made no other "
                    "ticket.",
                    addresses=", ".join(facts["others"]),
                )
            )
        if facts.get("reply_to"):
            values = {"sender": facts["sender"], "address": facts["reply_to"]}
            notes.append(
                self.env._(
                    "“%(sender)s” asks to be answered at “%(address)s”. Answers go to "
                    "the contact whose address the mail came from.",
                    **values,
                )
                if facts["is_known"]
                else self.env._(
                    "Sent by “%(sender)s”; answers go to “%(address)s”, as the mail "
                    "asks.",
                    **values,
                )
            )
        return notes

    @api.model
    def _find_mail_contacts(self, address):
        """Return the contacts that have an address, the most likely one first.

        :param str address: as in a mail
        :rtype: recordset of res.partner
        """
        return self.env["mail.thread"]._partner_find_from_emails_single(
            [address or ""], no_create=True
        )

    @api.model
    def _find_mail_customers(self, address):
        """Return the firms of which an address belongs to a contact.

        Not of our own people, who are in each firm that they work for.

        :param str address: as in a mail
        :rtype: recordset of res.partner
        """
        normalized = email_normalize(address or "")
        if not normalized:
            return self.env["res.partner"]
        # In sudo mode because the gateway may run as a user with few rights, and which
        # contacts are employees is not for everybody to read.
        contacts_sudo = (
            self.env["res.partner"]
            .sudo()
            .search(Domain("email_normalized", "=", normalized))
        )
        if any(not user.share for user in contacts_sudo.user_ids):
            return self.env["res.partner"]
        firms_sudo = contacts_sudo.commercial_partner_id
        return firms_sudo.filtered("is_company").sudo(self.env.su)

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
        """Look for no message before the first one of a ticket being created.

        And for the one that is answered with what is looked at of it: Odoo looks for
        up to two hundred and then reads all of each, its text too.
        """
        if parent_id or not self._mail_flat_thread:
            return super()._message_compute_parent_id(parent_id)
        # Odoo has just put it there, and keeps it up to date.
        if "message_ids" in self._cache and not self.message_ids:
            return False
        # In sudo mode, as Odoo does, because nothing but the id is told.
        messages_sudo = (
            self.env["mail.message"]
            .sudo()
            .search_fetch(
                Domain("res_id", "=", self.id)
                & Domain("model", "=", self._name)
                & Domain("message_type", "!=", "user_notification"),
                ["message_type", "date", "create_date", "author_id"],
                order="date desc, id desc",
                limit=MAX_ANCESTORS,
            )
        )
        # Messages of people first, as Odoo chooses.
        return max(
            messages_sudo,
            key=lambda message: (
                message.message_type in ("comment", "email"),
                message.date or message.create_date,
                message.id,
            ),
            default=messages_sudo,
        ).id

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Look whoever follows up by id, which for an author has been done already."""
        if customer_ids is None and partner_ids and not subtype_ids:
            # In sudo mode, as Odoo does, because what they are to be told depends on
            # who they are.
            partners_sudo = self.env["res.partner"].sudo().browse(partner_ids)
            # Odoo does not look for those in the archive.
            customer_ids = partners_sudo.filtered(
                lambda partner: partner.active and partner.partner_share
            ).ids
        return super()._message_subscribe(partner_ids, subtype_ids, customer_ids)

    # === WHO IS GIVEN WORK === #

    def activity_schedule(
        self, act_type_xmlid="", date_deadline=None, summary="", note="", **act_values
    ):
        """Give to somebody who is there what would be given to who has left.

        To the leader of the team, or else to who is in it, or else to nobody.
        """
        user = self.env["res.users"].browse(act_values.get("user_id") or ())
        given = (act_type_xmlid, date_deadline, summary, note)
        # In sudo mode because agents may not read the users of others.
        if not user or user.sudo().active:
            return super().activity_schedule(*given, **act_values)
        activities = self.env["mail.activity"]
        for record in self:
            values = dict(act_values)
            other = record._find_present_user()
            if other:
                values["user_id"] = other.id
                activities |= super(TicketEntry, record).activity_schedule(
                    *given, **values
                )
        return activities

    def _find_present_user(self):
        """Return who looks after this ticket while its own people are gone.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        team_sudo = self.sudo().team_id  # as above
        default_sudo = self.sudo().company_id.support_team_id
        users_sudo = (
            team_sudo.user_id
            | team_sudo.user_ids
            | default_sudo.user_id
            | default_sudo.user_ids
        )
        return users_sudo.filtered(lambda user: user.active and not user.share)[
            :1
        ].sudo(False)

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
        if not self._may_send_mails():
            return
        for company, records in self.grouped("company_id").items():
            template_sudo = self.env["mail.template"]._find_support_mail(
                template_xmlid, company
            )
            for record in records if template_sudo else ():
                if record.sudo().partner_id and not record.sudo().partner_id.active:
                    continue  # nobody there reads it any more
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
        memo = self.env.context.get("support_receipt")
        if isinstance(memo, ReceiptMemo) and not memo.is_noted:
            # So is the receipt made of what is filed.
            kwargs["support_receipt"] = memo.is_noted = True
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
