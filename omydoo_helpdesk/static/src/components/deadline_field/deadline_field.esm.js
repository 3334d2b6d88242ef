import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime, toLocaleDateTimeString} from "@web/core/l10n/dates";
import {formatCountdown} from "@omydoo_helpdesk/core/remaining.esm";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const TICK = 30000;
// A clock that has ended has no time left to count down.
const RUNNING = ["ongoing", "held"];
// What was promised no longer matters where nobody waits for it.
const WITHOUT_DEADLINE = ["not_applicable", "none"];

export class DeadlineField extends Component {
    static template = "omydoo_helpdesk.DeadlineField";
    static props = {
        ...standardFieldProps,
        stateField: {type: String, optional: true},
        // From when on there is little time left
        riskField: {type: String, optional: true},
        // Only the countdown, where there is little room: the date is in the tooltip
        compact: {type: Boolean, optional: true},
    };

    setup() {
        this.clock = useState({now: DateTime.now()});
        const timer = setInterval(() => {
            this.clock.now = DateTime.now();
        }, TICK);
        onWillUnmount(() => clearInterval(timer));
    }

    get deadline() {
        return this.props.record.data[this.props.name];
    }

    get state() {
        const {stateField, record} = this.props;
        return stateField && record.data[stateField];
    }

    get isRunning() {
        return !this.state || RUNNING.includes(this.state);
    }

    get isShown() {
        return this.deadline && !WITHOUT_DEADLINE.includes(this.state);
    }

    get hasCountdown() {
        return this.isShown && this.isRunning;
    }

    get hasDate() {
        return this.isShown && !(this.props.compact && this.state);
    }

    /** What became of the clock, where a list has no room for a column of its own. */
    get stateLabel() {
        const {stateField, record} = this.props;
        if (!this.props.compact || !this.state || this.state === "ongoing") {
            return "";
        }
        const option = record.fields[stateField].selection.find(
            ([value]) => value === this.state
        );
        return option ? option[1] : "";
    }

    get remaining() {
        return this.deadline.toMillis() - this.clock.now.toMillis();
    }

    get isLate() {
        return this.isRunning && this.remaining < 0;
    }

    get isAtRisk() {
        const {riskField, record} = this.props;
        const riskAt = riskField && record.data[riskField];
        return Boolean(
            riskAt && this.isRunning && !this.isLate && riskAt <= this.clock.now
        );
    }

    get date() {
        return toLocaleDateTimeString(this.deadline, {showSeconds: false});
    }

    get fullDate() {
        return formatDateTime(this.deadline);
    }

    get countdown() {
        return formatCountdown(this.remaining);
    }
}

export const deadlineField = {
    component: DeadlineField,
    displayName: _t("Deadline with countdown"),
    supportedTypes: ["datetime"],
    fieldDependencies: ({options}) => [
        ...(options.state_field
            ? [{name: options.state_field, type: "selection"}]
            : []),
        ...(options.risk_field ? [{name: options.risk_field, type: "datetime"}] : []),
    ],
    extractProps: ({options, viewType}) => ({
        stateField: options.state_field,
        riskField: options.risk_field,
        compact: ["list", "kanban"].includes(viewType),
    }),
};

registry.category("fields").add("support_deadline", deadlineField);
