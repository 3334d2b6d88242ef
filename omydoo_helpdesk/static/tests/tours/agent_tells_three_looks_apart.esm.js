// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const ROW = ".o_data_row";
const CARD = ".o_kanban_record:not(.o_kanban_ghost)";

registry
    .category("web_tour.tours")
    .add("omydoo_helpdesk_agent_tells_three_looks_apart", {
        steps: () => [
            {trigger: `${ROW}.text-danger:contains(Is late) .fa-exclamation-triangle`},
            {trigger: `${ROW}.text-warning:contains(Is at risk) .fa-hourglass-half`},
            {
                trigger:
                    `${ROW}:not(.text-danger):not(.text-warning):contains(Is calm)` +
                    ":not(:has(.fa-exclamation-triangle, .fa-hourglass-half))",
            },
            {trigger: ".o_switch_view.o_kanban", run: "click"},
            {trigger: `${CARD}:contains(Is late) .text-bg-danger:contains(Late)`},
            {
                trigger: `${CARD}:contains(Is at risk) .text-bg-warning:contains(At Risk)`,
            },
            {
                trigger: `${CARD}:contains(Is calm):not(:has(.text-bg-danger, .text-bg-warning))`,
            },
        ],
    });
