# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an upgrade may change, each with its reason. Everything else stays."""

# Odoo's picture of the code: written from the sources at each update. What matters of
# it is checked apart: that nothing is left of what is gone, that names keep their
# records, that every view opens.
PICTURE = {
    "ir_actions",
    "ir_act_client",
    "ir_act_report_xml",
    "ir_act_server",
    "ir_act_server_group_rel",
    "ir_actions_server_history",
    "ir_act_url",
    "ir_act_window",
    "ir_act_window_group_rel",
    "ir_act_window_view",
    "ir_asset",
    "ir_model",
    "ir_model_access",
    "ir_model_constraint",
    "ir_model_data",
    "ir_model_fields",
    "ir_model_fields_group_rel",
    "ir_model_fields_selection",
    "ir_model_inherit",
    "ir_model_relation",
    "ir_rule",
    "ir_ui_menu",
    "ir_ui_menu_group_rel",
    "ir_ui_view",
    "rule_group_rel",
}
# Written by running Odoo at all.
TRACES = {
    "base_registry_signaling",
    "bus_bus",
    "ir_cron_trigger",
    "ir_logging",
    "orm_signaling_registry",
}
# Wizards that somebody left open: their rows are deleted within the day.
TRANSIENT = {
    "helpdesk_ticket_convert",
    "helpdesk_ticket_convert_line",
    "helpdesk_ticket_handover",
}
IGNORED_TABLES = PICTURE | TRACES | TRANSIENT
# By whom and when a row was written, where our data files write at each update: what
# they write is compared.
TOUCHED = {"write_date", "write_uid"}
IGNORED_COLUMNS = {
    # Read from the manifests and views at each update: what counts is which modules
    # there are, and which of them are installed.
    "ir_module_module": {
        "application",
        "author",
        "contributors",
        "description",
        "icon",
        "latest_version",
        "maintainer",
        "menus_by_module",
        "published_version",
        "reports_by_module",
        "sequence",
        "shortdesc",
        "summary",
        "url",
        "views_by_module",
        "website",
        *TOUCHED,
    },
    # Fields that are new in 19.0.2.0.0 are computed: whom a held ticket waits for, who
    # handed it over, whose turn it is, what was credited of a pack.
    "helpdesk_ticket": TOUCHED,
    "sale_order_line": TOUCHED,
    # How long the editor has had a bug.
    "support_upstream_bug": TOUCHED,
    # Written where a stage sends our mail instead of OCA's: see EXPECTED.
    "helpdesk_ticket_stage": TOUCHED,
    "res_groups": TOUCHED,
    "res_groups_privilege": TOUCHED,
    "res_partner": TOUCHED,
}
# A condition in SQL on the rows that are compared.
IGNORED_ROWS = {
    # Made of the sources whenever a page is asked for.
    "ir_attachment": "COALESCE(url, '') NOT LIKE '/web/assets/%'",
    # What Odoo notes on an action or a job of ours that is new (see the picture), and
    # on the product of the demo that is; and mails that were sent, which had no words
    # in the thread before 19.0.2.0.0.
    "mail_message": """
        COALESCE(model, '') NOT IN ('ir.actions.server', 'ir.cron')
        AND (COALESCE(model, ''), COALESCE(res_id, 0)) NOT IN (
            SELECT note.model, note.res_id
              FROM product_product product
              JOIN ir_model_data data ON data.res_id = product.id
        CROSS JOIN LATERAL (
                VALUES ('product.product', product.id),
                       ('product.template', product.product_tmpl_id)
            ) AS note(model, res_id)
             WHERE data.model = 'product.product'
               AND data.module = 'omydoo_helpdesk'
               AND data.name = 'product_support_beyond_demo'
        )
        AND NOT (
            COALESCE(model, '') = 'helpdesk.ticket'
            AND message_type = 'email_outgoing'
            AND id IN (SELECT mail_message_id FROM mail_mail)
        )
    """,
    # Of the demo: answers that are ready, new in 19.0.2.0.0.
    "mail_canned_response": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'mail.canned.response' AND module = 'omydoo_helpdesk'
        )
    """,
    "mail_canned_response_res_groups_rel": "FALSE",
    # New in 19.0.2.0.0: who looks after a pack is told when it is cut, or has ended,
    # whoever answers a ticket that the next response is due or missed, and who looks
    # after a ticket when its hold has ended.
    "mail_activity_type": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'mail.activity.type'
               AND module = 'omydoo_helpdesk'
               AND name IN (
                   'mail_activity_type_pack_taken_back',
                   'mail_activity_type_pack_ended',
                   'mail_activity_type_next_response_risk',
                   'mail_activity_type_next_response_breach',
                   'mail_activity_type_hold_ended'
               )
        )
    """,
    # Where what the customer left unanswered is closed, new in 19.0.2.0.0.
    "helpdesk_ticket_stage": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'helpdesk.ticket.stage'
               AND module = 'omydoo_helpdesk'
               AND name = 'helpdesk_ticket_stage_silence'
        )
    """,
    # Who reads what support earns, new in 19.0.2.0.0.
    "res_groups": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'res.groups'
               AND module = 'omydoo_helpdesk'
               AND name = 'support_group_earnings'
        )
    """,
    "res_groups_privilege": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'res.groups.privilege'
               AND module = 'omydoo_helpdesk'
               AND name = 'support_privilege_earnings'
        )
    """,
    # Of the demo: the service that sells hours beyond a plan, new in 19.0.2.0.0.
    "product_product": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'product.product'
               AND module = 'omydoo_helpdesk'
               AND name = 'product_support_beyond_demo'
        )
    """,
    "product_template": """
        id NOT IN (
            SELECT product.product_tmpl_id
              FROM product_product product
              JOIN ir_model_data data ON data.res_id = product.id
             WHERE data.model = 'product.product'
               AND data.module = 'omydoo_helpdesk'
               AND data.name = 'product_support_beyond_demo'
        )
    """,
    "product_supplier_taxes_rel": """
        prod_id NOT IN (
            SELECT product.product_tmpl_id
              FROM product_product product
              JOIN ir_model_data data ON data.res_id = product.id
             WHERE data.model = 'product.product'
               AND data.module = 'omydoo_helpdesk'
               AND data.name = 'product_support_beyond_demo'
        )
    """,
    # The paper of a review, new in 19.0.2.0.0.
    "report_paperformat": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'report.paperformat'
               AND module = 'omydoo_helpdesk'
               AND name = 'support_review_paperformat'
        )
    """,
    # Jobs that are new in 19.0.2.0.0: holds that end, customers who do not answer,
    # reviews to draft, clocks to run again after an edit.
    "ir_cron": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'ir.cron'
               AND module = 'omydoo_helpdesk'
               AND name IN (
                   'ir_cron_assignment', 'ir_cron_hold_ends', 'ir_cron_silence',
                   'ir_cron_review_draft', 'ir_cron_clock_refresh'
               )
        )
    """,
    # New in 19.0.2.0.0: what customers of open tickets wrote after the last answer.
    "support_ticket_event": "kind != 'asked'",
    # The mails of the desk, new in 19.0.2.0.0.
    "mail_template": """
        id NOT IN (
            SELECT res_id
              FROM ir_model_data
             WHERE model = 'mail.template'
               AND module = 'omydoo_helpdesk'
               AND name NOT IN (
                   'mail_template_conversion', 'mail_template_pack_alert',
                   'mail_template_receipt_charter', 'mail_template_charter'
               )
        )
    """,
}
# How the sentence on a difference starts that a version makes on purpose, and why: say
# it in the readme's history too.
EXPECTED = {
    "mail_template_ir_actions_report_rel (": (
        "the mail of a quotation has the quotation with it: new in 19.0.2.0.0"
    ),
    "res_groups_implied_rel (": (
        "who reads what support earns manages the desk: new in 19.0.2.0.0"
    ),
    "res_groups_report_rel (": ("only the desk prints reviews: new in 19.0.2.0.0"),
    "helpdesk_ticket helpdesk_ticket__scope_index: was": (
        "the lists of what is to be qualified are read by an index with their order"
    ),
    "helpdesk_ticket helpdesk_ticket_customer_idx: was": (
        "a page of the customer's list reads no other ticket than those on it"
    ),
    "helpdesk_ticket helpdesk_ticket_customer_stage_idx: was": (
        "the counts of who sees their own tickets only read no ticket"
    ),
    "helpdesk_ticket helpdesk_ticket_contact_idx: was": (
        "what a contact filed is counted and looked up, and not read"
    ),
    "helpdesk_ticket helpdesk_ticket_content_text_idx: was": (
        "words of the content are found by a function that does less for most texts"
    ),
    "support_filing_counter": (
        "what customers send is counted one by one, and forgotten within a day"
    ),
    "support_charter_acceptance support_charter_acceptance_person_uniq: was": (
        "who accepted what once is told by what no merge of contacts changes, or Odoo "
        "deletes the proofs"
    ),
    "rating_rating 31: new": (
        "Odoo draws a mail that is loaded once, to see that it can be: the one that "
        "asks for an opinion makes its token, as Odoo's own do"
    ),
    "support_production_change 8: state was": (
        "an agreement that was withdrawn reads so, and not as refused"
    ),
}
EXPECTED |= {
    f"mail_template {template}: {field} was": (
        "the mails of a conversion, of a pack and of the charter have the words and "
        "the look of the others, unless somebody edited them"
    )
    # in the order of the data: conversion, pack, charter with a receipt, charter
    for template in (25, 26, 27, 28)
    for field in ("body_html", "subject", "lang", "email_from")
}
EXPECTED |= {
    f"helpdesk_ticket_stage {stage}: mail_template_id was": (
        "OCA's mail of a closed request greets the agent, and tells the customer "
        "nothing: the closing stages send ours, unless somebody edited OCA's"
    )
    # done, cancelled, rejected: numbered by OCA's data
    for stage in (4, 5, 6)
}
