# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import SEALED
from ...tools import charter_text


class SupportCharter(models.Model):
    """A version of the charter: one is published per company, never edited again."""

    _name = "support.charter"
    _inherit = ["support.thread.mixin", "mail.thread", "support.guarded.mixin"]
    _description = "Support Charter"
    _order = "company_id, version desc, id desc"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("published", "Published"),
            ("superseded", "Superseded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    is_minor = fields.Boolean(
        string="Correction Only",
        copy=False,
        help="Corrects a typo and changes no obligation: who has accepted the version "
        "before it is not asked again.",
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    section_ids = fields.One2many(
        comodel_name="support.charter.section",
        inverse_name="charter_id",
        copy=True,
    )
    acceptance_ids = fields.One2many(
        comodel_name="support.charter.acceptance",
        inverse_name="charter_id",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    acceptance_count = fields.Integer(
        compute="_compute_acceptance_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    publish_notice = fields.Text(
        compute="_compute_publish_notice",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="What follows for customers when this version is published.",
    )

    _published_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'published'",
        "A company has one published charter: publish the new version instead.",
    )
    _version_uniq = models.UniqueIndex(
        "(company_id, version) WHERE version > 0",
        "Another version of the charter has got this number: try again.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "version")
    def _compute_display_name(self):
        for charter in self:
            if charter.version:
                charter.display_name = f"{charter.name} (v{charter.version})"
            else:
                charter.display_name = charter.name

    @api.depends("acceptance_ids")
    def _compute_acceptance_count(self):
        counts = dict(
            self.env["support.charter.acceptance"]._read_group(
                Domain("charter_id", "in", self.ids), ["charter_id"], ["__count"]
            )
        )
        for charter in self:
            charter.acceptance_count = counts.get(charter, 0)

    # Before a version is published only: it counts people.
    @api.depends("state", "company_id", "is_minor")
    @api.depends_context("lang")
    def _compute_publish_notice(self):
        for charter in self:
            charter.publish_notice = (
                charter.state == "draft" and charter._get_publish_notice()
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "section_ids")
    def _check_published_has_text(self):
        for charter in self:
            if charter.state == "published" and not charter.section_ids:
                raise ValidationError(
                    self.env._("A charter without any section cannot be published.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        charters = super().create(vals_list)
        charters._set_next_version()
        self.env.registry.clear_cache()
        return charters

    def write(self, vals):
        self._check_guarded([vals])
        if self._get_frozen_fields() & set(vals):
            self._check_is_draft()
        res = super().write(vals)
        if {"state", "company_id"} & set(vals):
            self.env.registry.clear_cache()
        if "company_id" in vals:
            self._set_next_version()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # The road of the translation dialog, which does not pass by write().
        self._check_is_draft()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(charter.state != "draft" for charter in self):
            raise UserError(
                self.env._("A charter that customers have read cannot be deleted.")
            )

    @api.model
    def _get_frozen_fields(self):
        """Return the fields that customers have read once the version is published.

        :rtype: set[str]
        """
        return {"name", "company_id", "is_minor", "section_ids"}

    def _check_is_draft(self):
        """Refuse to change a text that customers have read.

        :raise UserError: if one of the versions is not a draft
        """
        if any(charter.state != "draft" for charter in self):
            raise UserError(
                self.env._(
                    "This version of the charter is published and cannot be changed: "
                    "make a new version of it."
                )
            )

    @api.model
    def _get_guarded_fields(self):
        fields = ("state", "version", "published_on")
        return super()._get_guarded_fields() | dict.fromkeys(fields, SEALED)

    @api.model
    def _get_guarded_reason(self):
        return self.env._("publish the charter to change its state and its number.")

    # === ACTION METHODS === #

    def action_ask_publish(self):
        """Open what follows from publishing this version, to be confirmed.

        :return: the action
        :rtype: dict
        :raise UserError: if this version cannot be published
        """
        self.ensure_one()
        self.check_access("write")
        self._check_publishable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Publish Version %(version)s", version=self.version),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("omydoo_helpdesk.support_charter_view_publish").id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_publish(self):
        """Publish this version; the one published until now is superseded.

        :raise UserError: if this version is not a draft, or says nothing new
        """
        self.check_access("write")
        for charter in self:
            charter._check_publishable()
            others = charter._get_other_versions()
            known = others.filtered(lambda c: c.state != "draft")
            known.filtered(lambda c: c.state == "published")._write_guarded(
                {"state": "superseded"}
            )
            # The unique index must see the old one gone first.
            self.env.flush_all()
            vals = {"state": "published", "published_on": fields.Datetime.now()}
            if charter.version <= max(known.mapped("version"), default=0):
                vals["version"] = max(others.mapped("version")) + 1
            charter._write_guarded(vals)

    def action_new_version(self):
        """Copy this version as a draft with the next number, and open it.

        :return: the action
        :rtype: dict
        """
        self.ensure_one()
        draft = self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def action_preview(self):
        """Open the page as customers will read it.

        :return: the action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/support/charter/{self.id}/preview",
            "target": "new",
        }

    def action_view_acceptances(self):
        """List who accepted this version.

        :return: the action
        :rtype: dict
        """
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "omydoo_helpdesk.support_charter_acceptance_action"
            ),
            "domain": [("charter_id", "=", self.id)],
        }

    # === BUSINESS METHODS - VERSIONS === #

    def _check_publishable(self):
        """Check that customers would read something new.

        :raise UserError: otherwise
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("Only a draft can be published: make a new version.")
            )
        published = self._get_published(self.company_id)
        if published and self._has_text_of(published):
            raise UserError(
                self.env._(
                    "This version says the same as version %(version)s, which is in "
                    "force: customers would be asked to accept it again for nothing. "
                    "Change its text first.",
                    version=published.version,
                )
            )

    def _has_text_of(self, other):
        """Say whether customers read the same in another version, in each language.

        :param other: recordset of support.charter
        :rtype: bool
        """
        self.ensure_one()
        return all(
            self.with_context(lang=lang)._get_text()
            == other.with_context(lang=lang)._get_text()
            for lang, _name in self.env["res.lang"].get_installed()
        )

    def _get_publish_notice(self):
        """Return what follows for customers when this version is published.

        :rtype: str
        """
        self.ensure_one()
        published = self._get_published(self.company_id)
        if self.company_id.support_charter_acceptance == "none":
            return self.env._(
                "Customers read this version from now on. The settings ask nobody to "
                "accept it."
            )
        if not published:
            return self.env._(
                "Customers read this version from now on, and accept it with their "
                "next request."
            )
        accepted = self.env["support.charter.acceptance"].search(
            Domain("charter_id", "in", published._get_equivalents().ids)
        )
        values = {
            "version": published.version,
            # In sudo mode because contacts are only counted.
            "people": len(accepted.sudo().partner_id.filtered("active")),
            "customers": len(accepted.sudo().commercial_partner_id),
        }
        if not accepted:
            return self.env._(
                "Customers read this version from now on, and accept it with their "
                "next request. Nobody has accepted version %(version)s.",
                version=published.version,
            )
        if self.is_minor:
            return self.env._(
                "A correction only: version %(version)s stays accepted by those who "
                "accepted it (%(people)s people of %(customers)s customers), and "
                "nobody is asked again.",
                **values,
            )
        return self.env._(
            "Everybody accepts again: with their next request, the %(people)s people "
            "(of %(customers)s customers) who accepted version %(version)s are shown "
            "what changed and asked to accept this one. If it only corrects words, "
            "tick “Correction Only” instead.",
            **values,
        )

    @api.model
    def _get_published(self, company):
        """Return the charter in force of one of our companies.

        :param company: recordset of res.company
        :rtype: recordset of support.charter, empty where none is published
        """
        return self.browse(self._find_published(company.id))

    @api.model
    @ormcache("company_id")
    def _find_published(self, company_id):
        # In sudo mode because the answer is kept for everybody; it is an id, and no
        # right to read the charter.
        return (
            self.sudo()
            .search(
                [("company_id", "=", company_id), ("state", "=", "published")], limit=1
            )
            .id
        )

    def _get_other_versions(self):
        """Return the other versions of the same company, whoever may read them.

        :rtype: recordset of support.charter
        """
        self.ensure_one()
        # A few records for each company.
        return self.search(
            Domain("company_id", "=", self.company_id.id) & Domain("id", "!=", self.id)
        )

    def _set_next_version(self):
        for charter in self:
            others = charter._get_other_versions()
            version = max(others.mapped("version"), default=0) + 1
            charter._write_guarded({"version": version})

    def _get_equivalents(self):
        """Return this version and those whose acceptance is worth as much.

        A correction asks nothing again of who accepted the version that it corrects.

        :rtype: recordset of support.charter
        """
        self.ensure_one()
        versions = self
        if not self.is_minor:
            return versions
        for older in self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "superseded")
            & Domain("version", "<", self.version),
            order="version desc",
        ):
            versions += older
            if not older.is_minor:
                break
        return versions

    # === BUSINESS METHODS - TEXT === #

    def _get_sections(self):
        """Return the sections as plain text, in the language of the context.

        :rtype: list[support_charter_text.Section]
        """
        self.ensure_one()
        return [
            charter_text.Section(
                section.kind, section.name, charter_text.to_lines(section.body)
            )
            for section in self.section_ids
        ]

    def _get_text(self):
        """Return the text that is accepted, in the language of the context.

        :rtype: str
        """
        self.ensure_one()
        return charter_text.to_text(self.name, self._get_sections())

    def _get_hash(self):
        """Return the hash of the text, in the language of the context.

        :return: SHA-256 of the text in UTF-8, in hexadecimal
        :rtype: str
        """
        return charter_text.get_hash(self._get_text())

    def _find_lang(self, digest):
        """Return the language in which the text has a hash.

        :param str digest: as shown with the text
        :return: the code of the language, the context's one first; empty for none
        :rtype: str
        """
        self.ensure_one()
        current = self.env.lang or "en_US"
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        for lang in (current, *(code for code in installed if code != current)):
            if self.with_context(lang=lang)._get_hash() == digest:
                return lang
        return ""

    def _get_changes(self, previous):
        """Return what changed since an earlier version, in the context's language.

        :param previous: recordset of support.charter, perhaps empty
        :return: for each section that changed its ``status``, a ``label`` for it, its
            ``title``, and the ``lines`` that changed, as HTML
        :rtype: list[dict]
        """
        self.ensure_one()
        if not previous:
            return []
        previous = previous.with_env(self.env)
        labels = {
            charter_text.ADDED: self.env._("Added:"),
            charter_text.REMOVED: self.env._("Removed:"),
        }
        statuses = {
            charter_text.ADDED: self.env._("New section"),
            charter_text.REMOVED: self.env._("Section removed"),
            charter_text.CHANGED: self.env._("Section changed"),
        }
        return [
            {
                "status": change.status,
                "label": statuses[change.status],
                "title": charter_text.to_markup(change.title, labels),
                "lines": [
                    charter_text.to_markup(line.parts, labels) for line in change.lines
                ],
            }
            for change in charter_text.compare(
                previous._get_sections(), self._get_sections()
            )
        ]


class SupportCharterSection(models.Model):
    """A part of the charter, in the order and the words in which it is read."""

    _name = "support.charter.section"
    _description = "Support Charter Section"
    _order = "charter_id, sequence, id"

    charter_id = fields.Many2one(
        comodel_name="support.charter",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=[
            ("scope", "In scope"),
            ("out_of_scope", "Out of scope"),
            ("contact", "Contact and deadlines"),
            ("good_practice", "Good practice"),
            ("backup", "Backups and tests"),
            ("contract", "Contract"),
        ],
        required=True,
    )
    name = fields.Char(string="Title", required=True, translate=True)
    body = fields.Html(translate=True, sanitize_style=True, required=True)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sections = super().create(vals_list)
        sections.charter_id._check_is_draft()
        return sections

    def write(self, vals):
        self.charter_id._check_is_draft()
        res = super().write(vals)
        if "charter_id" in vals:
            # Nor may a section be slipped into a published version.
            self.charter_id._check_is_draft()
        return res

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # The road of the translation dialog, which does not pass by write().
        self.charter_id._check_is_draft()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.charter_id._check_is_draft()
