// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {markup} from "@odoo/owl";
import {registry} from "@web/core/registry";

const DELAY = 350;
const MIN_LENGTH = 3;

/** Shows what looks like the request while its subject is typed. */
export class TicketFormLookalikes extends Interaction {
    static selector = ".o_support_ticket_form";
    dynamicContent = {
        "#subject": {"t-on-input": this.onInput, "t-on-change": this.onInput},
        "#support_lookalikes": {"t-out": () => this.content},
        "#support_lookalikes_status": {"t-out": () => this.status},
    };

    setup() {
        this.text = "";
        this.show(0, "");
        this.searchLater = this.debounced(this.search, DELAY);
        this.registerCleanup(() => this.request?.abort());
    }

    start() {
        // A draft, or a form that came back
        this.onInput();
    }

    show(count, html) {
        this.content = count ? markup(html) : "";
        this.status = "";
        if (count === 1) {
            this.status = _t("One result looks like your request: see below.");
        } else if (count) {
            this.status = _t("%s results look like your request: see below.", count);
        }
    }

    onInput() {
        const text = this.el.querySelector("#subject").value.trim();
        if (text === this.text) {
            return;
        }
        this.text = text;
        // An answer about what is no longer there is not shown.
        this.request?.abort();
        if (text.length < MIN_LENGTH) {
            this.searchLater.cancel();
            this.show(0, "");
        } else {
            this.searchLater();
        }
    }

    async search() {
        const request = new AbortController();
        this.request = request;
        const query = new URLSearchParams({text: this.text});
        let answer = {count: 0, html: ""};
        try {
            const response = await fetch(`/new/ticket/lookalikes?${query}`, {
                signal: request.signal,
            });
            if (response.ok) {
                answer = await response.json();
            }
        } catch {
            // Offline, signed out or overtaken: it is a help only.
        }
        if (!request.signal.aborted) {
            this.show(answer.count, answer.html);
        }
    }
}

registry
    .category("public.interactions")
    .add("omydoo_helpdesk.ticket_form_lookalikes", TicketFormLookalikes);
