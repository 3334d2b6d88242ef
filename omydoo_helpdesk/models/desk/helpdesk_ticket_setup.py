# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import HOLD_PARTIES, ReplyToMemo


class HelpdeskTicketCategory(models.Model):
    """A kind of request, which the charter puts in scope or out of scope."""

    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "support.untranslated.mixin"]

    scope = fields.Selection(
        selection=[
            ("in_scope", "In scope"),
            ("out_of_scope", "Out of scope"),
        ],
        required=True,
        default="in_scope",
        help="Whether the charter covers this kind of request.",
    )
    customer_description = fields.Text(
        translate=True,
        help="What belongs here, in the words of a customer.",
    )
    portal_examples = fields.Text(
        string="Examples for the Customer",
        translate=True,
        help="Requests that a customer recognises, one on each line.",
    )
    portal_checklist = fields.Text(
        string="What to Include",
        translate=True,
        help="What the agent needs to know, one heading on each line: shown in the "
        "form, where one click puts the headings into the description. A line that "
        "begins with a star is shown, and not put there: a file to attach, say.",
    )
    charter_clause = fields.Char(
        translate=True,
        help="Where the charter says so; shown beside the verdict.",
    )
    budget_minutes = fields.Integer(
        string="Time Budget",
        help="Minutes after which the agent is warned and a conversion proposed. "
        "Zero means no budget.",
    )

    _budget_minutes_positive = models.Constraint(
        "CHECK (budget_minutes >= 0)", "A time budget cannot be negative."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_translated_fields(self):
        return [
            *super()._get_translated_fields(),
            "name",
            "customer_description",
            "portal_examples",
            "portal_checklist",
            "charter_clause",
        ]

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if "scope" in vals:
            self.env["helpdesk.ticket"]._scope_refresh_open(
                [("category_id", "in", self.ids)]
            )
        return res

    # === BUSINESS METHODS === #

    def _get_portal_examples(self):
        """Return requests that belong here.

        :rtype: list[str]
        """
        self.ensure_one()
        lines = (line.strip() for line in (self.portal_examples or "").splitlines())
        return [line for line in lines if line]

    def _get_portal_checklist(self):
        """Return what such a request should include.

        :return: for each line its text, and whether it is a heading to fill in
        :rtype: list[tuple[str, bool]]
        """
        self.ensure_one()
        lines = (line.strip() for line in (self.portal_checklist or "").splitlines())
        return [
            (text, not line.startswith("*"))
            for line in lines
            if (text := line.lstrip("* "))
        ]


class SupportApplication(models.Model):
    """An application of Odoo that a request may be about."""

    _name = "support.application"
    _description = "Supported Application"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "This application is already in the list."
    )


# OCA's mail templates of stages, and those of ours that say the same to the customer
ASKING_MAIL = "omydoo_helpdesk.mail_template_awaiting"
REPLACED_MAILS = {
    "helpdesk_mgmt.closed_ticket_template": "omydoo_helpdesk.mail_template_closed",
    "helpdesk_mgmt.changed_stage_template": "omydoo_helpdesk.mail_template_stage",
}


# Of a stage: which teams have it, and in which order.
SERVING_FIELDS = ("active", "company_id", "sequence", "team_ids")


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
        if not vals.keys().isdisjoint(SERVING_FIELDS):
            self.env.registry.clear_cache()
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
            stages = self.with_context(active_test=False).search(
                Domain("mail_template_id", "=", template.id)
            )
            stages.mail_template_id = new_template
            asking = self.env.ref(ASKING_MAIL, raise_if_not_found=False)
            stages.filtered(
                lambda stage: not stage.closed
                and stage.holds_sla
                and stage.hold_party == "customer"
            ).mail_template_id = asking or new_template

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


# A stage that this team uses.
QUOTATION_STAGE_DOMAIN = (
    "[('company_id', 'in', [False, company_id]), "
    "'|', ('team_ids', '=', False), ('team_ids', '=', id)]"
)


class HelpdeskTicketTeam(models.Model):
    """A team: whether it records time, and where its tickets go after a quotation."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    # The name that OCA's helpdesk_mgmt_timesheet gives it.
    allow_timesheet = fields.Boolean(
        string="Record Time",
        default=True,
        help="Time is recorded on the tickets of this team.",
    )
    support_accepted_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After an Accepted Quotation",
        domain=QUOTATION_STAGE_DOMAIN,
        check_company=True,
        help="Where a ticket of this team goes when its quotation is accepted; "
        "empty: as set for the company.",
    )
    support_refused_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After a Refused Quotation",
        domain=QUOTATION_STAGE_DOMAIN,
        check_company=True,
        help="Where a ticket of this team goes when its quotation is refused; "
        "empty: as set for the company.",
    )
    support_lapsed_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage After a Cancelled or Expired Quotation",
        domain=QUOTATION_STAGE_DOMAIN,
        check_company=True,
        help="Where a ticket of this team goes when its quotation is cancelled or "
        "expires; empty: as set for the company.",
    )

    # === CRUD METHODS === #

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find teams with the columns that whoever called the search looks at.

        Where another one searches for ids alone: a tuple, which no client can send.
        """
        columns = self.env.context.get("support_team_columns")
        if field_names is not None and isinstance(columns, tuple):
            field_names = {*field_names, *columns}
        return super().search_fetch(domain, field_names, offset, limit, order)

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        if any(self._get_stage_links(vals) for vals in vals_list):
            self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        res = super().write(vals)
        if "company_id" in vals or self._get_stage_links(vals):
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        # A stage of no team is one of all teams.
        self.env.registry.clear_cache()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_stage_links(self, vals):
        """Return the lists of stages among some values: of other addons.

        The stages of a team that are chosen with the team are no write on a stage.

        :param dict vals: of a team
        :return: names of fields
        :rtype: list[str]
        """
        fields = map(self._fields.get, vals)
        return [
            field.name
            for field in fields
            if field
            and field.type == "many2many"
            and field.comodel_name == "helpdesk.ticket.stage"
        ]

    def _get_applicable_stages(self):
        """Look up the stages of a team once, where nobody's rights are asked.

        Each page of a ticket asks for them: 3 % of it, and as much for reading what is
        shown of them by a statement of its own (measured on 29 Nov 2026).
        """
        if not self.env.su or len(self) != 1 or not isinstance(self.id, int):
            return super()._get_applicable_stages()
        return self.env["helpdesk.ticket.stage"].browse(self._find_applicable_stages())

    @ormcache("self.id", "self.env.context.get('active_test', True)")
    def _find_applicable_stages(self):
        stages = super()._get_applicable_stages()  # pylint: disable=super-method-mismatch
        return stages._ids

    def _notify_get_reply_to(self, default=None, author_id=False):
        memo = self.env.context.get("support_reply_to")
        if not isinstance(memo, ReplyToMemo):
            return super()._notify_get_reply_to(default=default, author_id=author_id)
        key = (self._ids, default, author_id)
        if key not in memo:
            memo[key] = super()._notify_get_reply_to(
                default=default, author_id=author_id
            )
        return memo[key]


class HelpdeskTicketChannel(models.Model):
    """A channel: by which road a request came, and whether that is the telephone."""

    _name = "helpdesk.ticket.channel"
    _inherit = "helpdesk.ticket.channel"

    is_phone = fields.Boolean(
        string="Telephone",
        help="For blocking emergencies only: any other call is proposed to be filed "
        "by the form.",
    )

    def _init_column(self, column_name):
        # The base's own channel exists before this column does, and its data are not
        # to be updated: it is marked once, and whoever unmarks it is not overruled.
        res = super()._init_column(column_name)
        if column_name == "is_phone":
            phone = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_channel_phone",
                raise_if_not_found=False,
            )
            if phone:
                self.env.cr.execute(
                    "UPDATE helpdesk_ticket_channel SET is_phone = TRUE WHERE id = %s",
                    [phone.id],
                )
        return res
