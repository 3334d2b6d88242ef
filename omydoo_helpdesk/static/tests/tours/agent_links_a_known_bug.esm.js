// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("omydoo_helpdesk_agent_links_a_known_bug", {
    steps: () => [
        {trigger: ".o_omydoo_actions", run: "click"},
        {
            trigger: ".o-dropdown--menu button:contains(Same as a Known Bug)",
            run: "click",
        },
        {
            content: "The bug that looks alike is proposed",
            trigger: ".modal td[name='name']:contains(The VAT report counts)",
        },
        {
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "The ticket waits",
            trigger: ".o_form_view div[name='resolution_state'] .badge:contains(hold)",
        },
        {
            trigger: ".o_form_view div[name='upstream_bug_id'] input",
            run: "hover && click .o_form_view div[name='upstream_bug_id'] .o_external_button",
        },
        {
            trigger: ".o_form_view button[name='action_plan_next_update']",
            run: "click",
        },
        {
            trigger: ".o_form_view div[name='update_id']:contains(Update of)",
        },
    ],
});
