# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import COMPUTED

KINDS = [
    ("core", "Bug in Odoo's core"),
    ("generic", "Generic bug"),
]

STATES = [
    ("reported", "Reported"),
    ("accepted", "Accepted"),
    ("fixed", "Fixed"),
    ("refused", "Refused"),
]

DATES = {state: f"{state}_on" for state, _label in STATES}

HTTP = re.compile(r"https?://[^\s]+", re.IGNORECASE)

MAX_FOUND = 4

RECENT = timedelta(days=30)


class SupportOdooVersion(models.Model):
    """A version of Odoo: what a bug or a window is about."""

    _name = "support.odoo.version"
    _description = "Odoo Version"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "This version is already in the list."
    )


class SupportUpstreamBug(models.Model):
    """A bug that is known: in Odoo's core, or one that the weekly update repairs.

    Many tickets of many customers may wait for it. What customers read of it is
    neutral, and only what is written for them: no text of a ticket, no customer, nor
    how many wait. They have no right on the model at all: they get texts, not records.
    """

    _name = "support.upstream.bug"
    _inherit = [
        "support.guarded.mixin",
        "mail.activity.mixin",
        "support.alike.mixin",
        "mail.thread",
        "support.untranslated.mixin",
    ]
    _description = "Known Bug"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Title",
        required=True,
        translate=True,
        tracking=True,
        help="What customers read: nothing in it may point to one of them.",
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default="core",
        tracking=True,
        help="A bug in the core waits for the editor, a generic one for the weekly "
        "update.",
    )
    state = fields.Selection(
        selection=STATES, required=True, default="reported", tracking=True, copy=False
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    reference = fields.Char(
        copy=False, help="Number of the report at the editor.", tracking=True
    )
    url = fields.Char(string="Address", help="Of the report at the editor.")
    version_ids = fields.Many2many(
        comodel_name="support.odoo.version",
        string="Odoo Versions",
        help="The versions of Odoo that have it.",
    )
    application_ids = fields.Many2many(
        comodel_name="support.application",
        string="Applications",
        help="Customers who use them are concerned.",
    )
    module_names = fields.Char(
        string="Modules", help="Technical names, separated by commas."
    )
    description = fields.Text(
        translate=True, help="What goes wrong, in words customers read."
    )
    workaround = fields.Text(
        translate=True, help="How to do without until it is repaired, for customers."
    )
    note = fields.Html(string="Internal Notes")
    is_public = fields.Boolean(
        string="Shown Before Filing",
        default=True,
        help="Proposed to customers who describe something alike in the form.",
    )
    reported_on = fields.Date(
        default=fields.Date.context_today,
        copy=False,
        help="When the editor was told of it.",
    )
    accepted_on = fields.Date(copy=False)
    fixed_on = fields.Date(copy=False)
    refused_on = fields.Date(copy=False)
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="upstream_bug_id",
        string="Tickets",
        copy=False,
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    line_ids = fields.One2many(
        comodel_name="support.update.line",
        inverse_name="bug_id",
        string="Updates",
        copy=False,
    )
    update_id = fields.Many2one(
        comodel_name="support.update",
        string="Weekly Update",
        compute="_compute_update_id",
        store=True,
        index="btree_not_null",
        help="The update it is planned for, or the one that repaired it.",
    )
    hold_party = fields.Selection(
        selection=[("editor", "Editor"), ("update", "Weekly update")],
        string="Tickets Wait For",
        compute="_compute_hold_party",
        store=True,
        help="Whom the linked tickets wait for while it is pending.",
    )
    merged_into_id = fields.Many2one(
        comodel_name="support.upstream.bug",
        readonly=True,
        copy=False,
        check_company=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        groups = self.env["helpdesk.ticket"]._read_group(
            [("upstream_bug_id", "in", self.ids)], ["upstream_bug_id"], ["__count"]
        )
        counts = {bug.id: count for bug, count in groups}
        for bug in self:
            bug.ticket_count = counts.get(bug.id, 0)

    @api.depends("line_ids.state", "line_ids.update_id")
    def _compute_update_id(self):
        for bug in self:
            lines = bug.line_ids.filtered(lambda line: line.state != "failed")
            bug.update_id = lines.sorted("id")[-1:].update_id

    @api.depends("kind", "state", "update_id", "active")
    def _compute_hold_party(self):
        # Not for released_at: each ticket is held until the job frees it.
        for bug in self:
            if bug.state == "refused" or not bug.active:
                bug.hold_party = False
            elif bug.kind == "generic" or bug.update_id:
                bug.hold_party = "update"
            else:
                bug.hold_party = "editor"

    # === CONSTRAINT METHODS === #

    @api.constrains("url")
    def _check_url(self):
        for bug in self:
            if bug.url and not HTTP.fullmatch(bug.url):
                raise ValidationError(
                    self.env._(
                        "“%(url)s” is not an address: it starts with https://.",
                        url=bug.url,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        bugs = super().create(vals_list)
        for bug in bugs:
            bug._date_state()
        return bugs

    def write(self, vals):
        self._check_guarded([vals])
        held = {bug: bug.hold_party for bug in self}
        res = super().write(vals)
        if "state" in vals:
            for bug in self:
                bug._date_state()
        self._sync_tickets(held)
        if vals.get("state") == "refused":
            self._tell_refusal()
        return res

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"merged_into_id": COMPUTED}

    @api.model
    def _get_guarded_reason(self):
        return self.env._("the buttons of the bug and of its update write it.")

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=bug.name)}
            for bug, vals in zip(self, vals_list, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_linked(self):
        # In sudo mode because tickets of other teams count too.
        if self.sudo().ticket_ids:
            raise UserError(
                self.env._(
                    "Tickets wait for this bug: archive it, or merge it into another."
                )
            )

    # === ACTION METHODS === #

    def action_view_tickets(self):
        """Open the tickets of this bug.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets"),
            "res_model": "helpdesk.ticket",
            "view_mode": "list,form",
            "domain": [("upstream_bug_id", "=", self.id)],
            "context": {"active_test": False},
        }

    def action_plan_next_update(self):
        """Put these bugs on the next weekly update of their company.

        :raise UserError: if the company has no maintenance window
        """
        self.check_access("write")
        for company, bugs in self.grouped("company_id").items():
            self.env["support.update"]._get_next(company)._plan(bugs)

    # === BUSINESS METHODS === #

    def _date_state(self):
        """Note since when the bug is in its state, if nobody has said so."""
        self.ensure_one()
        name = DATES[self.state]
        if not self[name]:
            self[name] = fields.Date.context_today(self)

    def _sync_tickets(self, held):
        """Hold or free the tickets of the bugs whose pending has changed.

        :param dict held: for each bug whom its tickets waited for before
        """
        changed = self.filtered(lambda bug: bug.hold_party != held[bug])
        if changed:
            # In sudo mode because a bug holds tickets of every team.
            changed._get_tickets()._sla_sync_log()

    def _get_tickets(self):
        """Return the tickets linked, archived ones and those of all teams included.

        :rtype: recordset of helpdesk.ticket, in sudo mode
        """
        # In sudo mode because a bug holds tickets of every team.
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(active_test=False)
            .search([("upstream_bug_id", "in", self.ids)])
        )

    def _tell_refusal(self):
        """Bring the tickets of refused bugs back to who is in charge of them."""
        for bug in self:
            for ticket in bug._get_tickets().filtered(
                lambda ticket: not ticket.closed and ticket.active
            ):
                user = ticket.user_id or ticket.team_id.user_id
                if user:
                    ticket.with_context(lang=user.lang).activity_schedule(
                        "mail.mail_activity_data_todo",
                        user_id=user.id,
                        summary=self.env(
                            context=dict(self.env.context, lang=user.lang)
                        )._("The editor refuses to repair “%(bug)s”", bug=bug.name),
                    )

    def _merge_into(self, target):
        """Merge these bugs into another one, which takes all their tickets.

        :param target: a bug of the same company
        :raise UserError: if they cannot be merged
        """
        target.ensure_one()
        sources = self - target
        (sources | target).check_access("write")
        if target.merged_into_id or not target.active:
            raise UserError(
                self.env._(
                    "“%(bug)s” is archived: choose the bug it was merged into.",
                    bug=target.display_name,
                )
            )
        if sources.company_id - target.company_id:
            raise UserError(self.env._("Only bugs of the same company can be merged."))
        tickets = sources._get_tickets()
        # What has been freed already stays free: nobody is told again.
        tickets.with_context(tracking_disable=True).write(
            {"upstream_bug_id": target.id}
        )
        sources.line_ids.filtered(lambda line: line.state == "planned").unlink()
        for field in ("version_ids", "application_ids"):
            target[field] |= sources[field]
        sources._write_guarded({"merged_into_id": target.id, "active": False})
        for bug in sources:
            bug.message_post(
                body=self.env._("Merged into “%(bug)s”.", bug=target.display_name)
            )
            target.message_post(
                body=self.env._("“%(bug)s” was merged into this.", bug=bug.name)
            )

    # === SEARCH === #

    @api.model
    def _alike_get_text(self, query):
        return SQL(
            "concat_ws(' ', %s, %s, %s)",
            self._field_to_sql(query.table, "name", query),
            self._field_to_sql(query.table, "description", query),
            self._field_to_sql(query.table, "module_names", query),
        )

    @api.model
    def _get_public_domain(self, companies):
        """Return which bugs every customer of some companies may know of.

        :param companies: recordset of res.company
        :rtype: Domain
        """
        recent = fields.Datetime.now() - RECENT
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("is_public", "=", True)
            & (Domain("released_at", "=", False) | Domain("released_at", ">=", recent))
        )

    @api.model
    def _find_portal_bugs(self, text):
        """Return the known bugs that a request may be about.

        :param str text: as typed
        :return: as in ``_find_portal_lookalikes``
        :rtype: list[dict]
        """
        # In sudo mode because customers may not read the model: what leaves here is
        # what was written for them.
        bugs = self.sudo()._search_alike(
            text, self._get_public_domain(self.env.company), MAX_FOUND
        )
        return [
            {
                "title": bug.name,
                "detail": bug._get_customer_status(),
                "url": f"/my/updates#bug_{bug.id}",
                "is_external": False,
            }
            for bug in bugs
        ]

    # === TEXTS === #

    @api.model
    def _get_translated_fields(self):
        fields = ["name", "description", "workaround"]
        return [*super()._get_translated_fields(), *fields]

    def _get_customer_notice(self):
        """Return what customers whose ticket waits for this bug read.

        :return: its ``id``, ``title``, ``status``, ``expectation``, ``description``,
            ``workaround``, ``reference`` and ``url``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "id": self.id,
            "title": self.name,
            "status": self._get_customer_status(),
            "expectation": self._get_customer_expectation(),
            "description": self.description or "",
            "workaround": self.workaround or "",
            "reference": self.reference or "" if self.kind == "core" else "",
            "url": self.url or "" if self.kind == "core" else "",
        }

    def _get_customer_status(self):
        """Return the status in words.

        :rtype: str
        """
        self.ensure_one()
        if self.released_at:
            return self.env._("Repaired")
        if self.kind == "generic":
            return {
                "reported": self.env._("Known, being looked into"),
                "accepted": self.env._("Known, the repair is under way"),
                "fixed": self.env._("Repaired, comes with the weekly update"),
                "refused": self.env._("Will not be repaired"),
            }[self.state]
        return {
            "reported": self.env._("Reported to Odoo's editor"),
            "accepted": self.env._("Confirmed by Odoo's editor"),
            "fixed": self.env._("Repaired by Odoo's editor, comes with an update"),
            "refused": self.env._("Odoo's editor will not repair it"),
        }[self.state]

    def _get_customer_expectation(self):
        """Return what may be expected from now on, in plain words.

        :rtype: str
        """
        self.ensure_one()
        update = self.update_id
        if self.released_at:
            return self.env._("The repair is in place.")
        if self.state == "refused":
            return self.env._("We look for another way with you.")
        if update and update.state != "cancelled":
            return self.env._(
                "The repair comes with the weekly update of %(moment)s.",
                moment=update._format_start(),
            )
        if self.kind == "generic":
            return self.env._(
                "The repair comes with a weekly update, whose date is not known yet."
            )
        return self.env._(
            "This is a bug in the core of Odoo: it depends on the editor, and the "
            "resolution may take longer. The time until then is not counted."
        )
