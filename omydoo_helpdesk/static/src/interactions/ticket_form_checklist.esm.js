// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Says what the chosen kind of request should include, and puts it as headings. */
export class TicketFormChecklist extends Interaction {
    static selector = ".o_support_ticket_form";
    dynamicContent = {
        "input[name='category']": {"t-on-change": this.onCategoryChange},
        ".o_support_static_checklist": {"t-att-class": () => ({"d-none": true})},
        ".o_support_checklist": {
            "t-att-class": () => ({"d-none": !this.lines.length}),
        },
        ".o_support_description_help": {
            "t-att-class": () => ({"d-none": Boolean(this.lines.length)}),
        },
        ".o_support_insert_headings": {
            "t-on-click": this.onInsert,
            "t-att-class": () => ({"d-none": !this.headings.length}),
        },
        ".o_support_headings_status": {"t-out": () => this.status},
        _window: {"t-on-pageshow": this.onCategoryChange},
    };

    setup() {
        this.checklists = JSON.parse(this.el.dataset.checklists || "{}");
        this.list = this.el.querySelector(".o_support_checklist_lines");
        this.onCategoryChange();
    }

    onCategoryChange() {
        const category = this.el.querySelector("input[name='category']:checked");
        this.lines = this.checklists[category?.value] || [];
        this.headings = this.lines
            .filter(([, isHeading]) => isHeading)
            .map(([text]) => text);
        this.status = "";
        const items = this.lines.map(([text]) => {
            const item = document.createElement("li");
            item.textContent = text;
            return item;
        });
        this.list?.replaceChildren(...items);
    }

    /** Adds the headings that are missing below what is typed already. */
    onInsert() {
        const field = this.el.querySelector("#description");
        const typed = field.value.trimEnd();
        const present = typed.split("\n").map((line) => line.trim());
        const missing = this.headings.filter(
            (heading) => !present.some((line) => line.startsWith(heading))
        );
        if (!missing.length) {
            this.status = _t("They are all there.");
            field.focus();
            return;
        }
        const start = typed ? `${typed}\n\n` : "";
        const blocks = missing.map((heading) => _t("%(heading)s:", {heading}) + "\n");
        field.value = start + blocks.join("\n");
        field.rows = Math.max(field.rows, field.value.split("\n").length + 2);
        field.dispatchEvent(new Event("input", {bubbles: true}));
        field.focus();
        const caret = start.length + blocks[0].length;
        field.setSelectionRange(caret, caret);
        this.status = _t("Added: fill in what you know.");
    }
}

registry
    .category("public.interactions")
    .add("omydoo_helpdesk.ticket_form_checklist", TicketFormChecklist);
