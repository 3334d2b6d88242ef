// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * Sends the request without leaving the page before it has arrived: with a bar for the
 * files, and with everything still there if it did not arrive.
 */
export class TicketFormSend extends Interaction {
    static selector = ".o_support_ticket_form";
    dynamicContent = {
        _root: {
            "t-on-submit.prevent": this.onSubmit,
            "t-att-aria-busy": () => (this.xhr ? "true" : undefined),
        },
        "button[type='submit']": {
            "t-att-disabled": () => (this.xhr ? "disabled" : undefined),
        },
        ".o_support_progress": {"t-att-class": () => ({"d-none": !this.xhr})},
        ".o_support_progress .progress": {
            "t-att-aria-valuenow": () => String(this.percent),
        },
        ".o_support_progress .progress-bar": {
            "t-att-style": () => ({width: `${this.percent}%`}),
        },
        ".o_support_cancel": {"t-on-click": this.onCancel},
        ".o_support_send_error": {"t-att-class": () => ({"d-none": !this.error})},
        ".o_support_send_message": {"t-out": () => this.error},
        ".o_support_sign_in": {"t-att-class": () => ({"d-none": !this.isExpired})},
        // A page that the browser keeps and shows again must be usable again.
        _window: {"t-on-pageshow": this.onPageShow},
    };

    setup() {
        this.xhr = null;
        this.percent = 0;
        this.error = "";
        this.isExpired = false;
        this.registerCleanup(() => this.xhr?.abort());
    }

    async onSubmit() {
        if (this.xhr) {
            return;
        }
        this.error = "";
        this.percent = 0;
        const xhr = (this.xhr = new XMLHttpRequest());
        this.updateContent();
        if (this.isExpired) {
            await this.refreshToken();
            if (this.xhr !== xhr) {
                return;
            }
        }
        const update = (fn) => () => {
            if (this.xhr === xhr) {
                fn.call(this, xhr);
            }
        };
        xhr.upload.addEventListener("progress", (ev) => {
            if (this.xhr === xhr && ev.lengthComputable) {
                this.percent = Math.round((100 * ev.loaded) / ev.total);
                this.updateContent();
            }
        });
        xhr.addEventListener("load", update(this.onAnswer));
        xhr.addEventListener("error", update(this.onLost));
        xhr.open("POST", this.el.action);
        xhr.send(new FormData(this.el));
    }

    /** Takes the token of the new session, if the same person has signed in again. */
    async refreshToken() {
        try {
            const response = await fetch("/new/ticket");
            const form = this.findForm(await response.text());
            if (form?.dataset.user === this.el.dataset.user) {
                this.el.elements.csrf_token.value = form.elements.csrf_token.value;
            }
        } catch {
            // What is sent next tells.
        }
    }

    findForm(text) {
        const page = new DOMParser().parseFromString(text, "text/html");
        return page.querySelector(this.constructor.selector);
    }

    onAnswer(xhr) {
        const form = this.findForm(xhr.responseText);
        if (form) {
            this.replaceForm(form);
            return;
        }
        const url = new URL(xhr.responseURL || window.location.href);
        const isLogin = /\/web\/login$/.test(url.pathname);
        if (xhr.status < 300 && !isLogin) {
            this.el.dispatchEvent(new CustomEvent("support-sent"));
            window.location.assign(url);
            return;
        }
        this.isExpired = isLogin || xhr.status === 403;
        if (this.isExpired) {
            this.fail(
                _t(
                    "Your session has expired. Nothing is lost: sign in again, then come back here and send your request."
                )
            );
        } else if (xhr.status === 413) {
            this.fail(
                _t(
                    "Your files are too large for the server: remove some, or choose smaller ones. Your text is still here."
                )
            );
        } else {
            this.fail(
                _t(
                    "The server could not take your request. Nothing is lost: try again in a moment."
                )
            );
        }
    }

    onLost() {
        this.fail(
            _t(
                "The connection was lost. Nothing is lost: send again when it is back. Your request will be filed only once."
            )
        );
    }

    onCancel() {
        const xhr = this.xhr;
        this.xhr = null;
        xhr?.abort();
        this.fail(_t("Sending was stopped. Your text and your files are still here."));
    }

    fail(message) {
        this.xhr = null;
        this.error = message;
        this.updateContent();
        this.el.querySelector(".o_support_send_error").focus();
    }

    /** Shows the form as the server gives it back, with what is wrong. */
    replaceForm(form) {
        const errors = form.ownerDocument.getElementById("support_form_errors");
        const row = this.el.closest(".row");
        const old = this.el;
        document.getElementById("support_form_errors")?.remove();
        if (errors) {
            row.before(document.importNode(errors, true));
        }
        this.xhr = null;
        old.dispatchEvent(new CustomEvent("support-keep-files"));
        // Another version of the charter may be in force: what is accepted is shown.
        const charter = form.ownerDocument.querySelector(".o_support_charter_card");
        const shown = document.querySelector(".o_support_charter_card");
        if (charter && shown) {
            const current = document.importNode(charter, true);
            // Unfolded on a phone, if it was: it is being read.
            for (const [selector, attribute] of [
                ["#support_charter", "class"],
                [".o_support_charter_toggle", "aria-expanded"],
            ]) {
                const value = shown.querySelector(selector)?.getAttribute(attribute);
                if (value) {
                    current.querySelector(selector)?.setAttribute(attribute, value);
                }
            }
            shown.replaceWith(current);
        }
        const service = this.services["public.interactions"];
        const fresh = document.importNode(form, true);
        service.stopInteractions(old);
        old.replaceWith(fresh);
        service.startInteractions(fresh);
    }

    onPageShow(ev) {
        if (ev.persisted) {
            this.xhr = null;
        }
    }
}

registry
    .category("public.interactions")
    .add("omydoo_helpdesk.ticket_form_send", TicketFormSend);
