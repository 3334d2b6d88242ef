// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const SECOND = 1000;

/** How long a timer has been running, counted from the instant that the server keeps. */
export class TimerField extends Component {
    static template = "omydoo_helpdesk.TimerField";
    static props = {
        ...standardFieldProps,
        stoppedField: {type: String, optional: true},
    };

    runningTitle = _t("The timer is running");
    stoppedTitle = _t("The timer has stopped");

    setup() {
        this.clock = useState({now: DateTime.now()});
        const timer = setInterval(() => {
            this.clock.now = DateTime.now();
        }, SECOND);
        onWillUnmount(() => clearInterval(timer));
    }

    /** When the ticket was closed: from then on it counts nothing more. */
    get stoppedAt() {
        const {record, stoppedField} = this.props;
        return stoppedField && record.data[stoppedField];
    }

    get startedAt() {
        return this.props.record.data[this.props.name];
    }

    get elapsed() {
        // The clocks of browser and server differ: nobody starts in the future.
        const end = this.stoppedAt || this.clock.now;
        const milliseconds = Math.max(end.toMillis() - this.startedAt.toMillis(), 0);
        const seconds = Math.floor(milliseconds / SECOND);
        const parts = [
            Math.floor(seconds / 3600),
            Math.floor((seconds % 3600) / 60),
            seconds % 60,
        ];
        return parts.map((part) => String(part).padStart(2, "0")).join(":");
    }
}

export const timerField = {
    component: TimerField,
    displayName: _t("Running timer"),
    supportedTypes: ["datetime"],
    fieldDependencies: ({options}) =>
        options.stopped_field ? [{name: options.stopped_field, type: "datetime"}] : [],
    extractProps: ({options}) => ({stoppedField: options.stopped_field}),
};

registry.category("fields").add("support_timer", timerField);
