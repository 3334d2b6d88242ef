// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {GraphRenderer} from "@web/views/graph/graph_renderer";
import {graphView} from "@web/views/graph/graph_view";
import {registry} from "@web/core/registry";

// What a value means in lists, forms and on the portal, in the colours that it has there.
const COLOURS = {
    met: "#28a745",
    missed: "#dc3545",
    ongoing: "#17a2b8",
    held: "#adb5bd",
    not_applicable: "#dee2e6",
    none: "#e9ecef",
    satisfied: "#28a745",
    okay: "#ffc107",
    dissatisfied: "#dc3545",
    agreed: "#28a745",
    refused: "#dc3545",
    waiting: "#17a2b8",
};

/**
 * Which value a bar stands for: its domain says so, whatever the language of its label.
 *
 * @param {Array[]} domains of each point of the bars
 * @returns {String|undefined}
 */
export function findState(domains) {
    for (const domain of domains || []) {
        for (const leaf of domain || []) {
            if (Array.isArray(leaf) && leaf[1] === "=" && leaf[2] in COLOURS) {
                return leaf[2];
            }
        }
    }
    return undefined;
}

export class StateGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const data = super.getBarChartData();
        for (const dataset of data.datasets) {
            const state = findState(dataset.domains);
            if (state) {
                dataset.backgroundColor = COLOURS[state];
            }
        }
        return data;
    }
}

registry.category("views").add("support_state_graph", {
    ...graphView,
    Renderer: StateGraphRenderer,
});
