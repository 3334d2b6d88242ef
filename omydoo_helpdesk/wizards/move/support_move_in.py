# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
from contextlib import contextmanager

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.desk_run import KINDS, NAMED

# After which the manager sees how far it is, and has it go on
SECONDS = 45
# Customers that are known are not listed: there may be thousands.
CUSTOMERS = 200
# By kind, the field of a line that says what is meant
TARGETS = {
    "team": "team_id",
    "stage": "stage_id",
    "category": "category_id",
    "channel": "channel_id",
    "application": "application_id",
    "user": "user_id",
    "customer": "partner_id",
    "priority": "priority",
}


class SupportMoveIn(models.TransientModel):
    """Have a desk move in: look at what does not fit, say what is meant, take it."""

    _name = "support.move.in"
    _inherit = ["support.guarded.mixin"]
    _description = "Move a Desk In"
    _support_subjects = ("company_id", "line_ids")

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    file = fields.Binary(help="In the format of the manual: JSON Lines, or CSV.")
    filename = fields.Char(string="File Name")
    source = fields.Char(
        string="Former Desk",
        help="For a CSV file: what the former desk is called, the same each time.",
    )
    makes = fields.Boolean(
        string="Make What Lacks",
        help="Teams, stages, categories, channels and applications that nothing here "
        "is called as are made.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "File"),
            ("checked", "Looked At"),
            ("going", "Moving"),
            ("done", "Done"),
        ],
        default="draft",
        readonly=True,
    )
    report = fields.Text(readonly=True)
    kept = fields.Text(string="Kept Back", readonly=True)
    line_ids = fields.One2many(
        comodel_name="support.move.in.line",
        inverse_name="move_id",
        string="Names in the File",
    )

    # === ACTION METHODS === #

    def action_check(self):
        """Look at the file and say what does not fit; nothing is taken.

        :return: an action that shows the wizard again
        :raise UserError: if it is no file of a desk
        """
        self.ensure_one()
        run = self._run(dry=True)
        self._write_lines(run)
        self._write_report(run)
        self.state = "checked"
        return self._reopen()

    def action_move_in(self):
        """Take the tickets of the file, for a while: it goes on where it was.

        :return: an action that shows the wizard again
        :raise UserError: if it is no file of a desk
        """
        self.ensure_one()
        run = self._run(seconds=SECONDS)
        self._write_report(run)
        self.state = "done" if run.done else "going"
        return self._reopen()

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it says what the file is.")

    def _run(self, dry=False, seconds=None):
        """Read the file once.

        :param bool dry: whether nothing is taken
        :param float seconds: after which to stop
        :return: what was found
        :rtype: Run
        """
        links = self.env["support.move.link"].with_company(self.company_id)
        links._check_may_move()
        with self._open_file() as stream:
            run = links._open_run(
                stream,
                source=self.source or "",
                mapping=self._get_mapping(),
                makes=self.makes,
                dry=dry,
            )
            links._move_in(stream, run, seconds=seconds)
        return run

    @contextmanager
    def _open_file(self):
        """Open the file where it lies: it may be larger than the memory.

        :return: a binary stream
        :raise UserError: if there is none
        """
        # In sudo mode because nobody reads the file of a field by itself; the wizard
        # is the user's own.
        file_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                Domain("res_model", "=", self._name)
                & Domain("res_field", "=", "file")
                & Domain("res_id", "=", self.id),
                limit=1,
            )
        )
        if not file_sudo:
            raise UserError(self.env._("Choose the file of the former desk first."))
        if file_sudo.store_fname:
            with open(file_sudo._full_path(file_sudo.store_fname), "rb") as stream:
                yield stream
        else:
            yield io.BytesIO(file_sudo.raw)

    def _get_mapping(self):
        """Return what the manager said of the names of the file.

        :return: by kind, names and targets, as ``Run`` has them
        :rtype: dict[str, dict[str, str]]
        """
        mapping = {}
        for line in self.line_ids:
            target = line._get_target()
            if target is not None:
                mapping.setdefault(line.kind, {})[line.name] = target
        return mapping

    def _write_lines(self, run):
        """List the names of the file, and what each means as far as it is known.

        What the manager said stays said.

        :param Run run: what was found
        """
        said = {(line.kind, line.name): line for line in self.line_ids}
        commands = [Command.unlink(line.id) for line in self.line_ids]
        customers = 0
        for (kind, name), count in sorted(
            run.names.items(), key=lambda item: (KINDS.index(item[0][0]), item[0][1])
        ):
            lacks = name in run.lacking.get(kind, ())
            line = said.get((kind, name))
            if kind == "customer" and not line:
                customers += lacks
                if not lacks or customers > CUSTOMERS:
                    continue
            vals = {"kind": kind, "name": name, "count": count, "lacks": lacks}
            if line:
                vals |= {
                    TARGETS[kind]: line._get_value(),
                    "leaves_out": line.leaves_out,
                }
            elif run.found.get((kind, name)):
                vals[TARGETS[kind]] = run.found[kind, name]
            commands.append(Command.create(vals))
        self.line_ids = commands

    def _write_report(self, run):
        links = self.env["support.move.link"]
        self.report = "\n".join(links._get_report(run))
        self.kept = "\n".join(
            self.env._(
                "Line %(line)s, %(name)s: %(reason)s",
                line=line,
                name=name or "–",
                reason=reason,
            )
            for line, name, reason in run.kept[:NAMED]
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move a Desk In"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class SupportMoveInLine(models.TransientModel):
    """A name of the former desk, and what here is meant by it."""

    _name = "support.move.in.line"
    _inherit = ["support.guarded.mixin"]
    _description = "Name of a Former Desk"
    _order = "id"
    _support_subjects = (
        "team_id",
        "stage_id",
        "category_id",
        "channel_id",
        "application_id",
        "user_id",
        "partner_id",
    )

    move_id = fields.Many2one(
        comodel_name="support.move.in", required=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=lambda self: self._selection_kind(), required=True, readonly=True
    )
    name = fields.Char(string="In the File", required=True, readonly=True)
    count = fields.Integer(string="Tickets", readonly=True)
    lacks = fields.Boolean(string="Not Known Here", readonly=True)
    leaves_out = fields.Boolean(
        string="Leave Empty", help="The ticket is taken without it."
    )
    team_id = fields.Many2one(comodel_name="helpdesk.ticket.team")
    stage_id = fields.Many2one(comodel_name="helpdesk.ticket.stage")
    category_id = fields.Many2one(comodel_name="helpdesk.ticket.category")
    channel_id = fields.Many2one(comodel_name="helpdesk.ticket.channel")
    application_id = fields.Many2one(comodel_name="support.application")
    user_id = fields.Many2one(comodel_name="res.users", string="Agent")
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer")
    priority = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]._selection_priority()
    )

    # === BUSINESS METHODS === #

    @api.model
    def _selection_kind(self):
        links = self.env["support.move.link"]
        return [(kind, links._get_kind_label(kind)) for kind in KINDS]

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it says what the file is.")

    def _get_value(self):
        """Return what is meant, as it is written in the field of its kind.

        :return: an id, a priority, or False
        """
        self.ensure_one()
        value = self[TARGETS[self.kind]]
        return value if self.kind == "priority" else value.id

    def _get_target(self):
        """Return what is meant, as a mapping has it.

        :return: None if nothing is said
        :rtype: str or None
        """
        self.ensure_one()
        if self.leaves_out:
            return ""
        value = self._get_value()
        return f"#{value}" if value else None
