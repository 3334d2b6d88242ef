// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const CURRENT = ".o_statusbar_status .o_arrow_button_current";

// The customer has agreed.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_applies_a_change", {
    steps: () => [
        {trigger: `${CURRENT}:contains(Agreed)`},
        {
            trigger: ".o_statusbar_buttons button:contains(Applied in Production)",
            run: "click",
        },
        {trigger: ".modal div[name='note'] textarea", run: "edit 12 products changed"},
        {trigger: ".modal footer button[name='action_confirm']", run: "click"},
        {trigger: `body:not(:has(.modal)) ${CURRENT}:contains(Applied)`},
        {trigger: "div[name='result']:contains(12 products changed)"},
        {trigger: "a[name='ledger']", run: "click"},
        {
            content: "The ledger has the signature",
            trigger: "div[name='event_ids'] td[name='signed_name']:contains(Anne Un)",
        },
    ],
});

// The customer has agreed to a text, which the agent then edits.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_edits_a_change", {
    steps: () => [
        {trigger: `${CURRENT}:contains(Agreed)`},
        {trigger: "div[name='risk'] textarea", run: "edit None."},
        {trigger: ".o_form_button_save", run: "click"},
        {
            content: "Nothing is agreed to any more",
            trigger: `${CURRENT}:contains(In preparation)`,
        },
        {
            trigger:
                ".o_statusbar_buttons:not(:has(button:contains(Applied in Production)))",
        },
        {trigger: "a[name='ledger']", run: "click"},
        {
            content: "The ledger says what was edited",
            trigger: "div[name='event_ids'] td[name='note']:contains(Risk)",
        },
    ],
});
