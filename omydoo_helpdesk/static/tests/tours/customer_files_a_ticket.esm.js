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
 * Chooses a file as a person would.
 *
 * @param {HTMLInputElement} input
 * @param {String} name
 * @param {String} content
 */
function chooseFile(input, name, content) {
    const transfer = new window.DataTransfer();
    transfer.items.add(new window.File([content], name));
    input.files = transfer.files;
    input.dispatchEvent(new window.Event("change", {bubbles: true}));
}

/**
 * A customer in a panic: reads the charter, files a blocking ticket with a file, and
 * learns its number, whether it is covered, and by when they will be answered.
 *
 * Steps find fields by name: the texts are in the reader's language.
 */
registry.category("web_tour.tours").add("omydoo_helpdesk_customer_files_a_ticket", {
    url: "/new/ticket",
    steps: () => [
        {
            content: "The charter is there, unfolded on a phone first",
            trigger: ".o_support_charter_card",
            run() {
                const toggle = document.querySelector(".o_support_charter_toggle");
                if (toggle.offsetParent) {
                    toggle.click();
                }
            },
        },
        {
            trigger:
                "#support_charter .o_support_charter_scope h3:contains(Title scope)",
        },
        {
            content: "The questions about a blocking incident are not asked at first",
            trigger: `${FORM} .o_support_blocking:not(:visible)`,
            run() {
                check(
                    document.documentElement.scrollWidth <= window.innerWidth,
                    "The page is wider than the screen"
                );
            },
        },
        {
            trigger: `${FORM} .o_support_choice:contains(Troubleshooting)`,
            run: "click",
        },
        {
            content: "Before filing: it is covered",
            trigger: `${FORM} .o_support_verdict.alert-success:visible`,
        },
        {
            trigger: `${FORM} #custom_module`,
            run: "selectByIndex 1",
        },
        {
            content: "Before filing: this custom module is not",
            trigger: `${FORM} .o_support_verdict.alert-warning:contains(module_a)`,
        },
        {
            trigger: `${FORM} #custom_module`,
            run({anchor}) {
                anchor.value = "";
                anchor.dispatchEvent(new window.Event("change", {bubbles: true}));
            },
        },
        {
            trigger: `${FORM} .o_support_verdict.alert-success:not(:contains(module_a))`,
        },
        {
            trigger: `${FORM} label[for='claimed_priority_3']`,
            run: "click",
        },
        {
            trigger: `${FORM} #blocking_what:required`,
            run: "edit Les factures ne partent plus",
        },
        {
            trigger: `${FORM} #blocking_who:required`,
            run: "edit Toute la comptabilité",
        },
        {
            trigger: `${FORM} #application`,
            run: "selectByLabel Zeppelins",
        },
        {
            trigger: `${FORM} #environment`,
            run: "select production",
        },
        {
            trigger: `${FORM} #subject`,
            run: "edit Été à Nîmes : l’œuvre n’est plus imprimée",
        },
        {
            trigger: `${FORM} #attachment`,
            run({anchor}) {
                chooseFile(anchor, "vide.txt", "");
            },
        },
        {
            content: "An empty file is told at once",
            trigger: `${FORM} #o_support_files:contains(vide.txt)`,
        },
        {
            trigger: `${FORM} #attachment`,
            run({anchor}) {
                chooseFile(anchor, "capture d’écran.txt", "Erreur 500");
            },
        },
        {
            trigger: `${FORM} #o_support_files:not(:visible):not(:contains(vide.txt))`,
        },
        {
            trigger: `${FORM} #description`,
            run({anchor}) {
                anchor.value = "Étape 1 : j’imprime\nÉtape 2 : erreur 500";
                anchor.dispatchEvent(new window.Event("input", {bubbles: true}));
            },
        },
        {
            trigger: `${FORM} button[type='submit']`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The number",
            trigger: "#sidebar_content h2[data-id='number']:contains(HT)",
        },
        {
            content: "It is covered, folded beside",
            trigger: "details[name='support_scope'] summary",
            run: "click",
        },
        {
            trigger: "details[name='support_scope'][open] .bg-success-subtle",
        },
        {
            content: "By when: a date and a time zone",
            trigger: ".o_support_standing h2:contains(Europe/Paris)",
        },
        {
            content: "How much time is left",
            trigger: ".o_support_standing .o_support_countdown:not(:empty)",
        },
        {
            trigger: ".o_project_portal_attachments:contains(capture d’écran.txt)",
            run() {
                check(
                    document.documentElement.scrollWidth <= window.innerWidth,
                    "The page is wider than the screen"
                );
            },
        },
    ],
});
