// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {onWillDestroy, toRaw, useEffect} from "@odoo/owl";
import {Chatter} from "@mail/chatter/web_portal/chatter";
import {Composer} from "@mail/core/common/composer";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {Thread} from "@mail/core/common/thread_model";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {fields} from "@mail/core/common/record";
import {patch} from "@web/core/utils/patch";
import {useBus} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";
// Without a key for so long nobody writes any more.
const PAUSE = 15000;

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        // Whether the ticket is closed when the answer is sent.
        this.supportCloses = fields.Attr(false);
        // The newest message when the answer was begun.
        this.supportSeenId = undefined;
    },
});

patch(Chatter.prototype, {
    setup() {
        super.setup(...arguments);
        if (this.props.threadModel !== MODEL) {
            return;
        }
        useBus(this.env.bus, "OMYDOO_HELPDESK:COMPOSE", ({detail}) => {
            if (detail.id === this.props.threadId) {
                this.supportCompose(detail);
            }
        });
    },
    supportCompose({closes = false, text = ""}) {
        const {thread} = this.state;
        this.toggleComposer("message", {force: true});
        thread.supportCloses = closes;
        if (text) {
            const {composer} = thread;
            const before = composer.composerText.trimEnd();
            composer.insertText(
                before ? `\n\n${text}` : text,
                before ? before.length : 0,
                {moveCursorToEnd: true}
            );
        }
    },
    toggleComposer() {
        if (this.state.thread?.supportCloses) {
            this.state.thread.supportCloses = false;
        }
        return super.toggleComposer(...arguments);
    },
});

patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        this.supportIsWriting = false;
        useEffect(
            (text) => this.supportWatch(text),
            () => [this.props.composer.composerText, this.props.type]
        );
        onWillDestroy(() => this.supportStop());
    },
    get isSupportAnswer() {
        const {composer, type} = this.props;
        return composer.thread?.model === MODEL && type === "message";
    },
    get SEND_TEXT() {
        return this.isSupportAnswer && this.props.composer.thread.supportCloses
            ? _t("Send and Close")
            : super.SEND_TEXT;
    },
    supportWatch(text) {
        if (!this.isSupportAnswer) {
            return;
        }
        const thread = toRaw(this.props.composer.thread);
        if (!text.trim()) {
            thread.supportSeenId = undefined;
            this.supportStop();
            return;
        }
        if (thread.supportSeenId === undefined && thread.isLoaded) {
            thread.supportSeenId = thread.newestPersistentOfAllMessage?.id || 0;
        }
        if (!this.supportIsWriting) {
            this.supportTell(true);
        }
        browser.clearTimeout(this.supportTimeout);
        this.supportTimeout = browser.setTimeout(() => this.supportStop(), PAUSE);
    },
    supportTell(isWriting) {
        this.supportIsWriting = isWriting;
        this.env.bus.trigger("OMYDOO_HELPDESK:WRITING", {
            id: this.props.composer.thread?.id,
            isWriting,
        });
    },
    supportStop() {
        browser.clearTimeout(this.supportTimeout);
        if (this.supportIsWriting) {
            this.supportTell(false);
        }
    },
    /** Whoever answered since this answer was begun: asked of the server. */
    async supportFindMeantime() {
        const thread = toRaw(this.props.composer.thread);
        if (thread.supportSeenId === undefined) {
            return [];
        }
        return this.env.services.orm.searchRead(
            "mail.message",
            [
                ["model", "=", MODEL],
                ["res_id", "=", thread.id],
                ["id", ">", thread.supportSeenId],
                ["message_type", "in", ["comment", "email"]],
                ["subtype_id.internal", "=", false],
                ["author_id", "!=", this.store.self.id],
            ],
            ["author_id", "email_from"],
            {order: "id desc", limit: 1}
        );
    },
    supportConfirm([message]) {
        const name = message.author_id ? message.author_id[1] : message.email_from;
        return new Promise((resolve) => {
            this.env.services.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("%(name)s answered in the meantime", {name}),
                    body: _t(
                        "This answer was begun before. Read theirs first, or send yours anyway?"
                    ),
                    confirmLabel: _t("Send Anyway"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Read First"),
                    cancel: () => resolve(false),
                },
                {onClose: () => resolve(false)}
            );
        });
    },
    async sendMessage() {
        if (this.isSupportAnswer && this.state.active) {
            const messages = await this.supportFindMeantime();
            if (messages.length && !(await this.supportConfirm(messages))) {
                const thread = toRaw(this.props.composer.thread);
                thread.supportSeenId = messages[0].id;
                await thread.fetchNewMessages();
                return;
            }
        }
        await super.sendMessage(...arguments);
    },
    async _sendMessage() {
        const {thread} = this.props.composer;
        const closes = this.isSupportAnswer && thread.supportCloses;
        const message = await super._sendMessage(...arguments);
        if (closes) {
            thread.supportCloses = false;
            await this.env.services.orm.call(MODEL, "action_close_with_answer", [
                [thread.id],
            ]);
        }
        return message;
    },
});
