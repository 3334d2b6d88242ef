# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import CUSTOM_CODE_STATES
from ...tools import code_archive
from ...tools.text import given_id


class SupportCustomModule(models.Model):
    """A customer's own code: a module, or what was made in the database itself."""

    _name = "support.custom.module"
    _inherit = ["support.thread.mixin", "mail.thread"]
    _description = "Custom Module"
    _order = "partner_id, name"
    _check_company_auto = True

    name = fields.Char(
        string="Technical Name",
        required=True,
        tracking=True,
        help="Name of the module's folder, or of the set of customisations made in "
        "the database.",
    )
    label = fields.Char(
        string="Name for the Customer",
        help="How the customer calls it; shown in the portal's form.",
    )
    kind = fields.Selection(
        selection=[
            ("module", "Module"),
            ("database", "Customisations of the database"),
        ],
        required=True,
        default="module",
        help="Customisations of the database: server actions, computed fields and the "
        "like, whose lines are typed in (odoo-bin cloc -d counts them as odoo/studio).",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        domain="[('parent_id', '=', False)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    version = fields.Char()
    repository = fields.Char(help="Address of the source code.")
    environment = fields.Selection(
        selection=[
            ("production", "Production"),
            ("test", "Test or pre-production"),
        ],
        default="production",
        help="The database in which it runs.",
    )
    subscription_id = fields.Many2one(
        comodel_name="sale.subscription",
        string="Maintained By",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="The subscription that pays for the maintenance of this module. "
        "Empty: support does not help with it.",
    )
    maintained = fields.Boolean(compute="_compute_maintained", store=True)
    state = fields.Selection(
        selection=CUSTOM_CODE_STATES[1:],
        string="Maintenance",
        compute="_compute_state",
        search="_search_state",
        compute_sudo=True,
        help="As of today: a subscription that has ended maintains nothing.",
    )
    line_count = fields.Integer(
        string="Lines of Code",
        tracking=True,
        help="Lines counted as Odoo counts them (odoo-bin cloc).",
    )
    counted_on = fields.Date(
        tracking=True,
        copy=False,
        help="The day of the last count; filled in when the lines are changed.",
    )

    _name_customer_uniq_index = models.UniqueIndex(
        "(company_id, partner_id, lower(name))",
        "This module is already declared for this customer (it may be archived).",
    )
    _line_count_positive = models.Constraint(
        "CHECK (line_count >= 0)", "A number of lines cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "label")
    def _compute_display_name(self):
        for module in self:
            module.display_name = module.label or module.name

    @api.depends("subscription_id")
    def _compute_maintained(self):
        for module in self:
            module.maintained = bool(module.subscription_id)

    @api.depends(
        "counted_on",
        "company_id",
        "subscription_id.custom_code_grown",
        "subscription_id.support_plan_id",
        "subscription_id.active",
        "subscription_id.stage_id",
        "subscription_id.is_paused",
        "subscription_id.date_start",
        "subscription_id.date",
    )
    def _compute_state(self):
        now = fields.Datetime.now()
        for module in self:
            subscription = module.subscription_id
            day = module.company_id and module.company_id._get_support_day(now)
            if not subscription or not subscription._is_covering(day):
                module.state = "not_maintained"
            elif subscription.custom_code_grown:
                module.state = "grown"
            elif module._is_count_outdated():
                module.state = "outdated"
            else:
                module.state = "maintained"

    def _search_state(self, operator, value):
        if operator != "in":  # the ORM negates
            return NotImplemented
        # In sudo mode because agents may search without sales rights: the answer is
        # one that ``state`` shows them anyway.
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        found = self.sudo()
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("id", "in", found._search(found._get_state_domain(company, state)))
            for company in companies
            for state in value
            if state
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("subscription_id", "partner_id")
    def _check_subscription_customer(self):
        for module in self:
            # In sudo mode because an agent may keep the register without sales
            # rights; only the two customers are compared.
            owner = module.sudo().subscription_id.partner_id.commercial_partner_id
            if owner and owner != module.sudo().partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(module)s” cannot be maintained by the subscription of "
                        "another customer.",
                        module=module.display_name,
                    )
                )

    @api.constrains("counted_on")
    def _check_counted_on(self):
        now = fields.Datetime.now()
        for module in self:
            today = module.company_id._get_support_day(now)
            if module.counted_on and module.counted_on > today:
                raise ValidationError(
                    self.env._(
                        "The lines of “%(module)s” cannot have been counted in the "
                        "future.",
                        module=module.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_register_vals(vals) for vals in vals_list]
        modules = super().create(vals_list)
        # A module whose lines are added may take others of its subscription with it.
        modules._refresh_tickets()
        return modules

    def write(self, vals):
        vals = self._prepare_register_vals(vals, self.company_id[:1])
        watched = bool(self._get_verdict_fields() & set(vals))
        subscriptions = self.sudo().subscription_id if watched else None
        res = super().write(vals)
        if watched:
            self._refresh_tickets(subscriptions)
        return res

    def unlink(self):
        subscriptions = self.sudo().subscription_id
        res = super().unlink()
        subscriptions._refresh_custom_code_tickets()
        return res

    # === ACTION METHODS === #

    def action_count_lines(self):
        """Open the wizard that counts the lines of a zip file.

        :return: an action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omydoo_helpdesk.support_module_count_action"
        )
        if len(self) == 1:
            action["context"] = {
                "default_module_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            }
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_register_vals(self, vals, company=None):
        """Return the values of a module with what follows from them.

        :param dict vals: as given to ``create`` or ``write``
        :param company: the company of modules that exist
        :rtype: dict
        """
        vals = dict(vals)
        if isinstance(vals.get("name"), str):
            vals["name"] = vals["name"].strip()
        if partner_id := given_id(vals.get("partner_id")):
            partner = self.env["res.partner"].browse(partner_id)
            vals["partner_id"] = partner.commercial_partner_id.id
        if vals.get("line_count") and "counted_on" not in vals:
            company = (
                company
                or self.env["res.company"].browse(given_id(vals.get("company_id")))
                or self.env.company
            )
            vals["counted_on"] = company._get_support_day(fields.Datetime.now())
        return vals

    @api.model
    def _get_verdict_fields(self):
        """Return the fields that verdicts depend on.

        :rtype: set[str]
        """
        return {"subscription_id", "line_count", "active"}

    @api.model
    def _get_counted_limit(self, company):
        """Return the first day of counting that is still recent enough.

        :param company: one of our companies
        :rtype: date, or False where counts never expire
        """
        # In sudo mode because customers read the state of their modules, not the
        # settings of the company.
        days = company.sudo().support_count_validity_days
        today = company._get_support_day(fields.Datetime.now())
        return days > 0 and today - timedelta(days=days)

    def _is_count_outdated(self):
        """Say whether the lines were never counted, or too long ago.

        :rtype: bool
        """
        self.ensure_one()
        limit = self._get_counted_limit(self.company_id)
        return not self.counted_on or bool(limit and self.counted_on < limit)

    @api.model
    def _get_state_domain(self, company, state):
        """Return the modules of a company that are in a state today.

        :param company: one of our companies
        :param str state: a value of ``state``
        :rtype: Domain
        """
        subscriptions = self.env["sale.subscription"].with_context(active_test=False)
        today = company._get_support_day(fields.Datetime.now())
        running = subscriptions._get_running_domain(today)
        maintained = Domain("subscription_id", "in", subscriptions._search(running))
        if state == "not_maintained":
            return ~maintained
        grown = Domain("subscription_id.custom_code_grown", "=", True)
        if state == "grown":
            return maintained & grown
        limit = self._get_counted_limit(company)
        outdated = Domain("counted_on", "=", False)
        if limit:
            outdated |= Domain("counted_on", "<", limit)
        return maintained & ~grown & (outdated if state == "outdated" else ~outdated)

    def _refresh_tickets(self, subscriptions=None):
        """Have the open tickets follow what changed in the register.

        :param subscriptions: those that maintained these modules before
        """
        # In sudo mode because a verdict does not depend on who changed the register.
        subscriptions = (subscriptions or self.env["sale.subscription"]).sudo()
        subscriptions |= self.sudo().subscription_id
        subscriptions._refresh_custom_code_tickets(self)

    # === COUNTING === #

    @api.model
    def _count_archive(self, content, filename=""):
        """Count the lines of the modules in a zip file.

        :param bytes content: the file
        :param str filename: gives its name to a module that lies in no folder
        :return: see ``tools.code_archive.count_archive``
        :rtype: list[dict]
        :raise UserError: if the file is not what it should be
        """
        try:
            return code_archive.count_archive(content, filename)
        except code_archive.ArchiveError as error:
            raise UserError(self._get_archive_sentence(error)) from error

    @api.model
    def _check_upload_size(self, size):
        """Refuse a file that is too large.

        :param int size: in bytes
        :raise UserError: above the limit
        """
        try:
            code_archive.check_upload_size(size)
        except code_archive.ArchiveError as error:
            raise UserError(self._get_archive_sentence(error)) from error

    @api.model
    def _get_archive_sentence(self, error):
        """Return why a zip file is refused, and what to do.

        :param code_archive.ArchiveError error: its code and values
        :rtype: str
        """
        return self._get_archive_sentences()[error.code] % error.values

    @api.model
    def _get_archive_sentences(self):
        return {
            "damaged": self.env._(
                "This file is damaged, or is not a zip file: make it again."
            ),
            "size": self.env._(
                "This file has %(size)s; the limit is %(limit)s. Leave out what"
                " is not code, or send one module at a time."
            ),
            "files": self.env._(
                "This file holds %(count)s files; the limit is %(limit)s."
            ),
            "twice": self.env._("“%(path)s” is in this file twice: make it again."),
            "bomb": self.env._(
                "Unpacked, this file would have %(size)s: it was not opened. "
                "The limit is %(limit)s, and %(ratio)s times the packed size."
            ),
            "outside": self.env._(
                "“%(path)s” points outside of the file: it was not opened."
            ),
            "link": self.env._(
                "“%(path)s” is a link or a device, not a file: leave it out."
            ),
            "encrypted": self.env._(
                "This file is encrypted: send it without a password."
            ),
            "archives": self.env._(
                "This file holds other archives and no module: unpack it and "
                "send what is inside."
            ),
            "no_module": self.env._(
                "There is no Odoo module in this file: no folder in it has a "
                "“%(manifest)s”."
            ),
            "counter": self.env._(
                "The lines could not be counted: a file in it keeps the counter"
                " busy for too long. Count them with “odoo-bin cloc” and type "
                "the number in."
            ),
            "manifest_outside": self.env._(
                "The manifest of “%(module)s” names files outside of the module."
            ),
            "manifest": self.env._(
                "The manifest of “%(module)s” cannot be read: it must be a "
                "dictionary of plain values."
            ),
            "module_twice": self.env._("“%(path)s” is in this file twice."),
            "no_name": self.env._(
                "The name of the module is not known: put it in a folder."
            ),
            "deep": self.env._(
                "“%(path)s” lies in more than %(limit)s folders: leave it out."
            ),
        }


class PartnerModules(models.Model):
    """Custom modules of customers that are merged: each keeps its own count."""

    _name = "res.partner"
    _inherit = ["res.partner"]

    def _prepare_support_merge(self, target):
        """Tell apart the modules of the same name, of which a customer has one."""
        res = super()._prepare_support_merge(target)
        modules = self.env["support.custom.module"].with_context(active_test=False)
        taken = {
            (module.company_id, module.name.lower())
            for module in modules.search(Domain("partner_id", "=", target.id))
        }
        for module in modules.search(Domain("partner_id", "in", self.ids)):
            if (module.company_id, module.name.lower()) in taken:
                module.name = f"{module.name} ({module.partner_id.name} {module.id})"
            taken.add((module.company_id, module.name.lower()))
        modules.env.flush_all()
        return res
