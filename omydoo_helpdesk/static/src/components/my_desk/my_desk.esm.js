// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {
    Component,
    onMounted,
    onWillStart,
    useExternalListener,
    useState,
} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const START_ACTION = "omydoo_helpdesk.support_start_action";

/**
 * Where an agent's day starts: what waits for them, each figure with its list.
 *
 * Asked for again whenever somebody comes back to it, from a ticket or another tab.
 */
export class MyDesk extends Component {
    static template = "omydoo_helpdesk.MyDesk";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({sections: [], timer: false, start: false});
        onWillStart(() => this.load());
        onMounted(() => this.showStart());
        useExternalListener(document, "visibilitychange", () => {
            if (document.visibilityState === "visible") {
                this.load();
            }
        });
    }

    async load() {
        const desk = await this.keepLast.add(
            this.orm.call("helpdesk.ticket", "get_my_desk", [])
        );
        Object.assign(this.state, desk);
    }

    /**
     * Lead a manager to the set-up of a desk that is not done: once in a session, for
     * each company. Whoever comes back finds the way there on this page.
     */
    showStart() {
        const key = `omydoo_helpdesk.start.${user.activeCompany.id}`;
        if (this.state.start && !browser.sessionStorage.getItem(key)) {
            browser.sessionStorage.setItem(key, "shown");
            this.openStart();
        }
    }

    get startText() {
        const {done, total} = this.state.start;
        return _t("The set-up of your desk: %(done)s of %(total)s steps are done", {
            done,
            total,
        });
    }

    openStart() {
        return this.action.doAction(START_ACTION);
    }

    getCount(tile) {
        return formatInteger(tile.count) + (tile.is_capped ? "+" : "");
    }

    getColor(tile) {
        return tile.count ? `o_support_tile_${tile.level}` : "";
    }

    get timerText() {
        const start = deserializeDateTime(this.state.timer.started_at);
        return _t("Your timer runs since %s", this.formatStart(start));
    }

    formatStart(start) {
        return start.hasSame(DateTime.local(), "day")
            ? start.toLocaleString(DateTime.TIME_SIMPLE)
            : formatDateTime(start);
    }

    /**
     * Open what a tile counts, in the list of its action: no more and no less.
     */
    async open(tile) {
        const action = await this.action.loadAction(tile.action);
        // Neither id nor address: both would be those of the list of everything.
        const list = {...action};
        delete list.id;
        delete list.path;
        await this.action.doAction({
            ...list,
            name: tile.title,
            display_name: tile.title,
            domain: tile.domain,
            context: {},
        });
    }

    openTimer() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "helpdesk.ticket",
            res_id: this.state.timer.ticket_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("omydoo_helpdesk.my_desk", MyDesk);
