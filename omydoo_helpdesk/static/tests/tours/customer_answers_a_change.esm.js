// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

function checkWidth() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error("The page is wider than the screen");
    }
}

// Steps find fields by name: the texts are in the reader's language.
const OPEN = [
    {
        content: "The home page says that something waits",
        trigger: "#support_home a[href='/my/changes']",
        run: "click",
        expectUnloadPage: true,
    },
    {
        trigger: "section[aria-labelledby='support_waiting_title'] .o_support_change a",
        run: "click",
        expectUnloadPage: true,
    },
    {
        trigger: "#support_change_text:contains(Change the tax of 12 products.)",
        run: checkWidth,
    },
];

registry.category("web_tour.tours").add("omydoo_helpdesk_customer_agrees_to_a_change", {
    steps: () => [
        ...OPEN,
        {
            content: "Without the backup and a name the browser does not send it",
            trigger: "form[name='support_agree'] button[type='submit']",
            run: "click",
        },
        {trigger: "form[name='support_agree'] #support_backup:invalid", run: "click"},
        {trigger: "#support_signed_name", run: "edit Anne Un"},
        {
            trigger: "form[name='support_agree'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A receipt says who agreed",
            trigger: "#support_change_receipt.alert-success:contains(Anne Un)",
        },
        {
            content: "It can be withdrawn until it is applied",
            trigger: "details:has(form[name='support_withdraw']) summary",
            run: checkWidth,
        },
        {trigger: "body:not(:has(form[name='support_agree']))"},
    ],
});

registry.category("web_tour.tours").add("omydoo_helpdesk_customer_refuses_a_change", {
    steps: () => [
        ...OPEN,
        {trigger: "#support_note_ask", run: "edit Combien de temps ?"},
        {
            trigger: "form[name='support_ask'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A question is confirmed, and leaves it open",
            trigger: "#support_change_receipt:contains(Combien de temps ?)",
            run: checkWidth,
        },
        {trigger: "#support_note_refuse", run: "edit Pas avant la clôture"},
        {
            trigger: "form[name='support_refuse'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing to answer any more",
            trigger: "#support_change_receipt:contains(Pas avant la clôture)",
            run: checkWidth,
        },
        {trigger: "body:not(:has(form[name='support_agree']))"},
    ],
});
