# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    support_phone = fields.Char(related="company_id.support_phone", readonly=False)
    support_sale_product_id = fields.Many2one(
        related="company_id.support_sale_product_id", readonly=False
    )
    support_count_validity_days = fields.Integer(
        related="company_id.support_count_validity_days", readonly=False
    )
    support_charter_acceptance = fields.Selection(
        related="company_id.support_charter_acceptance", readonly=False
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
    support_consent_days = fields.Integer(
        related="company_id.support_consent_days", readonly=False
    )
    support_backup_max_age = fields.Integer(
        related="company_id.support_backup_max_age", readonly=False
    )
