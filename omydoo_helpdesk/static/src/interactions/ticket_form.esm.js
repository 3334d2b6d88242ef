// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

const HIGH = "3";
const SCOPE_CLASSES = {
    in_scope: "alert-success",
    out_of_scope: "alert-warning",
    to_qualify: "alert-info",
};

/**
 * Makes the request form easier to fill in. The form works without it: every field
 * is on the page, and the server checks all of them.
 */
export class TicketForm extends Interaction {
    static selector = ".o_support_ticket_form";
    dynamicContent = {
        "input[name='category'], #custom_module": {
            "t-on-change": this.onAboutChange,
        },
        // Said below, with the custom module in it.
        ".o_support_static_verdict": {"t-att-class": () => ({"d-none": true})},
        ".o_support_verdict": {
            "t-att-class": () => this.getVerdictClasses(),
        },
        ".o_support_verdict_label": {"t-out": () => this.verdict.label},
        ".o_support_verdict_text": {"t-out": () => this.verdict.text},
        ".o_support_verdict_balance": {"t-out": () => this.verdict.balance},
        "#claimed_priority input[type='radio']": {"t-on-change": this.onPriorityChange},
        ".o_support_blocking": {
            "t-att-class": () => ({"d-none": !this.isBlocking}),
        },
        "#blocking_what, #blocking_who": {
            "t-att-required": () => (this.isBlocking ? "required" : undefined),
        },
        // A page that the browser keeps and shows again must be usable again.
        _window: {"t-on-pageshow": this.onPageShow},
    };

    setup() {
        this.verdicts = JSON.parse(this.el.dataset.verdicts);
        this.updateVerdict();
        this.updatePriority();
    }

    start() {
        document.getElementById("support_form_errors")?.focus();
    }

    /** Says what will happen, before the request is sent. */
    updateVerdict() {
        const category = this.el.querySelector("input[name='category']:checked");
        const module = this.el.querySelector("#custom_module");
        const row = this.verdicts.choices[category?.value || ""];
        const index = row?.[module?.value || ""];
        const [scope, label, text, balance] = this.verdicts.verdicts[index] || [];
        this.verdict = {
            scope,
            label: label || "",
            text: text || "",
            balance: balance || "",
        };
    }

    getVerdictClasses() {
        const classes = {"d-none": !this.verdict.scope};
        for (const [scope, name] of Object.entries(SCOPE_CLASSES)) {
            classes[name] = this.verdict.scope === scope;
        }
        return classes;
    }

    onAboutChange() {
        this.updateVerdict();
    }

    updatePriority() {
        const checked = this.el.querySelector("#claimed_priority input:checked");
        this.isBlocking = checked?.value === HIGH;
    }

    onPriorityChange() {
        this.updatePriority();
    }

    onPageShow() {
        this.updateVerdict();
        this.updatePriority();
    }
}

registry.category("public.interactions").add("omydoo_helpdesk.ticket_form", TicketForm);
