// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {
    onMounted,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useState,
    useSubEnv,
} from "@odoo/owl";
import {FormController} from "@web/views/form/form_controller";
import {FormRenderer} from "@web/views/form/form_renderer";
import {TicketStatusBarButtons} from "./ticket_buttons.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

const MODEL = "helpdesk.ticket";
const TYPES = ["change", "message", "presence"];
const BEAT = 60000;
// Whoever has not said anything for so long is gone: the browser was closed.
const GONE_AFTER = 3 * BEAT;
// A message and what it changes are told one after the other.
const PAUSE = 250;

/** The form of a ticket: up to date, and aware of who else has it open. */
export class TicketFormController extends FormController {
    setup() {
        super.setup();
        this.busService = useService("bus_service");
        this.live = useState({people: {}, changedBy: ""});
        this.presence = "here";
        useSubEnv({supportLive: this.live});
        useBus(this.env.bus, "OMYDOO_HELPDESK:WRITING", ({detail}) => {
            if (detail.id === this.resId) {
                this.tell(detail.isWriting ? "writing" : "here");
            }
        });
        // A tab that is closed unmounts nothing, and sends only what outlives it.
        useExternalListener(window, "pagehide", () => this.tellOnTheWayOut());
        useExternalListener(window, "pageshow", ({persisted}) => {
            if (persisted && this.resId) {
                this.tell(this.presence, {asks: true});
            }
        });
        const callbacks = TYPES.map((type) => [
            `omydoo_helpdesk.ticket/${type}`,
            (payload) => this.onTold(type, payload),
        ]);
        onMounted(() => {
            callbacks.forEach((args) => this.busService.subscribe(...args));
            this.beat = browser.setInterval(() => this.onBeat(), BEAT);
        });
        onWillUnmount(() => {
            callbacks.forEach((args) => this.busService.unsubscribe(...args));
            browser.clearInterval(this.beat);
            browser.clearTimeout(this.refreshTimeout);
        });
        useEffect(
            (resId) => {
                if (resId) {
                    this.join(resId);
                    return () => this.leave(resId);
                }
            },
            () => [this.resId]
        );
    }

    get resId() {
        return this.model.root?.resId;
    }

    // === WHO IS HERE === //

    async join(resId) {
        Object.assign(this.live, {people: {}, changedBy: ""});
        await this.busService.addChannel(`omydoo_helpdesk.ticket_${resId}`);
        this.tell("here", {asks: true});
    }

    leave(resId) {
        this.busService.deleteChannel(`omydoo_helpdesk.ticket_${resId}`);
        this.tell("gone", {resId});
    }

    /** Who else is here; most of the time nobody, and then there is nobody to tell. */
    get isAlone() {
        return !Object.keys(this.live.people).length;
    }

    async tell(state, {asks = false, resId = this.resId} = {}) {
        // Whoever comes asks, and is told what it is then.
        this.presence = state === "gone" ? "here" : state;
        if (this.isAlone && !asks) {
            return;
        }
        try {
            await this.orm.silent.call(MODEL, "tell_presence", [[resId], state, asks]);
        } catch {
            // Nobody needs to know: a ticket that is gone, or a network that is.
        }
    }

    tellOnTheWayOut() {
        if (!this.resId || this.isAlone) {
            return;
        }
        browser.fetch(`/web/dataset/call_kw/${MODEL}/tell_presence`, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({
                jsonrpc: "2.0",
                method: "call",
                params: {
                    model: MODEL,
                    method: "tell_presence",
                    args: [[this.resId], "gone"],
                    kwargs: {},
                },
            }),
            keepalive: true,
        });
    }

    onBeat() {
        const now = Date.now();
        for (const [id, person] of Object.entries(this.live.people)) {
            if (person.at < now - GONE_AFTER) {
                delete this.live.people[id];
            }
        }
        this.tell(this.presence);
    }

    onPresence({user_id: userId, name, state, asks}) {
        if (state === "gone") {
            delete this.live.people[userId];
            return;
        }
        this.live.people[userId] = {
            name,
            isWriting: state === "writing",
            at: Date.now(),
        };
        if (asks) {
            this.tell(this.presence);
        }
    }

    // === WHAT CHANGED === //

    onTold(type, payload) {
        if (payload.id !== this.resId || payload.user_id === user.userId) {
            return;
        }
        if (type === "presence") {
            this.onPresence(payload);
            return;
        }
        browser.clearTimeout(this.refreshTimeout);
        this.refreshTimeout = browser.setTimeout(
            () => this.refresh(payload.name),
            PAUSE
        );
    }

    /** Read again, and keep whatever is being typed. */
    async refresh(name) {
        const record = this.model.root;
        const isDirty = await record.isDirty();
        this.live.changedBy = isDirty ? name : "";
        try {
            await this.model.mutex.exec(() =>
                this.model._updateConfig(
                    record.config,
                    {},
                    {
                        commit: (values) => {
                            if (record === this.model.root) {
                                record._setData(values, {keepChanges: isDirty});
                                record.dirty = isDirty;
                            }
                        },
                    }
                )
            );
        } catch {
            // It may not be read any more: whoever saves is told.
        }
    }

    // === BUTTONS === //

    async beforeExecuteActionButton(clickParams) {
        const saved = await super.beforeExecuteActionButton(clickParams);
        if (saved === false) {
            return false;
        }
        if (clickParams.name === "action_close_with_answer") {
            this.compose({closes: true});
            return false;
        }
        if (clickParams.name === "action_next_ticket") {
            await this.openNext();
            return false;
        }
        return saved;
    }

    async afterExecuteActionButton(clickParams) {
        await super.afterExecuteActionButton(clickParams);
        if (clickParams.name === "action_take_and_answer") {
            this.compose({});
        }
    }

    compose(detail) {
        this.env.bus.trigger("OMYDOO_HELPDESK:COMPOSE", {id: this.resId, ...detail});
    }

    /** The next ticket in place of this one, whatever list it was opened from. */
    async openNext() {
        const action = await this.orm.call(MODEL, "action_next_ticket", [[this.resId]]);
        if (action.type !== "ir.actions.act_window") {
            this.env.services.notification.add(_t("Nothing else is waiting for you."), {
                type: "success",
            });
            return;
        }
        const {resIds} = this.model.root;
        const resId = action.res_id;
        await this.model.load({
            resId,
            resIds: resIds.includes(resId) ? resIds : [...resIds, resId],
        });
    }
}

export class TicketFormRenderer extends FormRenderer {
    static components = {
        ...FormRenderer.components,
        StatusBarButtons: TicketStatusBarButtons,
    };
}

registry.category("views").add("support_ticket_form", {
    ...formView,
    Controller: TicketFormController,
    Renderer: TicketFormRenderer,
});
