// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {formatCountdown} from "@omydoo_helpdesk/core/remaining.esm";
import {registry} from "@web/core/registry";

const TICK = 30000;

/**
 * Shows how much time is left beside a deadline, which the page tells by itself.
 */
export class Countdown extends Interaction {
    static selector = ".o_support_countdown";
    dynamicContent = {
        _root: {"t-out": () => this.text},
    };

    start() {
        const timer = setInterval(() => this.updateContent(), TICK);
        this.registerCleanup(() => clearInterval(timer));
    }

    get text() {
        return formatCountdown(Date.parse(this.el.dataset.deadline) - Date.now());
    }
}

registry.category("public.interactions").add("omydoo_helpdesk.countdown", Countdown);
