// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

// Reviews in one request, which is one transaction.
const BATCH = 10;

/**
 * Publishes and sends the reviews of a selection, batch after batch: what is sent is
 * sent, whatever happens to the next one.
 */
export class ReviewSend extends Component {
    static template = "omydoo_helpdesk.ReviewSend";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const {ids} = this.props.action.params;
        this.left = [...ids];
        this.isGone = false;
        this.state = useState({
            total: ids.length,
            done: 0,
            sent: 0,
            mails: 0,
            refused: [],
            isRunning: false,
            isStopped: false,
            error: "",
        });
        onMounted(() => this.run());
        onWillUnmount(() => {
            this.isGone = true;
        });
    }

    get percent() {
        const {done, total} = this.state;
        return total ? Math.round((100 * done) / total) : 100;
    }

    get isOver() {
        return this.state.done === this.state.total;
    }

    /**
     * Send what is left, until it is stopped. What the server refuses as a whole, as
     * when it cannot be reached, is left to be tried again.
     */
    async run() {
        Object.assign(this.state, {isRunning: true, isStopped: false, error: ""});
        while (this.left.length && !this.state.isStopped && !this.isGone) {
            const ids = this.left.slice(0, BATCH);
            let result = null;
            try {
                result = await this.orm.silent.call(
                    "support.service.review",
                    "send_each",
                    [ids]
                );
            } catch (error) {
                this.state.error = error.data?.message || error.message;
                break;
            }
            this.left.splice(0, ids.length);
            this.state.done += ids.length;
            this.state.sent += result.sent;
            this.state.mails += result.mails;
            this.state.refused.push(...result.refused);
        }
        this.state.isRunning = false;
    }

    stop() {
        this.state.isStopped = true;
    }

    async close() {
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }
}

registry.category("actions").add("omydoo_helpdesk.review_send", ReviewSend);
