# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import binascii

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SupportModuleCount(models.TransientModel):
    """Count the lines of a zip file, look at the result, write it in the register."""

    _name = "support.module.count"
    _inherit = ["support.guarded.mixin"]
    _description = "Count Lines of Code"
    _support_subjects = ("module_id", "partner_id", "company_id", "line_ids")

    module_id = fields.Many2one(
        comodel_name="support.custom.module",
        string="Custom Module",
        readonly=True,
        help="Count this module only.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    file = fields.Binary(
        string="Zip File",
        help="One or several modules, each in its folder. Nothing in it is executed.",
    )
    filename = fields.Char(string="File Name")
    line_ids = fields.One2many(
        comodel_name="support.module.count.line",
        inverse_name="count_id",
        string="Modules in the File",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_file_size(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_file_size(vals)
        return super().write(vals)

    @api.model
    def _check_file_size(self, vals):
        """Refuse a file that is too large before it is stored anywhere."""
        file = vals.get("file")
        size = len(file) * 3 // 4 if isinstance(file, str | bytes) else 0
        self.env["support.custom.module"]._check_upload_size(size)

    # === ACTION METHODS === #

    def action_count(self):
        """Count the lines and show them; nothing is written in the register yet.

        :raise UserError: if the file is not what it should be
        """
        self.ensure_one()
        self._check_may_register()
        counts = self.env["support.custom.module"]._count_archive(
            self._read_file(), self.filename or ""
        )
        known = self._find_known_modules()
        counts = self._filter_counts(counts)
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    self._prepare_line_vals(count, known.get(count["name"].lower()))
                )
                for count in counts
            ),
        ]
        return self._reopen()

    def action_apply(self):
        """Write the lines counted in the register.

        :raise UserError: if nothing was counted
        """
        self.ensure_one()
        self._check_may_register()
        lines = self.line_ids.filtered("selected")
        if not lines:
            raise UserError(
                self.env._("There is nothing to write: count a file first.")
            )
        known = self._find_known_modules()
        modules = self.env["support.custom.module"]
        new = []
        for line in lines:
            module = known.get(line.name.lower())
            if module:
                module.write(line._prepare_count_vals())
                modules |= module
            else:
                new.append(line._prepare_module_vals())
        modules |= modules.create(new)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omydoo_helpdesk.support_custom_module_action"
        )
        action["domain"] = [("id", "in", modules.ids)]
        return action

    # === BUSINESS METHODS === #

    def _check_may_register(self):
        self.env["support.custom.module"].check_access("create")
        self.module_id.check_access("write")

    def _read_file(self):
        """Return the file.

        :rtype: bytes
        :raise UserError: if there is none
        """
        if not self.file:
            raise UserError(self.env._("Choose the zip file of the modules first."))
        try:
            return base64.b64decode(self.file)
        except (binascii.Error, ValueError):
            return b""  # said to be no zip file, as any other text

    def _find_known_modules(self):
        """Return the customer's modules by their name in lower case.

        :rtype: dict[str, recordset of support.custom.module]
        """
        modules = (
            self.env["support.custom.module"]
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "=", self.partner_id.commercial_partner_id.id),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        return {module.name.lower(): module for module in modules}

    def _filter_counts(self, counts):
        """Return what was counted of the one module asked for, if there is one.

        :param list[dict] counts: of all modules in the file
        :rtype: list[dict]
        :raise UserError: if the module is not in the file
        """
        if not self.module_id:
            return counts
        wanted = self.module_id.name.lower()
        found = [count for count in counts if count["name"].lower() == wanted]
        if not found:
            raise UserError(
                self.env._(
                    "“%(module)s” is not in this file, which holds: %(others)s.",
                    module=self.module_id.name,
                    others=", ".join(count["name"] for count in counts),
                )
            )
        return found

    def _prepare_line_vals(self, count, module):
        """Return the values of a line of the preview.

        :param dict count: what was counted of a module
        :param module: the module in the register, or None
        :rtype: dict
        """
        notes = []
        if count["uncounted"]:
            notes.append(
                self.env._(
                    "Not counted, because they cannot be read as code: %(files)s.",
                    files=", ".join(count["uncounted"]),
                )
            )
        if count["left_out"]:
            notes.append(
                self.env._(
                    "Left out of the count by its manifest: %(files)s.",
                    files=", ".join(count["left_out"]),
                )
            )
        return {
            "name": count["name"],
            "label": count["label"],
            "version": count["version"],
            "line_count": count["line_count"],
            "module_id": module.id if module else False,
            "previous_count": module.line_count if module else 0,
            "note": "\n".join(notes),
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Count Lines of Code"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class SupportModuleCountLine(models.TransientModel):
    _name = "support.module.count.line"
    _inherit = ["support.guarded.mixin"]
    _description = "Lines Counted in a Module"
    _order = "name"
    _support_subjects = ("module_id",)

    count_id = fields.Many2one(
        comodel_name="support.module.count", required=True, ondelete="cascade"
    )
    selected = fields.Boolean(
        string="Write",
        default=True,
        help="Untick what is not to be declared.",
    )
    name = fields.Char(string="Technical Name", required=True, readonly=True)
    label = fields.Char(string="Name for the Customer")
    version = fields.Char(readonly=True)
    line_count = fields.Integer(string="Lines of Code", readonly=True)
    previous_count = fields.Integer(string="Counted Before", readonly=True)
    module_id = fields.Many2one(
        comodel_name="support.custom.module", string="In the Register", readonly=True
    )
    note = fields.Text(readonly=True)

    def _prepare_count_vals(self):
        """Return what a new count changes of a module in the register.

        :rtype: dict
        """
        self.ensure_one()
        today = self.count_id.company_id._get_support_day(fields.Datetime.now())
        vals = {"line_count": self.line_count, "counted_on": today}
        if self.version:
            vals["version"] = self.version
        return vals

    def _prepare_module_vals(self):
        """Return the values of a module that is new in the register.

        :rtype: dict
        """
        return {
            **self._prepare_count_vals(),
            "name": self.name,
            "label": self.label,
            "kind": "module",
            "partner_id": self.count_id.partner_id.id,
            "company_id": self.count_id.company_id.id,
        }
