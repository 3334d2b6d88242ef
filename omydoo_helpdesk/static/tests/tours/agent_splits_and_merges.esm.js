// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const MESSAGE = ".o-mail-Message:contains(the stock is wrong too)";

// The customer has asked something else in the thread of a ticket.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_splits", {
    steps: () => [
        {
            trigger: MESSAGE,
            run: `hover && click ${MESSAGE} [title='New Ticket from This Message']`,
        },
        {
            content: "The clocks are told",
            trigger: ".modal div[name='notice']:contains(when the customer wrote this)",
        },
        {
            trigger: ".modal div[name='name'] input",
            run: "edit The stock is wrong",
        },
        {trigger: ".modal button[name='action_split']", run: "click"},
        {
            content: "The new ticket, with where it comes from",
            trigger:
                "body:not(:has(.modal)) .o_form_view div[name='split_from_id']:contains(Is late)",
        },
        {
            content: "What the customer was told, with the file",
            trigger:
                ".o-mail-Message:contains(is another subject) .o-mail-AttachmentContainer",
        },
    ],
});

// Two tickets of one customer.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_merges", {
    steps: () => [
        {trigger: ".o_statusbar_buttons .o_omydoo_actions", run: "click"},
        {
            trigger: ".o-dropdown--menu button[name='action_open_duplicate_wizard']",
            run: "click",
        },
        {
            trigger: ".modal div[name='duplicate_of_id'] input",
            run: "edit Is late",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Is late)",
            run: "click",
        },
        {trigger: ".modal button[name='action_confirm']", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_form_saved"},
    ],
});
