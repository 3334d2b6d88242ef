// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {_t} from "@web/core/l10n/translation";

/**
 * How much time lies between two instants, in at most two units.
 *
 * The instants are compared in UTC, so that a change of hour in between neither adds
 * nor takes an hour.
 *
 * @param {Number} milliseconds - may be negative
 * @returns {String}
 */
export function formatRemaining(milliseconds) {
    const minutes = Math.floor(Math.abs(milliseconds) / 60000);
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    // So far away no hour matters to anybody.
    if (days >= 10) {
        return _t("%(days)s d", {days});
    }
    if (days) {
        return _t("%(days)s d %(hours)s h", {days, hours});
    }
    if (hours) {
        // As people say it, and as tools/text.py: 1 h 05.
        const rest = String(minutes % 60).padStart(2, "0");
        return _t("%(hours)s h %(minutes)s", {hours, minutes: rest});
    }
    return _t("%(minutes)s min", {minutes});
}

/**
 * The time left before a deadline, or since it passed.
 *
 * @param {Number} milliseconds - negative once the deadline has passed
 * @returns {String}
 */
export function formatCountdown(milliseconds) {
    const time = formatRemaining(milliseconds);
    return milliseconds < 0
        ? _t("late by %(time)s", {time})
        : _t("in %(time)s", {time});
}
