// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

// The test files a late ticket, one due later and one out of scope, in this order.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_works_by_deadline", {
    steps: () => [
        {
            content: "The late one stands first, and stands out",
            trigger: ".o_data_row:eq(0).text-danger:contains(Late request)",
        },
        {
            content: "A countdown for the next one",
            trigger:
                ".o_data_row:contains(Request due later) td[name='response_deadline']" +
                " .fw-bold:not(:empty)",
        },
        {
            trigger: ".o_data_row:contains(Request out of scope) td[name='scope']",
        },
        {
            trigger: ".o_data_row:contains(Request due later) td[name='name']",
            run: "click",
        },
        {
            content: "Is it covered?",
            trigger: ".o_form_view div[name='scope'] .badge",
        },
        {
            trigger: ".o_form_view div[name='coverage'] .badge",
        },
        {
            content: "By when?",
            trigger: ".o_form_view div[name='response_deadline'] .fw-bold:not(:empty)",
        },
        {
            content: "What else is there to know of the customer?",
            trigger:
                ".o_form_view div[name='support_panel'] details:not([open]) summary",
            run: "click",
        },
        {
            trigger: ".o_omydoo_helpdesk_panel td:contains(4 h)",
        },
        {
            content: "Of another customer, before it is saved",
            trigger: ".o_form_view div[name='partner_id'] input",
            run: "edit Customer B",
        },
        {
            trigger: ".dropdown-item:contains(Customer B)",
            run: "click",
        },
        {
            trigger: ".o_omydoo_helpdesk_panel td:contains(Customer B)",
        },
        {
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            trigger: ".o_omydoo_helpdesk_panel td:contains(4 h)",
        },
        {
            trigger: ".o_form_view a[name='support_log']",
            run: "click",
        },
        {
            content: "Why",
            trigger: ".o_omydoo_helpdesk_why:eq(1)",
        },
    ],
});
