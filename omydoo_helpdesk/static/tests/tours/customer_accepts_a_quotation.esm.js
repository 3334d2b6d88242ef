// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

// The test converts the ticket into a quotation and sends it.
registry
    .category("web_tour.tours")
    .add("omydoo_helpdesk_customer_accepts_a_quotation", {
        steps: () => [
            {
                content: "A quotation waits for an answer",
                trigger: ".o_support_outcome_sent a.btn-primary",
                run: "click",
                expectUnloadPage: true,
            },
            {
                content: "Accept and sign",
                trigger: "#sale_order_sidebar_button a[data-bs-target='#modalaccept']",
                async run(helpers) {
                    // Once the dialog has opened, it clears the signature: one given
                    // before that would be sent empty.
                    const dialog = document.querySelector("#modalaccept");
                    const shown = new Promise((resolve) => {
                        dialog.addEventListener("shown.bs.modal", resolve, {
                            once: true,
                        });
                    });
                    await helpers.click();
                    await shown;
                },
            },
            {
                trigger: ".modal .o_web_sign_name_and_signature input",
                run: "clear",
            },
            {
                trigger: ".modal .o_portal_sign_submit:disabled",
            },
            {
                trigger: ".modal .o_web_sign_name_and_signature input",
                run: "fill Ada Lovelace",
            },
            {
                trigger: ".modal .o_portal_sign_submit:enabled",
                run: "click",
                expectUnloadPage: true,
            },
            {
                content: "A link leads back to the request",
                trigger:
                    ".o_support_tickets a[href*='/my/ticket/']:contains(A new report)",
                run: "click",
                expectUnloadPage: true,
            },
            {
                content: "It says what has become of the request",
                trigger: ".o_support_outcome_accepted p",
            },
        ],
    });
