// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * A form of a ticket's page is sent once, and what is wrong with it is read first. The
 * forms work without it.
 */
export class TicketPageForm extends Interaction {
    static selector = ".o_support_page_form";
    dynamicContent = {
        "button[type='submit']": {
            "t-att-disabled": () => (this.isSending ? "disabled" : undefined),
        },
        _root: {
            "t-on-submit": this.onSubmit,
            "t-att-aria-busy": () => (this.isSending ? "true" : undefined),
        },
        // A page that the browser keeps and shows again must be usable again.
        _window: {"t-on-pageshow": this.onPageShow},
    };

    setup() {
        this.isSending = false;
    }

    start() {
        document.getElementById("support_form_errors")?.focus();
    }

    onSubmit(ev) {
        if (this.isSending) {
            ev.preventDefault();
            return;
        }
        this.isSending = true;
    }

    onPageShow() {
        this.isSending = false;
    }
}

registry
    .category("public.interactions")
    .add("omydoo_helpdesk.ticket_page_form", TicketPageForm);
