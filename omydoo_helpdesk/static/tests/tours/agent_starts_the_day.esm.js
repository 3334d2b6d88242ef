// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const TILE = ".o_support_my_desk .o_support_tile";

// One ticket of the agent's is late, and another one nobody has taken.
registry.category("web_tour.tours").add("omydoo_helpdesk_agent_starts_the_day", {
    steps: () => [
        {trigger: ".o_navbar_apps_menu button", run: "click"},
        {
            content: "The app opens where the day starts",
            trigger:
                ".o_app[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_main_menu']",
            run: "click",
        },
        {trigger: `${TILE}[data-name='late'] .o_support_count:contains(/^1$/)`},
        {
            content: "Nothing is said in words",
            trigger: `${TILE}[data-name='to_qualify']:contains(All of them are qualified)`,
        },
        {
            content: "One click to the list",
            trigger: `${TILE}[data-name='late']`,
            run: "click",
        },
        {
            trigger:
                ".o_list_view:has(.o_data_row:only-child) td[name='name']:contains(Is late)",
        },
        {
            content: "And back: counted again",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {trigger: `${TILE}[data-name='untaken']`, run: "click"},
        {trigger: ".o_data_row td[name='name']:contains(Is untaken)"},
    ],
});

registry.category("web_tour.tours").add("omydoo_helpdesk_manager_sees_the_desk", {
    steps: () => [
        {
            content: "What is late, by person",
            trigger: "[data-name='work'] tbody tr:nth-child(1) td:nth-child(3) button",
            run: "click",
        },
        {
            trigger:
                ".o_list_view:has(.o_data_row:only-child) td[name='name']:contains(Is late)",
        },
        {trigger: ".o_back_button, .breadcrumb-item a", run: "click"},
        {
            content: "What has no figure says so",
            trigger:
                "[data-name='satisfaction']:contains(No customer has said anything)",
        },
        {
            content: "Analysed with Odoo's own pivot",
            trigger: "[data-name='compliance'] .o_support_analyse",
            run: "click",
        },
        {trigger: ".o_pivot_view, .o_view_nocontent"},
    ],
});

// On a telephone.
registry.category("web_tour.tours").add("omydoo_helpdesk_manager_on_the_phone", {
    steps: () => [
        {trigger: `${TILE}[data-name='late'] .o_support_count:contains(/^0$/)`},
        {trigger: ".o_menu_toggle", run: "click"},
        {
            content: "Six entries, each with what is below it",
            trigger:
                ".o_burger_menu_app > ul > li:nth-child(6):last-child:contains(Configuration)",
        },
        {
            trigger:
                ".o_burger_menu_app [data-menu-xmlid='omydoo_helpdesk.support_desk_overview_menu']",
            run: "click",
        },
        {
            trigger: "[data-name='work'] tbody tr:nth-child(1) td:nth-child(3) button",
            run: "click",
        },
        {trigger: ".o_kanban_record:contains(Is late)"},
    ],
});
