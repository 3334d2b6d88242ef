// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {draftStorage} from "../core/draft_storage.esm";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

/**
 * On every page: a draft is not left to the next person at this computer. An expired
 * session is no reason to lose it: its owner signs in again.
 */
export class DraftCleaner extends Interaction {
    static selector = "#wrapwrap";
    dynamicContent = {
        "a[href*='/web/session/logout']": {"t-on-click": () => draftStorage.clearAll()},
    };

    setup() {
        if (user.userId) {
            draftStorage.clearOthers(user.userId);
        }
    }
}

registry
    .category("public.interactions")
    .add("omydoo_helpdesk.draft_cleaner", DraftCleaner);
