# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import get_lang

from ...tools.moment import write_day, write_time
from ...tools.working_time import find_zone

MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"
# What a click would run on the agent's computer.
REFUSED_FILE_TYPES = (
    "exe, com, bat, cmd, msi, msp, scr, pif, cpl, dll, sys, jar, js, jse, vbs, vbe, "
    "wsf, wsh, ps1, psm1, hta, lnk, reg, scf, url, sh, app, dmg, pkg, deb, rpm, apk, "
    "appimage, iso, img, vhd"
)

# Customers and visitors read companies: what they are not shown is the desk's.
DESK = "base.group_user"


class ResCompany(models.Model):
    """What a company decides of its support desk."""

    _name = "res.company"
    _inherit = ["res.company"]

    support_phone = fields.Char(
        help="Number for blocking emergencies, shown to customers whose plan has it.",
    )
    support_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Default Team",
        domain="[('company_id', 'in', [False, id])]",
        help="Of tickets to which nobody gives a team, unless an agent types them in, "
        "who is in one.",
        groups=DESK,
    )
    support_sale_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Support Service",
        domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
        help="Service that quotations made from tickets propose.",
        groups=DESK,
    )
    support_count_validity_days = fields.Integer(
        string="Validity of a Count of Lines",
        default=365,
        help="Days after which the lines of a custom module are to be counted again. "
        "Zero means never.",
        groups=DESK,
    )
    support_charter_acceptance = fields.Selection(
        selection=[
            ("person", "Each person, before filing"),
            ("signatory", "One authorised contact of each customer"),
            ("none", "Nobody"),
        ],
        string="Acceptance of the Charter",
        default="person",
        required=True,
        help="Who accepts the version of the support charter in force. A customer "
        "without an authorised contact has each person accept it.",
    )
    support_charter_public = fields.Boolean(
        string="Public Charter",
        default=True,
        help="The versions of the charter that were published are read by anybody, "
        "each at an address of its own that quotations and terms of sale may name.",
        groups=DESK,
    )
    support_portal_access = fields.Selection(
        selection=[
            ("company", "All tickets of the company"),
            ("own", "Their own tickets only"),
        ],
        string="Tickets That New Contacts See",
        default="company",
        required=True,
        help="What a new contact sees in the portal; it is changed on the contact.",
    )
    support_accepted_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After an Accepted Quotation",
        domain="[('company_id', 'in', [False, id])]",
        help="Where a ticket goes when its quotation is accepted; empty: it does not "
        "move. A team may have a stage of its own.",
        groups=DESK,
    )
    support_refused_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After a Refused Quotation",
        domain="[('company_id', 'in', [False, id])]",
        help="Where a ticket goes when the customer refuses its quotation; empty: it "
        "does not move. A team may have a stage of its own.",
        groups=DESK,
    )
    support_lapsed_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After a Cancelled or Expired Quotation",
        domain="[('company_id', 'in', [False, id])]",
        help="Where a ticket goes when its quotation is cancelled or expires; empty: "
        "it does not move. A team may have a stage of its own.",
        groups=DESK,
    )
    support_file_types = fields.Char(
        string="File Types Taken",
        help="Extensions, separated by commas, of the files that customers may send "
        "with a request. Empty means all but those refused.",
    )
    support_refused_file_types = fields.Char(
        string="File Types Refused",
        default=REFUSED_FILE_TYPES,
        help="Extensions, separated by commas, of the files that customers may not "
        "send with a request. Programs are refused whatever their name.",
        groups=DESK,
    )
    support_acknowledge = fields.Boolean(
        string="Acknowledge Requests",
        default=True,
        help="Whoever files a request, by the form or by email, is told at once that "
        "it arrived, whether it is covered and by when it is answered.",
        groups=DESK,
    )
    support_silent_mail_ids = fields.Many2many(
        comodel_name="mail.template",
        relation="support_silent_mail_rel",
        string="Mails That Do Not Leave",
        groups=f"base.group_system,{MANAGERS}",
        domain="[('id', 'in', support_mail_ids)]",
        help="What the desk does not tell customers of this company by mail. What "
        "agents write leaves in any case.",
    )
    support_mail_ids = fields.Many2many(
        comodel_name="mail.template",
        string="Mails of the Desk",
        compute="_compute_support_mail_ids",
        groups=f"base.group_system,{MANAGERS}",
    )
    support_show_agent_address = fields.Boolean(
        string="Customers Read Agents' Addresses",
        help="Show the email address and the telephone of the agent on the page of a "
        "ticket. Customers then write to them, past the desk.",
        groups=DESK,
    )
    support_reopen_days = fields.Integer(
        string="Days to Reopen a Ticket",
        default=15,
        help="Days after the closing within which customers may reopen a ticket. Zero "
        "means never.",
    )
    support_time_rounding = fields.Integer(
        string="Rounding of Charged Time",
        default=15,
        help="Minutes: each entry of time on a ticket is charged in full units of "
        "this length. Zero means to the minute.",
    )
    support_time_minimum = fields.Integer(
        string="Least Time Charged",
        default=15,
        help="Minutes that each entry of time on a ticket is charged at least.",
    )
    support_pack_alert_percent = fields.Integer(
        string="Alert on Hours Packs",
        default=80,
        help="Part of a pack, in percent, from which its end is announced. Zero means "
        "never.",
        groups=DESK,
    )
    support_pack_alert_days = fields.Integer(
        string="Notice before the End of Packs",
        default=30,
        help="Days before the end of a pack from which it is announced. Zero means "
        "never.",
        groups=DESK,
    )
    support_sell_projects = fields.Boolean(
        string="Sell Projects from Tickets",
        default=True,
        help="A ticket may become a project that is sold by a quotation.",
        groups=DESK,
    )
    support_filing_hour_limit = fields.Integer(
        string="Tickets an Hour",
        default=100,
        help="Tickets that a customer may file by the portal within an hour. Zero "
        "means any number.",
        groups=DESK,
    )
    support_filing_day_limit = fields.Integer(
        string="Tickets a Day",
        default=300,
        help="Tickets that a customer may file by the portal within a day. Zero means "
        "any number.",
        groups=DESK,
    )
    support_message_hour_limit = fields.Integer(
        string="Messages an Hour",
        default=100,
        help="Messages that a customer may write on tickets within an hour, by the "
        "portal. Zero means any number.",
        groups=DESK,
    )
    support_link_answers = fields.Boolean(
        string="Answers by a Shared Link",
        help="Whoever has the link of a ticket may write on it in the customer's name, "
        "without signing in. Otherwise a link only shows the ticket.",
        groups=DESK,
    )
    support_consent_days = fields.Integer(
        string="Days to Agree to a Change",
        default=14,
        help="Days after which an agreement to a production change expires.",
        groups=DESK,
    )
    support_backup_max_age = fields.Integer(
        string="Age of a Backup (Hours)",
        default=24,
        help="Hours after which a backup must be acknowledged before a change.",
        groups=DESK,
    )

    _support_filing_limits_positive = models.Constraint(
        "CHECK (support_filing_hour_limit >= 0 AND support_filing_day_limit >= 0)",
        "The number of tickets that a customer may file cannot be negative.",
    )
    _support_message_limit_positive = models.Constraint(
        "CHECK (support_message_hour_limit >= 0)",
        "The number of messages that a customer may write cannot be negative.",
    )
    _support_change_positive = models.Constraint(
        "CHECK (support_consent_days BETWEEN 1 AND 3650"
        " AND support_backup_max_age BETWEEN 1 AND 87600)",
        "The days to agree and the age of a backup must be positive, and of ten years "
        "at most.",
    )
    _support_count_validity_positive = models.Constraint(
        "CHECK (support_count_validity_days >= 0)",
        "The validity of a count cannot be negative.",
    )
    _support_reopen_days_positive = models.Constraint(
        "CHECK (support_reopen_days >= 0)",
        "The days to reopen a ticket cannot be negative.",
    )
    _support_time_positive = models.Constraint(
        "CHECK (support_time_rounding >= 0 AND support_time_minimum >= 0)",
        "The rounding of charged time and its minimum cannot be negative.",
    )
    _support_pack_alerts_valid = models.Constraint(
        "CHECK (support_pack_alert_days >= 0"
        " AND support_pack_alert_percent BETWEEN 0 AND 100)",
        "A pack is announced from 0 to 100 % used, and not after its end.",
    )

    # === COMPUTE METHODS === #

    def _compute_support_mail_ids(self):
        self.support_mail_ids = self.env["mail.template"]._get_support_mails()

    # === CRUD METHODS === #

    def write(self, vals):
        """Let managers of the desk decide what a company decides of its desk."""
        if not self._is_support_settings(vals):
            return super().write(vals)
        self._check_support_settings(vals)
        # In sudo mode because only administrators write companies: these fields, of a
        # company that the manager works in, were checked one by one.
        return super(ResCompany, self.sudo()).write(vals)

    @api.model
    def _get_support_settings(self):
        """Return the fields that managers of the desk write.

        Not those that are kept to administrators.

        :rtype: set[str]
        """
        return {
            name
            for name, field in self._fields.items()
            if name.startswith("support_")
            and field.store
            and not field.compute
            and field.type != "one2many"
            and self._has_field_access(field, "write")
        }

    def _is_support_settings(self, vals):
        """Say whether a manager of the desk writes nothing but its settings.

        :param dict vals: to write
        :rtype: bool
        """
        return bool(
            vals
            and not self.env.su
            and vals.keys() <= self._get_support_settings()
            and self.env.user.has_group(MANAGERS)
            and not self.has_access("write")
        )

    def _check_support_settings(self, vals):
        """Check that settings are of companies that the user works in, one by one.

        :param dict vals: to write
        :raise AccessError: if a company or a record is not the user's to choose
        """
        self.check_access("read")
        foreign = self - self.env.companies
        if foreign:
            raise AccessError(
                self.env._(
                    "You decide the settings of the companies you work in: switch to "
                    "%(company)s first.",
                    company=foreign[0].name,
                )
            )
        for name, value in vals.items():
            field = self._fields[name]
            if field.type == "many2many":
                self._check_silent_mails(value)
            if field.type != "many2one" or not value:
                continue
            record = self.env[field.comodel_name].browse(value)
            record.check_access("read")
            company = record.company_id if "company_id" in record._fields else self
            if company and company != self:
                raise AccessError(
                    self.env._(
                        "“%(record)s” belongs to another company.",
                        record=record.display_name,
                    )
                )

    @api.model
    def _check_silent_mails(self, commands):
        """Check that nothing but mails of the desk is chosen, and none is edited by it.

        :param commands: to write on ``support_silent_mail_ids``
        :raise AccessError: otherwise
        """
        chosen = set()
        if not isinstance(commands, list | tuple | type(None)):
            commands = [commands]  # nothing that can be written: refused
        for command in commands or ():
            match command:
                case (Command.UNLINK | Command.LINK, int() as given, *_rest):
                    chosen.add(given)
                case (Command.CLEAR, *_rest):
                    continue
                case (Command.SET, _zero, given):
                    chosen.update(given)
                case _:
                    chosen.add(None)
        if chosen - set(self.env["mail.template"]._get_support_mails().ids):
            raise AccessError(self.env._("Choose among the mails of the desk."))

    # === ACTION METHODS === #

    @api.model
    def action_support_settings(self):
        """Open the settings of the desk of the company that the user works in.

        :return: the action
        :rtype: dict
        :raise AccessError: if the user is no manager of the desk
        """
        if not self.env.user.has_group(MANAGERS):
            raise AccessError(
                self.env._("The settings of support are for managers of the helpdesk.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settings of Support"),
            "res_model": self._name,
            "res_id": self.env.company.id,
            "views": [
                (self.env.ref("omydoo_helpdesk.support_settings_view_form").id, "form")
            ],
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _format_support_moment(self, moment, *zones):
        """Return an instant in the language of the context, with its time zone.

        :param datetime moment: naive UTC, or nothing
        :param zones: names of time zones: the first one that exists is taken
        :rtype: str
        """
        if not moment:
            return ""
        zone = find_zone(*zones)
        local = pytz.utc.localize(moment).astimezone(zone)
        lang = get_lang(self.env).code
        return self.env._(
            "%(date)s at %(time)s (%(tz)s)",
            date=write_day(local.date(), lang),
            time=write_time(local.time().replace(second=0, microsecond=0), lang),
            tz=zone.zone.replace("_", " "),
        )

    def _get_support_day(self, moment):
        """Return the day it is for this company at an instant.

        :param datetime moment: naive UTC
        :rtype: date
        """
        self.ensure_one()
        zone = find_zone(self.resource_calendar_id.tz, lambda: self.partner_id.tz)
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _get_charged_hours(self, hours):
        """Return what an entry of time is charged: full units, and a minimum.

        :param float hours: the time spent
        :rtype: float
        """
        self.ensure_one()
        # A thousandth of a minute is the noise of a float, not time.
        minutes = round(hours * 60, 3)
        if minutes <= 0:
            return 0.0
        unit = self.support_time_rounding
        if unit:
            minutes = math.ceil(minutes / unit) * unit
        return max(minutes, self.support_time_minimum) / 60

    def _get_hours_that_fit(self, hours, free):
        """Return how much of an entry of time a pack still holds, if it is to be cut.

        As much as makes both parts together be charged what the whole would be.

        :param float hours: the time spent
        :param float free: the hours left on the pack
        :return: 0.0 if all of it fits, or if nothing does
        :rtype: float
        """
        self.ensure_one()
        whole = self._get_charged_hours(hours)
        # A thousandth of a minute is the noise of a float, not time.
        minutes = round(free * 60, 3)
        if minutes <= 0 or round(whole * 60, 3) <= minutes:
            return 0.0
        unit = self.support_time_rounding
        if unit:
            minutes = math.floor(minutes / unit) * unit
        fitting = minutes / 60
        parts = self._get_charged_hours(fitting) + self._get_charged_hours(
            hours - fitting
        )
        if not 0 < fitting < hours or round((parts - whole) * 60, 3):
            return 0.0
        return fitting

    def _get_support_file_types(self):
        """Return which files customers may send, and which not.

        :return: two sets of extensions in small letters, without dot; an empty first
            one means all
        :rtype: tuple[set[str], set[str]]
        """
        self.ensure_one()
        return (
            _split_extensions(self.support_file_types),
            _split_extensions(self.support_refused_file_types),
        )


class ResConfigSettings(models.TransientModel):
    """The same, where an administrator looks for it."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    support_phone = fields.Char(related="company_id.support_phone", readonly=False)
    support_team_id = fields.Many2one(
        related="company_id.support_team_id",
        readonly=False,
        domain="[('company_id', 'in', [False, company_id])]",
    )
    support_sale_product_id = fields.Many2one(
        related="company_id.support_sale_product_id", readonly=False
    )
    support_count_validity_days = fields.Integer(
        related="company_id.support_count_validity_days", readonly=False
    )
    support_charter_acceptance = fields.Selection(
        related="company_id.support_charter_acceptance", readonly=False
    )
    support_charter_public = fields.Boolean(
        related="company_id.support_charter_public", readonly=False
    )
    support_portal_access = fields.Selection(
        related="company_id.support_portal_access", readonly=False
    )
    support_accepted_stage_id = fields.Many2one(
        related="company_id.support_accepted_stage_id", readonly=False
    )
    support_refused_stage_id = fields.Many2one(
        related="company_id.support_refused_stage_id", readonly=False
    )
    support_lapsed_stage_id = fields.Many2one(
        related="company_id.support_lapsed_stage_id", readonly=False
    )
    support_file_types = fields.Char(
        related="company_id.support_file_types", readonly=False
    )
    support_refused_file_types = fields.Char(
        related="company_id.support_refused_file_types", readonly=False
    )
    support_acknowledge = fields.Boolean(
        related="company_id.support_acknowledge", readonly=False
    )
    support_silent_mail_ids = fields.Many2many(
        related="company_id.support_silent_mail_ids",
        readonly=False,
        domain="[('id', 'in', support_mail_ids)]",
    )
    support_mail_ids = fields.Many2many(related="company_id.support_mail_ids")
    support_show_agent_address = fields.Boolean(
        related="company_id.support_show_agent_address", readonly=False
    )
    support_reopen_days = fields.Integer(
        related="company_id.support_reopen_days", readonly=False
    )
    support_time_rounding = fields.Integer(
        related="company_id.support_time_rounding", readonly=False
    )
    support_time_minimum = fields.Integer(
        related="company_id.support_time_minimum", readonly=False
    )
    support_pack_alert_percent = fields.Integer(
        related="company_id.support_pack_alert_percent", readonly=False
    )
    support_pack_alert_days = fields.Integer(
        related="company_id.support_pack_alert_days", readonly=False
    )
    support_sell_projects = fields.Boolean(
        related="company_id.support_sell_projects", readonly=False
    )
    support_filing_hour_limit = fields.Integer(
        related="company_id.support_filing_hour_limit", readonly=False
    )
    support_filing_day_limit = fields.Integer(
        related="company_id.support_filing_day_limit", readonly=False
    )
    support_message_hour_limit = fields.Integer(
        related="company_id.support_message_hour_limit", readonly=False
    )
    support_link_answers = fields.Boolean(
        related="company_id.support_link_answers", readonly=False
    )
    support_consent_days = fields.Integer(
        related="company_id.support_consent_days", readonly=False
    )
    support_backup_max_age = fields.Integer(
        related="company_id.support_backup_max_age", readonly=False
    )


def _split_extensions(text):
    """Return extensions as a set, however they are written.

    :param text: maybe False
    :rtype: set[str]
    """
    words = (text or "").replace(",", " ").replace(";", " ").lower().split()
    return {word.lstrip("*.") for word in words} - {""}
