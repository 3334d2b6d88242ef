// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {LookedAt, lookedAt} from "../looked_at/looked_at.esm";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/**
 * What a review tells, made by the server: each figure opens the records behind it.
 */
export class ReviewPage extends LookedAt {
    static template = "omydoo_helpdesk.ReviewPage";

    setup() {
        super.setup();
        this.action = useService("action");
    }

    async onClick(ev) {
        const figure = ev.target.closest("[data-figure]");
        if (!figure) {
            return;
        }
        const {resId, resModel} = this.props.record;
        const action = await this.orm.call(resModel, "action_open_figure", [
            [resId],
            figure.dataset.figure,
        ]);
        await this.action.doAction(action);
    }
}

registry.category("view_widgets").add("support_review_page", {
    ...lookedAt,
    component: ReviewPage,
});
