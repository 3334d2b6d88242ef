// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

function checkWidth() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error("The page is wider than the screen");
    }
}

/**
 * A customer follows a ticket to its end: answers what the desk waits for, marks it as
 * urgent, closes it, reopens it, closes it again and says how it was handled.
 *
 * Steps find fields by name: the texts are in the reader's language.
 */
registry.category("web_tour.tours").add("omydoo_helpdesk_customer_follows_a_ticket", {
    steps: () => [
        {
            content: "We wait for the customer, and say for what",
            trigger: ".o_support_waiting:contains(Une capture)",
            run: checkWidth,
        },
        {
            content: "The history, folded beside, says so too",
            trigger: "[name='support_timeline'] summary",
            run: "click",
        },
        {trigger: ".o_support_timeline li:last-child:contains(Une capture)"},
        {
            content: "One composer only",
            trigger: "body:not(:has(.o-mail-Composer))",
        },
        {trigger: ".o_support_waiting a[href='#answer']", run: "click"},
        {trigger: "#answer", run: "edit Voici la capture demandée"},
        {
            trigger: "#attachment",
            run({anchor}) {
                const transfer = new window.DataTransfer();
                transfer.items.add(new window.File(["Erreur 500"], "capture.txt"));
                anchor.files = transfer.files;
                anchor.dispatchEvent(new window.Event("change", {bubbles: true}));
            },
        },
        {
            trigger: ".o_support_answer_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing is waited for any more",
            trigger: "#task_chat:has(#answer):not(:has(.is-invalid))",
        },
        {trigger: "body:not(:has(.o_support_waiting))"},
        {
            content: "The answer is the last of the conversation",
            trigger: ".o_support_messages li:last-child:contains(Voici la capture)",
        },
        {trigger: ".o_support_urgent summary", run: "click"},
        {trigger: "#blocking_what", run: "edit La facturation"},
        {trigger: "#blocking_who", run: "edit Toute la comptabilité"},
        {
            trigger: ".o_support_urgent button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "[name='support_timeline'] summary", run: "click"},
        {trigger: ".o_support_timeline .o_support_timeline_urgent", run: checkWidth},
        {trigger: "body:not(:has(details.o_support_urgent))"},
        {
            content: "How it ends is asked once, last",
            trigger: ".o_support_close summary",
            run: "click",
        },
        {trigger: ".o_support_close input[name='stage_id']:first", run: "click"},
        {
            trigger: ".o_support_close button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Closed: no answer, but a way to reopen",
            trigger: "#support_closed .o_support_reopen summary",
            run: "click",
        },
        {trigger: "body:not(:has(#answer))", run: checkWidth},
        {trigger: "#reopen_reason", run: "edit Cela recommence"},
        {
            trigger: ".o_support_reopen button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "[name='support_timeline'] summary", run: "click"},
        {trigger: ".o_support_timeline li.o_support_timeline_reopened"},
        {
            content: "What is open again can be closed again",
            trigger: ".o_support_close summary",
            run: "click",
        },
        {trigger: ".o_support_close input[name='stage_id']:first", run: "click"},
        {
            trigger: ".o_support_close button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "#support_rating #satisfaction_satisfied", run: "click"},
        {trigger: "#feedback", run: "edit Très bien"},
        {
            trigger: "#support_rating button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What was said is shown, and can be changed",
            trigger: "#support_rating [role='status']:contains(Très bien)",
            run: checkWidth,
        },
        {trigger: "#support_rating details:not([open]) summary"},
    ],
});
