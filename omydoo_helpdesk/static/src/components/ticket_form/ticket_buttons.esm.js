// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {StatusBarButtons} from "@web/views/form/status_bar_buttons/status_bar_buttons";

const SHOWN = 4;
const SHOWN_SMALL = 1;

/** The first buttons that the state of a ticket shows; the others are one click away. */
export class TicketStatusBarButtons extends StatusBarButtons {
    static template = "omydoo_helpdesk.TicketStatusBarButtons";

    get shownCount() {
        return this.env.isSmall ? SHOWN_SMALL : SHOWN;
    }

    get shownSlotNames() {
        return this.visibleSlotNames.slice(0, this.shownCount);
    }

    get otherSlotNames() {
        return this.visibleSlotNames.slice(this.shownCount);
    }
}
