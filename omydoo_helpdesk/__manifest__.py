# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Helpdesk for Odoo Integrators",
    "summary": "Support desk under a charter: scope, SLA, custom code, conversion",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "After-Sales",
    "website": "https://github.com/omydoo/omydoo_helpdesk",
    "author": "Omydoo",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        # OCA
        "helpdesk_mgmt",
        "helpdesk_mgmt_project",
        "helpdesk_mgmt_sale",
        "helpdesk_ticket_partner_response",
        "subscription_oca",
        # Odoo
        "portal",
        "sale_management",
        "sale_timesheet",
    ],
    "data": [
        "security/support_security.xml",
        "security/ir.model.access.csv",
        # Data
        "data/helpdesk_ticket_category_data.xml",
        "data/helpdesk_ticket_stage_data.xml",
        "data/support_application_data.xml",
        "data/support_charter_data.xml",
        "data/mail_activity_type_data.xml",
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        # Wizards that the views below open
        "wizards/helpdesk_ticket_scope_override_views.xml",
        "wizards/helpdesk_ticket_phone_views.xml",
        "wizards/helpdesk_ticket_subscription_views.xml",
        "wizards/support_module_count_views.xml",
        "wizards/support_sla_answer_views.xml",
        "wizards/support_sla_correction_views.xml",
        # Views
        "views/sla_why_templates.xml",
        "views/support_panel_templates.xml",
        "views/support_application_views.xml",
        "views/support_plan_views.xml",
        "views/support_custom_module_views.xml",
        "views/support_charter_views.xml",
        "views/sale_subscription_views.xml",
        "views/helpdesk_ticket_category_views.xml",
        "views/helpdesk_ticket_channel_views.xml",
        "views/helpdesk_ticket_stage_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/helpdesk_ticket_list_views.xml",
        "views/helpdesk_ticket_report_views.xml",
        "views/project_project_views.xml",
        "views/product_template_views.xml",
        "views/res_config_settings_views.xml",
        # Reports
        "report/helpdesk_ticket_scope_views.xml",
        "report/support_coverage_report_views.xml",
        # Wizards
        "wizards/helpdesk_ticket_convert_views.xml",
        "views/charter_templates.xml",
        "views/portal_templates.xml",
        "views/portal_form_templates.xml",
        "views/portal_plan_templates.xml",
        # Last: names the actions above
        "views/menus.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/helpdesk_mgmt_demo.xml",
        "demo/res_partner_demo.xml",
        "demo/res_users_demo.xml",
        "demo/helpdesk_ticket_team_demo.xml",
        "demo/product_demo.xml",
        "demo/support_plan_demo.xml",
        "demo/sale_subscription_demo.xml",
        "demo/support_custom_module_demo.xml",
        "demo/sale_order_demo.xml",
        # Last: need all of the above
        "demo/helpdesk_ticket_demo.xml",
        "demo/helpdesk_ticket_history_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "omydoo_helpdesk/static/src/core/remaining.esm.js",
            "omydoo_helpdesk/static/src/components/**/*",
        ],
        "web.assets_frontend": [
            "omydoo_helpdesk/static/src/scss/portal.scss",
            "omydoo_helpdesk/static/src/core/remaining.esm.js",
            "omydoo_helpdesk/static/src/interactions/*.esm.js",
        ],
        "web.assets_tests": [
            "omydoo_helpdesk/static/tests/tours/*.esm.js",
        ],
    },
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
