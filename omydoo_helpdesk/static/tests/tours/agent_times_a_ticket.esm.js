// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("omydoo_helpdesk_agent_times_a_ticket", {
    steps: () => [
        {trigger: ".o_omydoo_actions", run: "click"},
        {
            trigger: ".o-dropdown--menu button[name='action_timer_start']",
            run: "click",
        },
        {
            content: "It counts",
            trigger: ".o_omydoo_timer:contains(00:00:0)",
        },
        {
            content: "Leave the page, and come back: it is still running",
            trigger: ".o_breadcrumb, .breadcrumb",
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        {
            trigger: ".o_omydoo_timer:contains(00:00:)",
        },
        {
            trigger: ".o_statusbar_buttons button[name='action_timer_stop']",
            run: "click",
        },
        {
            content: "The time is proposed",
            trigger: ".modal div[name='hours'] input:value(00:01)",
            run: "edit 00:30",
        },
        {
            trigger: ".modal div[name='name'] input",
            run: "edit Rebuilt the report",
        },
        {
            trigger: ".modal div[name='support_customer_note'] input",
            run: "edit Report rebuilt",
        },
        {
            content: "What it costs the customer",
            trigger: ".modal div[name='charged_hours']:contains(00:30)",
        },
        {
            trigger: ".modal button[name='action_save']",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name='action_log_time']",
        },
        {
            trigger: ".o_form_view a[name='timesheets']",
            run: "click",
        },
        {
            trigger:
                "div[name='timesheet_ids'] .o_data_row:contains(Rebuilt the report)",
        },
    ],
});
