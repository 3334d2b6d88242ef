// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";

/** The customer's other tickets, and what was solved that looks alike: to be quoted. */
export class Similar extends Component {
    static template = "omydoo_helpdesk.Similar";
    static props = {...standardWidgetProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({found: null});
        useRecordObserver((record) => this.find(record.resId));
    }

    async find(resId) {
        if (!resId || resId === this.foundFor) {
            return;
        }
        this.foundFor = resId;
        this.state.found = null;
        const found = await this.orm.call(MODEL, "get_similar", [[resId]]);
        if (resId === this.foundFor) {
            this.state.found = found;
        }
    }

    get isEmpty() {
        const {open, solved, articles} = this.state.found;
        return !open.length && !solved.length && !articles.length;
    }

    open(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    quote(text) {
        this.env.bus.trigger("OMYDOO_HELPDESK:COMPOSE", {
            id: this.props.record.resId,
            text,
        });
    }

    quoteArticle(article) {
        this.quote(`${article.title}\n${article.url}`);
    }
}

registry.category("view_widgets").add("support_similar", {component: Similar});
