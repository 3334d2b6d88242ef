# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, get_lang

from ...const import COMPUTED, GIVEN, SEALED, ReplyToMemo
from ...tools.moment import write_moment
from ...tools.text import given_id
from ...tools.working_time import find_zone

# Within which what is filed and created is one event, on two clocks.
A_MOMENT = timedelta(minutes=1)


class HelpdeskTicket(models.Model):
    """The ticket: whose it is, how it is filed, who follows it.

    What the base looks up for each new ticket is looked up once, and what it writes
    afterwards is written with the ticket. The portal's record rule (see ``res.users``)
    looks at the customer and at who follows. Hooks for the rooms below are here too.

    What nobody writes by hand: see ``support.guarded.mixin``. The history of another
    desk comes in by creating tickets with their numbers and dates.
    """

    _name = "helpdesk.ticket"
    _inherit = ["support.thread.mixin", "helpdesk.ticket", "support.guarded.mixin"]
    # Odoo's guard against mail loops looks at who wrote the last tickets.
    _primary_email = "partner_email"
    _check_company_auto = True

    application_id = fields.Many2one(
        comodel_name="support.application",
        string="Affected Application",
        ondelete="restrict",
        help="The application of Odoo that the request is about.",
    )
    environment = fields.Selection(
        selection=[
            ("production", "Production"),
            ("test", "Test or pre-production"),
        ],
        help="The database in which it happens.",
    )
    # Not the related field of the base: a ticket stays with the firm that filed it when
    # its contact goes to another one.
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        related=False,
        compute="_compute_commercial_partner_id",
        store=True,
        precompute=True,
    )

    team_id = fields.Many2one(check_company=True)
    category_id = fields.Many2one(check_company=True)
    # The form lists the duplicates of a ticket: of a million, by index.
    duplicate_id = fields.Many2one(check_company=True, index="btree_not_null")

    filed_at = fields.Datetime(
        default=fields.Datetime.now,
        required=True,
        readonly=True,
        copy=False,
        help="When the clocks started.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        for record in self:
            record.commercial_partner_id = record.partner_id.commercial_partner_id

    def _post_model_setup__(self):
        res = super()._post_model_setup__()
        # Of a related field Odoo sets how it is searched, whatever it is given; another
        # field in its place would not be grouped or sorted by any more.
        field = self._fields["closed"]
        if not field.store:
            field.search = "_search_closed"
        return res

    def _search_closed(self, operator, value):
        """Look for the stages by their ids: they are few, and known.

        As the base has it PostgreSQL looks the stages up itself, and cannot tell how
        many tickets that will be: it reads all of them. What is open of 100,000
        tickets, counted: 40 → 3 ms.
        """
        if operator not in ("in", "not in") or len(set(value)) != 1:
            return self._fields["closed"]._search_related(self, operator, value)
        # Of all companies and archived ones too, as the base finds them.
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        if bool(*value) == (operator == "in"):
            return Domain("stage_id", "in", stages["closed"])
        return Domain("stage_id", "in", [*stages["open"], False])

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        vals_list = [self._prepare_support_vals(vals) for vals in vals_list]
        self._look_up_contacts(vals_list)
        self._add_numbers(vals_list)
        self._add_first_stages(vals_list)
        vals_list = [self._prepare_stage_vals(vals) for vals in vals_list]
        self._add_assignees(vals_list)
        # The team's address is looked up once, not for each ticket's first message: a
        # fifth of the statements of a thousand tickets, a sixth of the time.
        memo = self.with_context(support_reply_to=ReplyToMemo())
        tickets = super(HelpdeskTicket, memo).create(vals_list).with_env(self.env)
        tickets._date_filings()
        return tickets

    def write(self, vals):
        self._check_guarded([vals])
        self._look_up_stages(vals)
        vals = self._prepare_follow_up_vals(vals)
        before = {}
        if "partner_id" in vals:
            before = {record: record.commercial_partner_id for record in self}
        res = super().write(vals)
        self.filtered(
            lambda record: before.get(record)
            and before[record] != record.commercial_partner_id
        )._remove_foreign_followers()
        return res

    @api.model
    def _look_up_contacts(self, vals_list):
        """Look up at once the contacts of new tickets and whoever creates them.

        :param list[dict] vals_list: as given to ``create``
        """
        ids = {given_id(vals.get("partner_id")) for vals in vals_list} - {False}
        # In sudo mode because what tickets follow from is computed so.
        contacts_sudo = self.env["res.partner"].sudo().browse(ids)
        (self.env.user.partner_id | contacts_sudo).mapped("commercial_partner_id")

    def _look_up_stages(self, vals):
        """Look up at once the stages that these tickets leave and enter.

        With the tickets themselves, all of which is then at hand for what follows from
        the change: read one by one these are three statements more.

        :param dict vals: as given to ``write``
        """
        stage_id = given_id(vals.get("stage_id"))
        if stage_id:
            # In sudo mode because what not everybody may read is looked at as well.
            stages_sudo = self.sudo().stage_id
            (stages_sudo | stages_sudo.browse(stage_id)).mapped("closed")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        kept = self._get_with_history()
        if kept:
            raise UserError(
                self.env._(
                    "What happened to “%(ticket)s” is kept: archive the ticket instead "
                    "of deleting it.",
                    ticket=kept[0].display_name,
                )
            )

    @api.model
    def _prepare_stage_vals(self, vals):
        """Return the values of a new ticket with what its stage says of it.

        Otherwise Odoo would write it a moment later, and all the indexes again.

        :param dict vals: as given to ``create``
        :rtype: dict
        """
        stage_id = given_id(vals.get("stage_id"))
        if not stage_id:
            return vals
        stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
        vals = {"unattended": stage.unattended, **vals}
        if stage.closed and not vals.get("closed_date"):
            # The base dates only what is closed later on.
            vals["closed_date"] = fields.Datetime.now()
        elif stage.closed:
            closed_at = fields.Datetime.to_datetime(vals["closed_date"])
            if closed_at < fields.Datetime.now():
                # Nothing is closed before it is filed; when it was, nobody said.
                vals["filed_at"] = closed_at
        return vals

    def _date_filings(self):
        """Date tickets of another desk by their filing there, in every list.

        Lists, sorting and dates of the base and of other addons go by the creation of
        the record, which Odoo writes itself.
        """
        earlier = self.filtered(
            lambda ticket: ticket.filed_at < ticket.create_date - A_MOMENT
        )
        if not earlier:
            return
        earlier.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET create_date = filed_at WHERE id IN %s",
                tuple(earlier.ids),
            )
        )
        earlier.invalidate_recordset(["create_date"])

    @api.model
    def _add_numbers(self, vals_list):
        """Number new tickets at once, as the base does one by one.

        :param list[dict] vals_list: completed in place
        """
        if not self._has_base_numbers():
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
            team_id = given_id(vals.get("team_id"))
            if team_id and "stage_id" not in vals:
                if team_id not in first:
                    team = self.env["helpdesk.ticket.team"].browse(team_id)
                    first[team_id] = team._get_applicable_stages()[:1].id
                vals["stage_id"] = first[team_id]

    @api.model
    def _add_assignees(self, vals_list):
        """Hook: say who takes new tickets to which nobody gives somebody.

        :param list[dict] vals_list: what is given to the base, completed in place
        """

    # === ACTION METHODS === #

    def action_view_sale_orders(self):
        action = super().action_view_sale_orders()
        # OCA gives the id as a list: an order made from there could not be saved.
        action["context"]["default_ticket_ids"] = [Command.link(self.id)]
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_support_vals(self, vals):
        """Return the values of a new ticket with what support adds to them.

        :param dict vals: as given to ``create``
        :rtype: dict
        """
        vals = dict(vals)
        if vals.get("claimed_priority"):
            vals.setdefault("priority", vals["claimed_priority"])
        return vals

    @api.model
    def _prepare_follow_up_vals(self, vals):
        """Return values to write with what follows from them for the same tickets.

        Each concept adds its own: what is guarded is not refused here any more.

        :param dict vals: as given to ``write``, not to be changed
        :rtype: dict
        """
        return vals

    # === GUARD === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "filed_at": SEALED,
            # Who may read the ticket follows from it.
            "commercial_partner_id": SEALED,
            "unattended": COMPUTED,
            "number": GIVEN,
            "closed_date": GIVEN,
        }

    @api.model
    def _get_guarded_reason(self):
        return self.env._(
            "it follows from the ticket's log, from its customer and from what was "
            "done, or one of the ticket's buttons writes it with its reason."
        )

    @api.model
    def _get_portal_waiting_domains(self):
        """Return what makes a ticket wait for the customer.

        Every concept that asks something of the customer adds a domain of its own.

        :return: domains of which one is enough
        :rtype: list[Domain]
        """
        return [self._get_portal_waiting_stage_domain()]

    @api.model
    def _get_portal_waiting_stage_domain(self):
        # By id, for PostgreSQL to look them up.
        stages = self.env["helpdesk.ticket.stage"]._get_portal_stages()
        return Domain("stage_id", "in", stages["waiting"])

    # === FOLLOWERS === #

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Make followers; of the addresses of a mail only the customer's people.

        The base makes a follower of everybody in To and Cc. People of another
        customer would be sent all that follows; their addresses stay in ``email_cc``,
        where the agent who answers sees them.
        """
        if not self.env.context.get("support_mail_gateway") or not partner_ids:
            return super().message_subscribe(partner_ids, subtype_ids)
        partners = self.env["res.partner"].browse(partner_ids)
        for record in self:
            kept = partners - record._get_foreign_partners(partners)
            super(HelpdeskTicket, record).message_subscribe(kept.ids, subtype_ids)
        return True

    def _get_foreign_partners(self, partners):
        """Return those who are neither the customer's people nor ours.

        :param partners: recordset of res.partner
        :rtype: recordset of res.partner
        """
        self.ensure_one()
        # In sudo mode because whoever writes need not read users: only whether one is
        # an employee is looked at.
        root = self.sudo().commercial_partner_id._get_support_root()
        foreign = partners.sudo().filtered(
            lambda partner: all(user.share for user in partner.user_ids)
            and (not root or partner._get_support_root() != root)
        )
        return partners.browse(foreign.ids)

    def _remove_foreign_followers(self):
        """Stop telling the former customer of a ticket what happens to it."""
        for record in self.sudo():  # an agent need not read followers
            foreign = record._get_foreign_partners(record.message_partner_ids)
            if foreign:
                record.message_unsubscribe(foreign.ids)

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

    # === CONTACTS WHO MOVE === #

    @api.model
    def _follow_customers(self, customers):
        """Give tickets to the firm that their customer has become a part of.

        :param customers: those who were customers of their own until now
        """
        for customer in customers:
            records = self.with_context(active_test=False).search(
                Domain("commercial_partner_id", "=", customer.id)
            )
            records._write_guarded(
                {"commercial_partner_id": customer.commercial_partner_id.id}
            )

    @api.model
    def _forget_former_contacts(self, partners):
        """Remove contacts from the followers of what is not their firm's any more.

        :param partners: who changed companies
        """
        records = self.with_context(active_test=False).search(
            Domain("message_partner_ids", "in", partners.ids)
        )
        for record in records:
            followers = record.message_partner_ids & partners
            foreign = record._get_foreign_partners(followers)
            if foreign:
                record.message_unsubscribe(foreign.ids)

    # === KEPT === #

    def _get_with_history(self):
        """Hook: return those of these tickets to which more happened than the filing.

        They are not deleted, for the proofs would go with them. Whatever keeps a ledger
        adds those that stand in it.
        """
        return self.browse()

    # === TOLD OF WHAT CHANGES === #

    @api.model
    def _scope_refresh_open(self, domain):
        """Hook: compute again the verdict of open tickets, after a change of set-up.

        :param domain: which tickets the change concerns
        :return: these tickets
        """
        return self.browse()

    @api.model
    def _sla_refresh_open(self, domain):
        """Hook: run the open clocks again, after what was promised changed.

        :param domain: which tickets the change concerns
        :return: these tickets
        """
        return self.browse()

    def _sla_sync_log(self):
        """Hook: note in the log whatever changed in what stops the clocks."""

    # === WORDS === #

    def _say_of(self, text):
        """Return a sentence with the number of the ticket that it is about.

        :param str text: a sentence, in the user's language
        :rtype: str
        """
        self.ensure_one()
        # In sudo mode because whoever is refused may not read the ticket: its number
        # is told, which they have named.
        number = self.sudo().number
        return self.env._("%(number)s: %(text)s", number=number, text=text)

    @api.model
    def _format_portal_datetime(self, value):
        """Return an instant in the visitor's language and time zone.

        :param datetime value: naive UTC
        :rtype: str
        """
        return self.env["res.company"]._format_support_moment(
            value, self.env.context.get("tz"), lambda: self.env.user.tz
        )

    @api.model
    def _format_portal_moment(self, value):
        """Return an instant in short, on a page that names its time zone once.

        :param datetime value: naive UTC
        :rtype: str
        """
        if not value:
            return ""
        zone = find_zone(self.env.context.get("tz"), lambda: self.env.user.tz)
        local = pytz.utc.localize(value).astimezone(zone)
        minute = local.replace(second=0, microsecond=0, tzinfo=None)
        return write_moment(minute, get_lang(self.env).code)

    # === THE PORTAL'S PAGE === #

    def _get_portal_page_values(self, visitor):
        """Hook: return what each concept tells the visitor of this ticket's page.

        To be called in sudo mode, once the access to this very ticket was checked:
        visitors may not read timesheets, bugs and changes. A concept that has something
        to tell adds it to what ``super()`` returns, and tells only what is the
        visitor's.

        :param visitor: recordset of res.users
        :return: by the names that the page's templates use
        :rtype: dict
        """
        self.ensure_one()
        self._skip_empty_lines(self._get_portal_page_lines())
        return {}

    @api.model
    def _get_portal_page_lines(self):
        """Hook: return the lines that the page looks at, which few tickets have.

        :return: names of fields
        :rtype: list[str]
        """
        return ["rating_ids"]

    def _get_portal_story(self, visitor):
        """Hook: return what each concept adds to the story of these tickets.

        To be called in sudo mode, as ``_get_portal_page_values``.

        :param visitor: recordset of res.users
        :return: for each ticket its entries, in any order: the instant (naive UTC), a
            kind, a text and a detail, maybe empty
        :rtype: dict[record, list[tuple[datetime, str, str, str]]]
        """
        return {}
