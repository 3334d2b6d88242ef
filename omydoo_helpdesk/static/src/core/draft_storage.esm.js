// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {browser} from "@web/core/browser/browser";

const PREFIX = "omydoo_helpdesk.draft.";
const MAX_AGE = 7 * 24 * 3600 * 1000;

/**
 * Drafts of the request form, one for each user, in this browser only. A browser that
 * refuses to keep anything (private window, full disk) changes nothing for the form.
 */
export const draftStorage = {
    load(userId) {
        try {
            const draft = JSON.parse(browser.localStorage.getItem(PREFIX + userId));
            if (draft && Date.now() - draft.savedAt < MAX_AGE) {
                return draft.fields;
            }
            browser.localStorage.removeItem(PREFIX + userId);
        } catch {
            // Nothing kept
        }
        return null;
    },

    save(userId, fields) {
        try {
            browser.localStorage.setItem(
                PREFIX + userId,
                JSON.stringify({savedAt: Date.now(), fields})
            );
        } catch {
            // Nothing kept
        }
    },

    clear(userId) {
        this.clearAll((key) => key === PREFIX + userId);
    },

    clearOthers(userId) {
        this.clearAll((key) => key !== PREFIX + userId);
    },

    clearAll(isWanted = () => true) {
        try {
            for (const key of Object.keys(browser.localStorage)) {
                if (key.startsWith(PREFIX) && isWanted(key)) {
                    browser.localStorage.removeItem(key);
                }
            }
        } catch {
            // Nothing kept
        }
    },
};
