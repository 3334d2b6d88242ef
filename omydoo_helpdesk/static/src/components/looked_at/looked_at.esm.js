// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, markup, useState} from "@odoo/owl";
import {KeepLast} from "@web/core/utils/concurrency";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const OPEN = "open";
const FOLDED = "folded";

/**
 * An HTML field that costs: asked for when somebody looks at it, not with the form.
 *
 * With a title it is folded, and a browser remembers whether its user wants it open. It
 * is asked for again when a field changes that it depends on, saved or not.
 */
export class LookedAt extends Component {
    static template = "omydoo_helpdesk.LookedAt";
    static props = {
        ...standardWidgetProps,
        field: {type: String},
        title: {type: String, optional: true},
        dependencies: {type: Array, element: String},
    };

    loadingTitle = _t("Loading…");

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.storageKey = `omydoo_helpdesk.${this.props.field}`;
        const remembered = browser.localStorage.getItem(this.storageKey);
        this.state = useState({
            isOpen: !this.props.title || remembered === OPEN,
            html: null,
        });
        useRecordObserver((record, props) => {
            // Read here, so that a change is noticed.
            props.dependencies.forEach((name) => record.data[name]);
            this.look(record);
        });
    }

    onToggle(ev) {
        const isOpen = ev.target.open;
        if (isOpen === this.state.isOpen) {
            return;
        }
        this.state.isOpen = isOpen;
        browser.localStorage.setItem(this.storageKey, isOpen ? OPEN : FOLDED);
        this.look(this.props.record);
    }

    async look(record) {
        if (!this.state.isOpen) {
            return;
        }
        const html = await this.keepLast.add(this.ask(record));
        // Rendered by a template of the server, which escapes.
        this.state.html = html ? markup(html) : "";
    }

    async ask(record) {
        const {field, dependencies} = this.props;
        const {resId, resModel} = record;
        if (resId && !(await record.isDirty())) {
            const [values] = await this.orm.read(resModel, [resId], [field], {
                context: record.context,
            });
            return values[field];
        }
        const changes = await record.getChanges({withReadonly: true});
        const {value} = await this.orm.call(
            resModel,
            "onchange",
            [
                resId ? [resId] : [],
                changes,
                dependencies.filter((name) => name in changes),
                {[field]: {}},
            ],
            {context: record.context}
        );
        return value[field];
    }
}

export const lookedAt = {
    component: LookedAt,
    extractProps: ({attrs}) => ({
        field: attrs.field,
        title: attrs.string,
        dependencies: attrs.dependencies.split(","),
    }),
};

registry.category("view_widgets").add("support_looked_at", lookedAt);
