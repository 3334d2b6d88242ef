// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

// Odoo's canned responses in the thread, then a macro that closes.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_answers_with_a_macro", {
    steps: () => [
        {trigger: ".o-mail-Chatter-sendMessage", run: "click"},
        {
            content: "A shortcut of a canned response",
            trigger: ".o-mail-Composer-input",
            run: "edit ::reload",
        },
        {
            trigger:
                ".o-mail-NavigableList-item:contains(Please reload the page and try again)",
            run: "click",
        },
        {
            trigger:
                ".o-mail-Composer-input:value(Please reload the page and try again)",
        },
        {trigger: ".o-mail-Composer-send:enabled", run: "click"},
        {
            trigger: ".o-mail-Message:contains(Please reload the page and try again)",
        },
        {
            content: "The macro",
            trigger: ".o_statusbar_buttons button:contains(Macro)",
            run: "click",
        },
        {
            trigger: ".modal div[name='macro_id'] input",
            run: "edit Due",
        },
        {
            trigger: ".dropdown-item:contains(Due)",
            run: "click",
        },
        {
            content: "As the customer will read it",
            trigger: ".modal div[name='body']:contains(Bonjour Camille)",
        },
        {
            trigger: ".modal footer button:contains(Send and Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o-mail-Message:contains(Bonjour Camille)",
        },
    ],
});
