// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const FORM = ".o_support_ticket_form";
// Two grey pixels by two
const PNG = Uint8Array.from(
    atob(
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNo" +
            "aGBoaAAABgYCASzBUNcAAAAASUVORK5CYII="
    ),
    (char) => char.charCodeAt(0)
);
const DRAFT = "omydoo_helpdesk.draft.";

function check(condition, message) {
    if (!condition) {
        throw new Error(message);
    }
}

function find(selector) {
    return document.querySelector(`${FORM} ${selector}`);
}

function makeTransfer(...files) {
    const transfer = new DataTransfer();
    for (const [name, content, type] of files) {
        transfer.items.add(new File([content].flat(), name, {type}));
    }
    return transfer;
}

function drop(target, ...files) {
    const dataTransfer = makeTransfer(...files);
    for (const type of ["dragover", "drop"]) {
        const options = {bubbles: true, cancelable: true, dataTransfer};
        const isTaken = !target.dispatchEvent(new DragEvent(type, options));
        check(isTaken, `The browser would leave the form at ${type}`);
    }
}

function paste(target, ...files) {
    const clipboardData = makeTransfer(...files);
    const options = {bubbles: true, cancelable: true, clipboardData};
    target.dispatchEvent(new ClipboardEvent("paste", options));
}

function getDrafts() {
    return Object.keys(localStorage).filter((key) => key.startsWith(DRAFT));
}

function checkWidth() {
    check(
        document.documentElement.scrollWidth <= window.innerWidth,
        "The page is wider than the screen"
    );
}

const send = XMLHttpRequest.prototype.send;

/**
 * Has the next request not arrive.
 *
 * @param {String} event what happens instead
 * @param {Object} answer what comes back
 */
function interceptNext(event, answer = {}) {
    XMLHttpRequest.prototype.send = function (body) {
        if (!(body instanceof FormData)) {
            return send.call(this, body);
        }
        XMLHttpRequest.prototype.send = send;
        for (const [name, value] of Object.entries(answer)) {
            Object.defineProperty(this, name, {value});
        }
        setTimeout(() => this.dispatchEvent(new ProgressEvent(event)), 200);
    };
}

function checkNothingIsLost() {
    check(find("#subject").value.includes("zeppelin"), "Subject");
    check(find("#description").value.startsWith("Bonjour"), "Description");
    check(find("#attachment").files.length === 2, "Files");
    check(!find("button[type='submit']").disabled, "Disabled");
    check(find(".o_support_send_error") === document.activeElement, "Focus");
    checkWidth();
}

/**
 * A customer is helped to write a request, loses the page, then the connection, and
 * files it once. The test has an open ticket and a help article that look alike.
 */
registry.category("web_tour.tours").add("omydoo_helpdesk_customer_form_helps", {
    url: "/new/ticket",
    steps: () => [
        {
            content: "No draft at first, and one of somebody else is not kept",
            trigger: `${FORM} .o_support_draft:not(:visible)`,
            run() {
                check(!getDrafts().length, "There is a draft of somebody else");
            },
        },
        {
            content: "What to include is said where the description is written",
            trigger: `${FORM} .o_support_checklist:not(:visible)`,
        },
        {
            trigger: `${FORM} .o_support_choice:contains(Troubleshooting)`,
            run: "click",
        },
        {
            trigger: `${FORM} .o_support_checklist_lines:contains(Depuis quand)`,
            run: () => checkWidth(),
        },
        {
            trigger: `${FORM} #description`,
            run: "edit Bonjour",
        },
        {
            trigger: `${FORM} .o_support_insert_headings`,
            run: "click",
        },
        {
            content: "Only a first time, and below what was typed",
            trigger: `${FORM} .o_support_headings_status:not(:empty)`,
            run() {
                const lines = find("#description").value.split("\n").filter(Boolean);
                check(lines.length === 3, lines.join("|"));
                check(lines[0] === "Bonjour", lines[0]);
                check(lines[1].startsWith("Étapes"), lines[1]);
                check(document.activeElement === find("#description"), "Focus");
                find(".o_support_insert_headings").click();
                const again = find("#description").value.split("\n").filter(Boolean);
                check(again.length === 3, again.join("|"));
            },
        },
        {
            content: "What looks like it is shown while the subject is typed",
            trigger: `${FORM} #subject`,
            run: "edit echec envoi",
        },
        {
            trigger: `${FORM} .o_support_lookalikes_tickets a[target='_blank']:contains(Échec de l’envoi)`,
        },
        {
            trigger: `${FORM} .o_support_lookalikes_articles a:contains(Envoyer une facture)`,
            run() {
                checkWidth();
                check(
                    document.querySelector("#support_lookalikes_status").textContent,
                    "Nothing is announced"
                );
            },
        },
        {
            trigger: `${FORM} #subject`,
            run: "edit zeppelin",
        },
        {
            trigger: `${FORM} #support_lookalikes:not(:visible):not(:has(a))`,
        },
        {
            trigger: `${FORM} label[for='claimed_priority_0']`,
            run: "click",
        },
        {
            content: "The page is reloaded before the request is sent",
            trigger: `${FORM} #subject`,
            async run() {
                await new Promise((resolve) => setTimeout(resolve, 600));
                check(getDrafts().length === 1, "No draft");
                window.location.reload();
            },
            expectUnloadPage: true,
        },
        {
            content: "What was typed is back, and what follows from it",
            trigger: `${FORM} .o_support_draft:visible`,
            run() {
                check(find("#subject").value === "zeppelin", "Subject");
                check(find("#description").value.startsWith("Bonjour"), "Description");
                check(find("#claimed_priority_0").checked, "Priority");
                checkWidth();
            },
        },
        {
            trigger: `${FORM} .o_support_verdict.alert-success:visible`,
        },
        {
            trigger: `${FORM} .o_support_checklist_lines:contains(Depuis quand)`,
        },
        {
            content: "Files are dropped",
            trigger: `${FORM} .o_support_drop_help:visible`,
            run() {
                drop(document.querySelector("h1"), [
                    "bon.pdf",
                    "PDF",
                    "application/pdf",
                ]);
            },
        },
        {
            trigger: `${FORM} .o_support_file:contains(bon.pdf)`,
            run() {
                drop(find(".o_support_drop"), ["virus.EXE", "x", ""]);
            },
        },
        {
            content: "A program is refused before it is sent",
            trigger: `${FORM} #o_support_files:contains(virus.EXE)`,
            run() {
                paste(document.body, ["image.png", PNG, "image/png"]);
            },
        },
        {
            content: "A screenshot is pasted",
            trigger: `${FORM} .o_support_file:contains(.png) img`,
            run() {
                paste(find("#description"), ["image.png", [PNG, "2"], "image/png"]);
            },
        },
        {
            trigger: `${FORM} .o_support_file:eq(2)`,
            run() {
                check(find("#attachment").files.length === 3, "Files");
                checkWidth();
            },
        },
        {
            content: "One is removed",
            trigger: `${FORM} .o_support_file:contains(bon.pdf) button`,
            run: "click",
        },
        {
            trigger: `${FORM} .o_support_file_list:not(:contains(bon.pdf))`,
            run() {
                check(find("#attachment").files.length === 2, "Files");
                check(
                    document.activeElement.closest(".o_support_file"),
                    "The focus is lost"
                );
            },
        },
        {
            content: "Blanks are no subject: the server says so",
            trigger: `${FORM} #subject`,
            run() {
                find("#subject").value = "   ";
                find("button[type='submit']").click();
            },
        },
        {
            content: "The form is back, with the files",
            trigger: "#support_form_errors a[href='#subject']",
        },
        {
            trigger: `${FORM} .o_support_file:eq(1)`,
            run() {
                check(find("#attachment").files.length === 2, "Files");
                check(find("#description").value.startsWith("Bonjour"), "Description");
                check(
                    document.activeElement.id === "support_form_errors",
                    "The focus is not on what is wrong"
                );
            },
        },
        {
            trigger: `${FORM} #subject.is-invalid`,
            run: "edit Le zeppelin ne vole plus",
        },
        {
            content: "The connection is lost",
            trigger: `${FORM} button[type='submit']`,
            run() {
                interceptNext("error");
                find("button[type='submit']").click();
            },
        },
        {
            trigger: `${FORM} .o_support_send_error:visible:not(:empty)`,
            run() {
                checkNothingIsLost();
                check(!find(".o_support_sign_in").offsetParent, "Sign in");
                // A server in between finds the files too large.
                interceptNext("load", {status: 413, responseText: "<h1>413</h1>"});
                find("button[type='submit']").click();
            },
        },
        {
            trigger: `${FORM} .o_support_progress:visible`,
        },
        {
            trigger: `${FORM}:not(:has(.o_support_progress:visible)) .o_support_send_error:visible`,
            run() {
                checkNothingIsLost();
                interceptNext("load", {
                    status: 200,
                    responseText: "<form action='/web/login'/>",
                    responseURL: `${window.location.origin}/web/login?redirect=x`,
                });
                find("button[type='submit']").click();
            },
        },
        {
            content: "The session has expired",
            trigger: `${FORM} .o_support_sign_in[target='_blank']:visible`,
            run: () => checkNothingIsLost(),
        },
        {
            content: "It is back",
            trigger: `${FORM} button[type='submit']`,
            run() {
                // Twice: it is filed once.
                find("button[type='submit']").click();
                find("button[type='submit']").click();
            },
            expectUnloadPage: true,
        },
        {
            trigger: "#sidebar_content h2[data-id='number']:contains(HT)",
            run() {
                check(!getDrafts().length, "The draft is still there");
            },
        },
    ],
});

/** What is left of a draft when somebody else signs in. */
registry.category("web_tour.tours").add("omydoo_helpdesk_draft_of_another", {
    url: "/my",
    steps: () => [
        {
            trigger: "#wrapwrap",
            run() {
                localStorage.setItem(`${DRAFT}999999`, "{}");
                window.location.reload();
            },
            expectUnloadPage: true,
        },
        {
            trigger: "a[href*='/web/session/logout']:not(:visible)",
            async run() {
                await new Promise((resolve) => setTimeout(resolve, 500));
                check(!getDrafts().length, "A draft of somebody else is kept");
                localStorage.setItem(`${DRAFT}1`, "{}");
                const link = document.querySelector("a[href*='/web/session/logout']");
                link.addEventListener("click", (ev) => ev.preventDefault());
                link.click();
                check(!getDrafts().length, "A draft is kept after signing out");
            },
        },
    ],
});
