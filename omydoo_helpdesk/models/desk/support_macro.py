# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...const import ASSIGNMENTS, MACRO_PLACEHOLDERS
from ...tools.macro import find_names


class SupportMacro(models.Model):
    """An answer that is ready, with what is done when it is sent.

    Its text is in the language of whoever reads it, and holds placeholders of a closed
    list: whoever writes a macro writes no code, whatever their rights on templates.
    """

    _name = "support.macro"
    _inherit = ["support.untranslated.mixin"]
    _description = "Macro"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: of all companies."
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Teams",
        help="Whose people use it; empty: everybody.",
    )
    body = fields.Html(
        string="Message",
        # As a whole: a text has its own paragraphs in each language. With any other
        # way to sanitise, Odoo has it translated piece by piece.
        translate=True,
        sanitize="email_outgoing",
        help="Sent to the customer, in their language. Empty: nothing is sent.",
    )
    stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        ondelete="restrict",
        help="Where the ticket goes; one that holds the clock holds it.",
    )
    tag_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.tag",
        string="Tags Added",
    )
    assignment = fields.Selection(
        selection=ASSIGNMENTS,
        string="Given To",
        help="Empty: whoever has the ticket keeps it.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        domain="[('share', '=', False)]",
        compute="_compute_user_id",
        store=True,
        readonly=False,
    )
    minutes = fields.Integer(
        string="Minutes Spent", help="Recorded as your time. Zero: none."
    )
    time_note = fields.Char(string="Time Description", help="For your colleagues.")

    _minutes_range = models.Constraint(
        "CHECK (minutes >= 0 AND minutes <= 1440)",
        "A macro records no more than a day, and no negative time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("assignment")
    def _compute_user_id(self):
        for macro in self:
            macro.user_id = macro.assignment == "user" and macro.user_id

    # === CONSTRAINT METHODS === #

    @api.constrains("body")
    def _check_placeholders(self):
        for macro in self:
            bodies = macro._fields["body"]._get_stored_translations(macro) or {}
            for body in bodies.values():
                unknown = sorted({*find_names(body)} - {*MACRO_PLACEHOLDERS})
                if unknown:
                    raise ValidationError(
                        self.env._(
                            "“%(macro)s”: there is no placeholder “%(name)s”. There "
                            "are: %(names)s.",
                            macro=macro.name,
                            name=unknown[0],
                            names=", ".join(MACRO_PLACEHOLDERS),
                        )
                    )

    @api.constrains("assignment", "user_id")
    def _check_user(self):
        for macro in self:
            if macro.assignment == "user" and not macro.user_id:
                raise ValidationError(
                    self.env._(
                        "Say to whom “%(macro)s” gives tickets.", macro=macro.name
                    )
                )

    # === CRUD METHODS === #

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        res = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if field_name == "body":
            # Odoo does not check what is translated.
            self._check_placeholders()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_translated_fields(self):
        return [*super()._get_translated_fields(), "body"]

    @api.model
    def _get_usable_domain(self, team, company):
        """Return which macros are for the tickets of a team and company.

        :param team: of the tickets, maybe none
        :param company: of the tickets
        :rtype: Domain
        """
        return Domain("company_id", "in", [False, company.id]) & (
            Domain("team_ids", "=", False) | Domain("team_ids", "in", team.ids)
        )
