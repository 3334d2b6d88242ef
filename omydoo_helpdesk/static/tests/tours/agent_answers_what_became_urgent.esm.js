// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

// The customer claims a high priority; the desk has agreed a normal one.
registry
    .category("web_tour.tours")
    .add("omydoo_helpdesk_agent_answers_what_became_urgent", {
        steps: () => [
            {
                trigger: ".o_form_view div[name='response_deadline'] .fw-bold",
            },
            {
                content: "Whoever opens the form is asked nothing",
                trigger: ".o_form_view div[name='name'] input",
                run: "edit Became urgent on Monday",
            },
            {trigger: ".o_form_button_save", run: "click"},
            {trigger: ".o_form_saved, .o_form_view:not(:has(.o_field_invalid))"},
            {trigger: ".o_omydoo_actions", run: "click"},
            {
                trigger: ".o-dropdown--menu button:contains(Answered by Telephone)",
            },
            {trigger: ".o_omydoo_actions", run: "click"},
            {trigger: ".o-mail-Chatter-sendMessage", run: "click"},
            {
                trigger: ".o-mail-Composer-input",
                run: "edit We are on it",
            },
            {trigger: ".o-mail-Composer-send:enabled", run: "click"},
            {
                content: "What the answer changed is shown at once",
                trigger: ".o_form_view div[name='response_state']:contains(Met)",
            },
            {trigger: ".o_omydoo_actions", run: "click"},
            {
                trigger:
                    ".o-dropdown--menu:has(button:contains(Decide the Scope)):not(:has(button:contains(Answered by Telephone)))",
            },
        ],
    });
