// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const open = () => [
    {
        content: "The ticket offers its way out",
        trigger: ".o_statusbar_buttons button[name='action_convert'].btn-primary",
        run: "click",
    },
    {
        content: "The customer's language, whatever ours",
        trigger: ".modal div[name='message']:contains(Un chef de projet)",
    },
];

const choose = (way) => [
    {
        trigger: `.modal div[name='action'] input[data-value='${way}']`,
        run: "click",
    },
];

const typeHours = (hours) => [
    {
        trigger: ".modal div[name='hours'] input",
        run: `edit ${hours}`,
    },
    {
        content: "Leave the field",
        trigger: ".modal .modal-title",
        run: "click",
    },
];

const convert = () => [
    {
        trigger: ".modal footer button[name='action_convert']:visible",
        run: "click",
    },
    {
        content: "All done",
        trigger: "body:not(:has(.modal))",
    },
];

tours.add("omydoo_helpdesk_convert_to_quotation", {
    steps: () => [
        ...open(),
        ...typeHours("03:30"),
        {
            content: "What the customer will pay, before anything is made",
            trigger: ".modal div[name='preview'] tfoot th:contains(350.00)",
        },
        ...convert(),
        {
            content: "The quotation, introduced by the customer's words",
            trigger:
                ".o_field_widget[name='order_line']:has(.o_is_line_section)" +
                ":has(.o_is_line_note) .o_data_row:contains(Project manager)",
        },
        {
            content: "And back to the ticket",
            trigger: "button:has(div[name='ticket_count']):contains(1)",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(A new report)",
        },
    ],
});

tours.add("omydoo_helpdesk_convert_to_project", {
    steps: () => [
        ...open(),
        ...choose("project"),
        {
            trigger: ".modal div[name='project_source'] input[data-value='template']",
            run: "click",
        },
        {
            content: "The obstacle is said in words",
            trigger: ".modal .alert-danger:contains(Choose a project template)",
        },
        {
            trigger: ".modal div[name='project_template_id'] input",
            run: "edit Integration",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains(Integration) a",
            run: "click",
        },
        {
            trigger: ".modal div[name='preview']:contains(From the template)",
        },
        ...convert(),
        {
            trigger: ".o_form_view button[name='action_view_tasks']",
            run: "click",
        },
        {
            content: "The task of the ticket, beside those of the template",
            trigger: ".o_kanban_record:contains(A new report)",
        },
        {
            trigger: ".o_kanban_record:contains(Kick-off)",
        },
    ],
});

tours.add("omydoo_helpdesk_convert_to_pack", {
    steps: () => [
        ...open(),
        ...choose("hours_pack"),
        ...typeHours("07:00"),
        {
            content: "Not enough hours left",
            trigger: ".modal .alert-warning:contains(Only 5 h are left)",
        },
        {
            trigger: ".modal div[name='top_up'] input",
            run: "click",
        },
        {
            content: "A top-up for the two hours that miss",
            trigger:
                ".modal div[name='preview'] tbody tr:contains(Prepaid hours):contains(2.00)",
        },
        ...convert(),
        {
            content: "The task is charged to the pack",
            trigger:
                ".o_form_view .o_field_widget[name='sale_line_id'] input:value(Prepaid)",
        },
    ],
});

tours.add("omydoo_helpdesk_convert_under_full_support", {
    steps: () => [
        ...open(),
        {
            content: "Proposed by itself",
            trigger:
                ".modal div[name='action'] input[data-value='full_support']:checked",
        },
        {
            trigger: ".modal div[name='preview']:contains(A new support project)",
        },
        ...convert(),
        {
            trigger:
                ".o_form_view .o_field_widget[name='project_id'] input:value(Support Customer A)",
        },
    ],
});

tours.add("omydoo_helpdesk_hand_over", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name='action_hand_over']",
            run: "click",
        },
        ...choose("project"),
        ...typeHours("06:00"),
        {
            trigger: ".modal div[name='note'] textarea",
            run: "edit They want it before summer",
        },
        {
            trigger: ".modal footer button[name='action_hand_over']:visible",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "Everybody sees that it is on its way",
            trigger: ".alert div[name='handover_notice']:contains(before summer)",
        },
    ],
});
