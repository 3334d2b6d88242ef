// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const {DateTime} = luxon;
const TEXTS = {
    description: "Change the tax of 12 products.",
    reason: "The VAT is wrong.",
    risk: "Open quotations change.",
    rollback: "Put the old tax back.",
};

/** From a ticket to the question: nothing can be asked before all is in order. */
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_asks_for_a_change", {
    steps: () => [
        {trigger: ".o_omydoo_actions", run: "click"},
        {
            trigger: ".o-dropdown--menu button[name='action_prepare_change']",
            run: "click",
        },
        {trigger: "div[name='database'] input", run: "edit customer-a"},
        {
            trigger: ".o_form_view .oe_title div[name='name'] input",
            run: "edit Correct the VAT of the delivery fees",
        },
        ...Object.entries(TEXTS).map(([name, text]) => ({
            trigger: `div[name='${name}'] textarea`,
            run: `edit ${text}`,
        })),
        {trigger: ".o_form_button_save", run: "click"},
        {
            content: "It is significant: it must be tested first",
            trigger: ".alert-warning:contains(needs a test in pre-production)",
        },
        {trigger: "button[name='action_ask']", run: "click"},
        {
            content: "Nor does the button go round that",
            trigger: ".modal:contains(needs a test in pre-production) footer button",
            run: "click",
        },
        {trigger: "body:not(:has(.modal)) a[name='tests']", run: "click"},
        {
            trigger: "div[name='test_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger:
                "div[name='test_ids'] tr.o_selected_row td[name='is_passed'] input",
            run: "click",
        },
        {
            trigger:
                "div[name='test_ids'] tr.o_selected_row td[name='note'] textarea, div[name='test_ids'] tr.o_selected_row td[name='note'] input",
            run: "edit 12 products, totals compared",
        },
        {trigger: "a[name='backup']", run: "click"},
        {
            content: "Who takes the backups is as it was the last time",
            trigger: "div[name='restore_by'] input:value(The desk)",
        },
        {
            trigger: "div[name='backup_at'] input",
            run(helpers) {
                const moment = DateTime.now().minus({hours: 2});
                return helpers.edit(moment.toFormat("MM/dd/yyyy HH:mm:ss"));
            },
        },
        {trigger: ".o_form_button_save", run: "click"},
        {
            content: "Both sides confirm the backup",
            trigger: ".alert-warning:contains(has not confirmed its part)",
        },
        {trigger: "button[name='action_confirm_backup']", run: "click"},
        {trigger: ".o_form_view:not(:has(.alert-warning:visible))"},
        {trigger: "button[name='action_ask']:enabled", run: "click"},
        {
            content: "The customer is asked",
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains(Awaiting the customer)",
        },
    ],
});
