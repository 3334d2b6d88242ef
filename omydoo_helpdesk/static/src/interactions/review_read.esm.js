// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * Notes that a review is being read, once: who opens the page need press no button.
 */
export class ReviewRead extends Interaction {
    static selector = ".o_support_review_read";

    async willStart() {
        try {
            const response = await this.waitFor(
                fetch(this.el.action, {method: "POST", body: new FormData(this.el)})
            );
            this.isNoted = response.ok;
        } catch {
            // The button is still there.
            this.isNoted = false;
        }
    }

    start() {
        this.el.classList.toggle("d-none", this.isNoted);
    }
}

registry.category("public.interactions").add("omydoo_helpdesk.review_read", ReviewRead);
