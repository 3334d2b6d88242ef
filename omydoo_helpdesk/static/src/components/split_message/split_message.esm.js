// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {_t} from "@web/core/l10n/translation";
import {registerMessageAction} from "@mail/core/common/message_actions";

const WRITTEN = ["comment", "email"];

// What may be another request: what somebody else than the desk wrote. Who did is for
// the server to say for sure.
registerMessageAction("omydoo_helpdesk.split", {
    condition: ({message, store, thread}) =>
        thread?.model === "helpdesk.ticket" &&
        message.thread?.eq(thread) &&
        WRITTEN.includes(message.message_type) &&
        !message.isNote &&
        !message.isSelfAuthored &&
        message.author_id?.main_user_id?.share !== false &&
        store.self.main_user_id?.share === false,
    icon: "fa fa-code-fork",
    name: _t("New Ticket from This Message"),
    onSelected: async ({message, store, thread}) => {
        const {action, orm} = store.env.services;
        await action.doAction(
            await orm.call(thread.model, "action_split", [[thread.id], message.id])
        );
    },
    sequence: 65,
});
