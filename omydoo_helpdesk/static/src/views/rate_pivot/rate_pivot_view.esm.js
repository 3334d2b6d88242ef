// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {PivotRenderer} from "@web/views/pivot/pivot_renderer";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";

/** A rate of nothing is none, where Odoo writes 0 %. */
export class RatePivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        if (cell.value === false || cell.value === null) {
            return {value: "–"};
        }
        return super.getFormattedValue(cell);
    }
}

registry.category("views").add("support_rate_pivot", {
    ...pivotView,
    Renderer: RatePivotRenderer,
});
