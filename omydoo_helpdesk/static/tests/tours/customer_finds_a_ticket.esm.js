// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const ROW = ".o_support_list li[data-ticket]";

function check(condition, message) {
    if (!condition) {
        throw new Error(message);
    }
}

function checkWidth() {
    check(
        document.documentElement.scrollWidth <= window.innerWidth,
        "The page is wider than the screen"
    );
}

/**
 * A customer goes from the portal's home to what waits for them, finds a ticket without
 * its accents, keeps it through sorting and grouping, and takes the list home as a file.
 */
registry.category("web_tour.tours").add("omydoo_helpdesk_customer_finds_a_ticket", {
    url: "/my",
    steps: () => [
        {
            content: "The home tells that something waits",
            trigger: "a[href*='filterby=waiting']:contains(1)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: `${ROW}:contains(Waiting zebra)`,
            run() {
                check(document.querySelectorAll(ROW).length === 1, "One waits");
                checkWidth();
            },
        },
        {
            trigger: "a[name='support_tab_open']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: `${ROW}:contains(Œuvre échouée)`,
        },
        {
            trigger: "#support_search",
            run: "edit OEUVRE echouee",
        },
        {
            trigger: "#support_sortby",
            run: "select oldest",
        },
        {
            trigger: "#support_groupby",
            run: "select stage",
        },
        {
            trigger: ".o_support_list_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Found, and what was chosen is still there",
            trigger: `${ROW}:contains(Œuvre échouée)`,
            run() {
                check(document.querySelectorAll(ROW).length === 1, "One is found");
                const value = (id) => document.getElementById(id).value;
                check(value("support_search") === "OEUVRE echouee", "The search");
                check(value("support_sortby") === "oldest", "The order");
                check(value("support_groupby") === "stage", "The groups");
                checkWidth();
            },
        },
        {
            trigger: "a[name='support_export'][href*='OEUVRE']",
            async run({anchor}) {
                const response = await fetch(anchor.href);
                const text = await response.text();
                check(response.ok, "The file is there");
                check(text.includes("Œuvre échouée"), "The ticket is in the file");
                check(!text.includes("Waiting zebra"), "The others are not");
            },
        },
        {
            trigger: "a[name='support_tab_closed']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing here, and a way on",
            trigger: ".o_support_list_empty a[href='/new/ticket']",
            run: checkWidth,
        },
    ],
});
