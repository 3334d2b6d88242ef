// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, onWillStart, useExternalListener, useState} from "@odoo/owl";
import {formatFloatTime, formatInteger} from "@web/views/fields/formatters";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

const FORMATS = {
    integer: formatInteger,
    signed: (value) => (value > 0 ? "+" : "") + formatInteger(value),
    // As the language writes it: 81 % in French.
    percentage: (value) => value.toLocaleString(user.lang, {style: "percent"}),
    float_time: formatFloatTime,
};
const LIST = "helpdesk_mgmt.helpdesk_ticket_action";

/**
 * The desk as its manager sees it: tables, each figure with the tickets behind it.
 */
export class DeskOverview extends Component {
    static template = "omydoo_helpdesk.DeskOverview";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({blocks: []});
        onWillStart(() => this.load());
        useExternalListener(document, "visibilitychange", () => {
            if (document.visibilityState === "visible") {
                this.load();
            }
        });
    }

    async load() {
        this.state.blocks = await this.keepLast.add(
            this.orm.call("helpdesk.ticket", "get_desk_overview", [])
        );
    }

    format(cell) {
        return cell.value === null ? "–" : FORMATS[cell.format](cell.value);
    }

    isLink(cell) {
        return Boolean(cell.domain && cell.value);
    }

    /**
     * Open the records of a figure, or where a block is analysed.
     */
    async open(xmlId, changes) {
        const action = await this.action.loadAction(xmlId);
        if (!changes) {
            return this.action.doAction(action);
        }
        // Neither id nor address: both would be those of the list of everything.
        const list = {...action};
        delete list.id;
        delete list.path;
        return this.action.doAction({...list, ...changes, context: {}});
    }

    openCell(cell) {
        return this.open(cell.action || LIST, {
            name: cell.title,
            display_name: cell.title,
            domain: cell.domain,
        });
    }
}

registry.category("actions").add("omydoo_helpdesk.desk_overview", DeskOverview);
