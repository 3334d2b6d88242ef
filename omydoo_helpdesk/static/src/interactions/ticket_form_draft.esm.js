// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {draftStorage} from "../core/draft_storage.esm";
import {registry} from "@web/core/registry";

const SAVE_DELAY = 300;
// Neither files nor what is ticked anew each time, like an agreement.
const UNSAVED = ["hidden", "file", "checkbox", "submit", "button"];

/** Keeps what is typed in the request form through a reload or a crash. */
export class TicketFormDraft extends Interaction {
    static selector = ".o_support_ticket_form";
    dynamicContent = {
        _root: {
            "t-on-input": this.onInput,
            "t-on-change": this.onInput,
            "t-on-support-sent": this.onSent,
        },
        ".o_support_draft": {"t-att-class": () => ({"d-none": !this.isRestored})},
        ".o_support_draft_discard": {"t-on-click": this.onDiscard},
        _window: {"t-on-pagehide": this.save, "t-on-pageshow": this.onPageShow},
    };

    setup() {
        this.userId = this.el.dataset.user;
        this.isDirty = false;
        this.saveLater = this.debounced(this.save, SAVE_DELAY);
        this.initial = this.read();
        // A form that comes back with errors has the text that was sent.
        const hasErrors = document.getElementById("support_form_errors");
        this.isRestored = !hasErrors && this.restore(draftStorage.load(this.userId));
    }

    get fields() {
        return [...this.el.elements].filter(
            (field) => field.name && !UNSAVED.includes(field.type)
        );
    }

    read() {
        const values = {};
        for (const field of this.fields) {
            if (field.type !== "radio" || field.checked) {
                values[field.name] = field.value;
            }
        }
        return values;
    }

    /**
     * Puts values into the form, before the other interactions look at it.
     *
     * @param {Object} values by name
     * @returns {Boolean} whether that changed anything
     */
    restore(values) {
        if (!values) {
            return false;
        }
        const before = JSON.stringify(this.read());
        for (const field of this.fields) {
            const value = values[field.name];
            if (typeof value !== "string") {
                continue;
            }
            if (field.type === "radio") {
                field.checked = field.value === value;
            } else if (
                field.tagName !== "SELECT" ||
                [...field.options].some((option) => option.value === value)
            ) {
                field.value = value;
            }
        }
        return JSON.stringify(this.read()) !== before;
    }

    onInput() {
        this.isDirty = true;
        this.saveLater();
    }

    save() {
        if (this.isDirty) {
            draftStorage.save(this.userId, this.read());
        }
    }

    onSent() {
        this.isDirty = false;
        this.saveLater.cancel();
        draftStorage.clear(this.userId);
    }

    onDiscard() {
        this.onSent();
        this.restore(this.initial);
        // A radio button that was not checked at first is not in the values.
        for (const field of this.fields) {
            if (field.type === "radio" && !(field.name in this.initial)) {
                field.checked = false;
            }
            field.dispatchEvent(new Event("change", {bubbles: true}));
        }
        this.onSent();
        this.isRestored = false;
        this.el.querySelector("input:not([type='hidden'])")?.focus();
    }

    onPageShow(ev) {
        // Back on a form that was sent
        this.isDirty = this.isDirty && !ev.persisted;
    }
}

// First: the others start from what is in the form.
registry
    .category("public.interactions")
    .add("omydoo_helpdesk.ticket_form_draft", TicketFormDraft, {sequence: 1});
