# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

MAX_CANDIDATES = 5


class HelpdeskTicketKnownBug(models.TransientModel):
    """Says that a ticket is the same as a known bug, or reports a new one."""

    _name = "helpdesk.ticket.known.bug"
    _inherit = ["support.guarded.mixin"]
    _description = "Link to a Known Bug"
    _support_subjects = ("ticket_ids", "bug_id")

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        required=True,
        default=lambda self: self._get_default_tickets(),
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    request = fields.Text(compute="_compute_request", string="What Was Asked")
    candidate_ids = fields.Many2many(
        comodel_name="support.upstream.bug",
        compute="_compute_candidate_ids",
        string="Known Bugs That Look Alike",
    )
    action = fields.Selection(
        selection=[
            ("same", "The same as a known bug"),
            ("new", "A new bug"),
        ],
        required=True,
        default="same",
        help="Choose a bug that is known, or describe a new one.",
    )
    bug_id = fields.Many2one(
        comodel_name="support.upstream.bug",
        string="Known Bug",
        compute="_compute_bug_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
        help="The request waits for its correction, and is told of it.",
    )
    name = fields.Char(
        string="Title",
        help="What every customer concerned reads: nothing in it may point to one.",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["support.upstream.bug"]
        ._fields["kind"]
        .selection,
        default="core",
        help="Who corrects it: a bug of the core waits for the editor.",
    )
    reference = fields.Char(help="Number of the report at the editor.")
    url = fields.Char(string="Address")
    version_ids = fields.Many2many(
        comodel_name="support.odoo.version",
        string="Odoo Versions",
        help="The versions of Odoo that have it.",
    )
    module_names = fields.Char(
        string="Modules",
        help="Technical names of the modules it is in, by which it is found again.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_default_tickets(self):
        if self.env.context.get("active_model") != "helpdesk.ticket":
            return False
        return [Command.set(self.env.context.get("active_ids") or [])]

    @api.depends("ticket_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.ticket_ids.company_id[:1]

    @api.depends("ticket_ids")
    def _compute_request(self):
        for wizard in self:
            wizard.request = "\n\n".join(
                f"{ticket.name}\n{html2plaintext(ticket.description or '')}".strip()
                for ticket in wizard.ticket_ids
            )

    @api.depends("ticket_ids")
    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = wizard._find_candidates()

    @api.depends("candidate_ids")
    def _compute_bug_id(self):
        for wizard in self:
            wizard.bug_id = wizard.bug_id or wizard.candidate_ids[:1]._origin

    # === ACTION METHODS === #

    def action_confirm(self):
        """Link the tickets to the bug, which is created if it is new.

        :return: an action that closes the wizard
        :rtype: dict
        :raise UserError: if something is missing
        """
        self.ensure_one()
        self.ticket_ids.check_access("write")
        if not self.ticket_ids:
            raise UserError(self.env._("Choose a ticket first."))
        if len(self.ticket_ids.company_id) > 1:
            raise UserError(self.env._("These tickets are of several companies."))
        bug = self._create_bug() if self.action == "new" else self.bug_id
        if not bug:
            raise UserError(self.env._("Choose the known bug."))
        bug.check_access("read")
        self.ticket_ids.write({"upstream_bug_id": bug.id})
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _create_bug(self):
        """Create the bug: nothing that the customer wrote goes into it.

        :rtype: recordset of support.upstream.bug
        :raise UserError: if it has no title
        """
        if not (self.name or "").strip():
            raise UserError(self.env._("Give the bug a title that customers may read."))
        return self.env["support.upstream.bug"].create(self._prepare_bug_vals())

    def _prepare_bug_vals(self):
        return {
            "name": self.name.strip(),
            "kind": self.kind,
            "reference": self.reference,
            "url": self.url,
            "version_ids": [Command.set(self.version_ids.ids)],
            "module_names": self.module_names,
            "application_ids": [Command.set(self.ticket_ids.application_id.ids)],
            "company_id": self.company_id.id,
        }

    def _find_candidates(self):
        """Return the known bugs that look like the tickets, the most alike first.

        :rtype: recordset of support.upstream.bug
        """
        self.ensure_one()
        Bug = self.env["support.upstream.bug"]
        domain = Domain("company_id", "in", self.ticket_ids.company_id.ids)
        found = Bug
        for ticket in self.ticket_ids[:MAX_CANDIDATES]:
            found |= Bug._search_alike(ticket.name or "", domain, MAX_CANDIDATES)
        if self.ticket_ids.application_id:
            found |= Bug.search(
                domain
                & Domain("application_ids", "in", self.ticket_ids.application_id.ids)
                & Domain("released_at", "=", False),
                limit=MAX_CANDIDATES,
            )
        return found[:MAX_CANDIDATES]


class SupportUpstreamBugMerge(models.TransientModel):
    """Merges known bugs that are one: the one that stays takes all tickets."""

    _name = "support.upstream.bug.merge"
    _inherit = ["support.guarded.mixin"]
    _description = "Merge Known Bugs"
    _support_subjects = ("bug_ids", "target_id")

    bug_ids = fields.Many2many(
        comodel_name="support.upstream.bug",
        string="Known Bugs",
        required=True,
        default=lambda self: self._get_default_bugs(),
    )
    target_id = fields.Many2one(
        comodel_name="support.upstream.bug",
        string="The One That Stays",
        required=True,
        default=lambda self: self._get_default_target(),
        domain="[('id', 'in', bug_ids)]",
    )

    @api.model
    def _get_default_bug_ids(self):
        if self.env.context.get("active_model") != "support.upstream.bug":
            return []
        return self.env.context.get("active_ids") or []

    @api.model
    def _get_default_bugs(self):
        return [Command.set(self._get_default_bug_ids())]

    @api.model
    def _get_default_target(self):
        # The oldest is the one that others know.
        return min(self._get_default_bug_ids(), default=False)

    def action_confirm(self):
        """Merge the bugs.

        :return: an action that opens the one that stays
        :rtype: dict
        :raise UserError: if there are not two, or they cannot be merged
        """
        self.ensure_one()
        if not self.bug_ids - self.target_id:
            raise UserError(self.env._("Choose at least two bugs."))
        self.bug_ids._merge_into(self.target_id)
        return self.target_id._get_records_action()


class SupportUpdateFail(models.TransientModel):
    """Moves what failed in a weekly update to a later one, with the reason."""

    _name = "support.update.fail"
    _inherit = ["support.guarded.mixin"]
    _description = "Move to a Later Update"
    _support_subjects = ("line_ids", "update_id")

    line_ids = fields.Many2many(
        comodel_name="support.update.line",
        string="Content",
        required=True,
        default=lambda self: self._get_default_lines(),
    )
    reason = fields.Char(required=True)
    update_id = fields.Many2one(
        comodel_name="support.update",
        string="Later Update",
        domain="[('state', '=', 'planned')]",
        help="Empty means the next one of the company.",
    )

    @api.model
    def _get_default_lines(self):
        if self.env.context.get("active_model") != "support.update.line":
            return False
        return [Command.set(self.env.context.get("active_ids") or [])]

    def action_confirm(self):
        """Move the lines.

        :return: an action that closes the wizard
        :rtype: dict
        :raise UserError: if there is no reason, or nothing to move
        """
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why it is moved."))
        lines = self.line_ids.filtered(lambda line: line.state == "planned")
        if not lines:
            raise UserError(self.env._("There is nothing planned among these."))
        for update, group in lines.grouped("update_id").items():
            later = self.update_id or update._get_next(
                update.company_id, update.scheduled_at
            )
            if later == update or later.company_id != update.company_id:
                raise UserError(
                    self.env._("Choose a later update of the same company.")
                )
            group._fail(self.reason.strip(), later)
        return {"type": "ir.actions.act_window_close"}
