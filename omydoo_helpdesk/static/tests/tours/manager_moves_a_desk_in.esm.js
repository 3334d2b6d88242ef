// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const LACKS = ".modal .o_data_row:has(td[name='name']:contains(Nearly there))";

function makeFile() {
    const lines = [
        {format: "support-desk", version: 1, source: "old"},
        {
            id: "T1",
            number: "OLD-1",
            title: "What came along",
            filed_at: "2026-06-01T06:00:00Z",
            team: "Support",
            stage: "Nearly there",
        },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    return new File([text], "desk.jsonl", {type: "application/jsonl"});
}

// A file with a stage that nothing is called here.
registry.category("web_tour.tours").add("omydoo_helpdesk_manager_moves_a_desk_in", {
    steps: () => [
        {trigger: ".o_navbar_apps_menu button", run: "click"},
        {
            trigger:
                ".o_app[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_main_menu']",
            run: "click",
        },
        {
            content: "The set-up is not done: it comes first",
            trigger: ".o_support_start h1",
        },
        {
            trigger:
                "button[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_config_main_menu']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='omydoo_helpdesk.support_move_in_menu']",
            run: "click",
        },
        {
            trigger: ".modal div[name='file'] .o_select_file_button",
            run() {
                const input = this.anchor.parentElement.querySelector("[type='file']");
                const transfer = new DataTransfer();
                transfer.items.add(makeFile());
                input.files = transfer.files;
                input.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {
            content: "The file is there",
            trigger: ".modal div[name='file'] input:value(desk.jsonl)",
        },
        {trigger: ".modal button[name='action_check']:visible", run: "click"},
        {
            content: "It is said which name nothing has here",
            trigger: `${LACKS}.text-warning`,
        },
        {trigger: `${LACKS} td[name='stage_id']`, run: "click"},
        {trigger: ".modal div[name='stage_id'] input", run: "edit Awaiting"},
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Awaiting)",
            run: "click",
        },
        {trigger: ".modal button[name='action_move_in']:visible", run: "click"},
        {
            content: "Taken, and nothing is left to be meant",
            trigger:
                ".modal .o_arrow_button_current[data-value='done'], .modal .o_arrow_button[data-value='done'].disabled",
        },
        {trigger: ".modal button[special='cancel']:visible", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});
