// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const FORM = ".o_support_ticket_form";

function check(condition, message) {
    if (!condition) {
        throw new Error(message);
    }
}

/**
 * A customer reads what changed in the charter, accepts it, and files a request with
 * the same form.
 */
registry
    .category("web_tour.tours")
    .add("omydoo_helpdesk_customer_accepts_the_charter", {
        url: "/new/ticket",
        steps: () => [
            {
                content: "What changed is told, word by word",
                trigger: `${FORM} .o_support_changes ins:contains(48)`,
            },
            {
                trigger: `${FORM} .o_support_changes del:contains(24)`,
                run() {
                    check(
                        document.documentElement.scrollWidth <= window.innerWidth,
                        "The page is wider than the screen"
                    );
                },
            },
            {
                content: "On a phone the text is folded",
                trigger: ".o_support_charter_card",
                run() {
                    const toggle = document.querySelector(".o_support_charter_toggle");
                    if (toggle.offsetParent) {
                        toggle.click();
                    }
                },
            },
            {
                trigger: "#support_charter .o_support_charter_scope:contains(48)",
            },
            {
                trigger: `${FORM} .o_support_choice:contains(Troubleshooting)`,
                run: "click",
            },
            {
                trigger: `${FORM} #subject`,
                run: "edit La charte est lue",
            },
            {
                trigger: `${FORM} #description`,
                run: "edit Et la demande envoyée",
            },
            {
                content: "Not without the acceptance: the browser says so",
                trigger: `${FORM} #charter_accepted:invalid`,
                run: "click",
            },
            {
                content: "The text on the page is that of yesterday",
                trigger: `${FORM} #charter_accepted:checked`,
                run() {
                    document.querySelector("input[name='charter_hash']").value =
                        "0".repeat(64);
                    document.querySelector(".o_support_charter_scope").textContent =
                        "Yesterday";
                },
            },
            {
                trigger: `${FORM} button[type='submit']`,
                run: "click",
            },
            {
                content: "The form comes back, with the text in force beside it",
                trigger: `${FORM} #charter_accepted_error`,
            },
            {
                trigger: ".o_support_charter_scope:contains(48)",
            },
            {
                trigger: `${FORM} #subject`,
                run({anchor}) {
                    check(anchor.value === "La charte est lue", "The text is lost");
                },
            },
            {
                trigger: `${FORM} #charter_accepted:not(:checked)`,
                run: "click",
            },
            {
                trigger: `${FORM} #charter_accepted:checked`,
            },
            {
                trigger: `${FORM} button[type='submit']`,
                run: "click",
                expectUnloadPage: true,
            },
            {
                trigger: "#sidebar_content h2[data-id='number']:contains(HT)",
            },
        ],
    });
