// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Who else has the ticket open, and who changed it while somebody types here. */
export class Presence extends Component {
    static template = "omydoo_helpdesk.Presence";
    static props = {...standardWidgetProps};

    setup() {
        this.live = useState(this.env.supportLive || {people: {}, changedBy: ""});
    }

    get people() {
        return Object.values(this.live.people);
    }

    get writing() {
        return this.people.filter((person) => person.isWriting);
    }

    get text() {
        const people = this.writing.length ? this.writing : this.people;
        const names = people.map((person) => person.name).join(", ");
        return this.writing.length
            ? _t("%(names)s: writing an answer", {names})
            : _t("%(names)s: has it open too", {names});
    }

    get changedText() {
        const name = this.props.record.dirty && this.live.changedBy;
        return name
            ? _t("%(name)s changed this ticket meanwhile; what you typed is kept.", {
                  name,
              })
            : "";
    }
}

registry.category("view_widgets").add("support_presence", {component: Presence});
