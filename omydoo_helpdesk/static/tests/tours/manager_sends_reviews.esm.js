// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("omydoo_helpdesk_manager_sends_reviews", {
    steps: () => [
        {
            content: "Select all of them",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Send them",
            trigger: "button[name='action_send_selection']",
            run: "click",
        },
        {
            content: "It cannot be undone",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "All were gone through; the one that refuses is named",
            trigger: ".o_support_review_send [role='progressbar'][aria-valuenow='100']",
        },
        {
            trigger: ".o_support_review_send .alert-warning li:contains('Customer B')",
        },
        {
            content: "Back to the list",
            trigger: ".o_support_review_send button.btn-primary",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Customer A'):contains('Sent')",
        },
    ],
});
