// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {TicketFormController} from "@omydoo_helpdesk/components/ticket_form/ticket_form_view.esm";
import {browser} from "@web/core/browser/browser";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ACTIONS = ".o_statusbar_buttons";
const SENT = ".o-mail-Thread .o-mail-Message:contains";

// What the bus would hand over: in tests it does not run.
let controller = null;
patch(TicketFormController.prototype, {
    setup() {
        super.setup();
        controller = this;
    },
});

/** A tour of so many clicks, not one more. */
const addTour = (name, clicks, steps) => {
    const found = steps.filter((step) => step.run === "click").length;
    if (found !== clicks) {
        throw new Error(`${name}: ${found} clicks instead of ${clicks}`);
    }
    tours.add(`omydoo_helpdesk_form_${name}`, {steps: () => steps});
};

const send = (text, button = "Send") => [
    {trigger: ".o-mail-Composer-input", run: `edit ${text}`},
    {trigger: `.o-mail-Composer-send:enabled:contains(${button})`, run: "click"},
];

addTour("answer_and_take", 2, [
    {trigger: `${ACTIONS} button[name='action_take_and_answer']`, run: "click"},
    ...send("We are on it"),
    {trigger: `${SENT}(We are on it)`},
    {trigger: "div[name='response_state']:contains(Met)"},
    {trigger: `${ACTIONS}:not(:has(button[name='action_take_and_answer']))`},
]);

addTour("qualify", 2, [
    {trigger: "div[name='scope']:contains(To qualify)"},
    {trigger: "div[name='category_id'] input", run: "click"},
    {
        trigger: ".o-autocomplete--dropdown-item a:contains(Troubleshooting)",
        run: "click",
    },
    {
        content: "Saved at once, and the verdict follows",
        trigger: ".o_form_saved div[name='scope']:contains(In scope)",
    },
]);

addTour("telephone", 4, [
    {trigger: ".o_list_button_add", run: "click"},
    {trigger: ".oe_title div[name='name'] input", run: "edit Called from the shop"},
    {trigger: "div[name='partner_id'] input", run: "edit support_a1"},
    {trigger: ".o-autocomplete--dropdown-item a:contains(support_a1)", run: "click"},
    {trigger: ".o_omydoo_ticket_side div[name='channel_id'] input", run: "edit Phone"},
    {trigger: ".o-autocomplete--dropdown-item a:contains(Phone)", run: "click"},
    {
        trigger: "div[name='description'] .odoo-editor-editable",
        run: "editor The till does not open",
    },
    {trigger: ".o_form_button_save", run: "click"},
    {trigger: ".o_form_saved div[name='number']"},
]);

addTour("close_with_answer", 2, [
    {trigger: `${ACTIONS} button[name='action_close_with_answer']`, run: "click"},
    ...send("It is repaired", "Send and Close"),
    {trigger: `${SENT}(It is repaired)`},
    {trigger: "div[name='resolution_state']:contains(Met)"},
    {trigger: `${ACTIONS}:not(:has(button[name='action_close_with_answer']))`},
]);

// On a telephone: one button beside what else can be done, and all of it in reach.
addTour("on_a_phone", 7, [
    {trigger: `${ACTIONS} button[name='action_take_and_answer']`, run: "click"},
    ...send("We are on it"),
    {trigger: `${SENT}(We are on it)`},
    {trigger: "div[name='response_state']:contains(Met)"},
    {trigger: `${ACTIONS} .o_omydoo_actions`, run: "click"},
    {trigger: ".o-dropdown--menu button[name='action_log_time']", run: "click"},
    {trigger: ".modal div[name='hours'] input", run: "edit 00:30"},
    {trigger: ".modal div[name='name'] input", run: "edit Looked at the VAT"},
    {trigger: ".modal button[name='action_save']", run: "click"},
    {trigger: "body:not(:has(.modal))"},
    {trigger: `${ACTIONS} button[name='action_close_with_answer']`, run: "click"},
    ...send("It is repaired", "Send and Close"),
    {trigger: `${SENT}(It is repaired)`},
    {trigger: "div[name='resolution_state']:contains(Met)"},
    {trigger: `${ACTIONS}:not(:has(button[name='action_close_with_answer']))`},
]);

addTour("log_time", 2, [
    {trigger: `${ACTIONS} button[name='action_log_time']`, run: "click"},
    {trigger: ".modal div[name='hours'] input", run: "edit 00:30"},
    {trigger: ".modal div[name='name'] input", run: "edit Looked at the VAT"},
    {trigger: ".modal button[name='action_save']", run: "click"},
    {trigger: "body:not(:has(.modal))"},
]);

addTour("next_ticket", 1, [
    {trigger: ".oe_title div[name='name'] input:value(First in the queue)"},
    {trigger: `${ACTIONS} button[name='action_next_ticket']`, run: "click"},
    {trigger: ".oe_title div[name='name'] input:value(Second in the queue)"},
]);

// Alt and a letter, as Odoo's own overlay shows them.
addTour("keyboard", 0, [
    {
        trigger: `${ACTIONS} button[name='assign_to_me'][data-hotkey='g']`,
        run: "press alt+g",
    },
    {trigger: `${ACTIONS}:not(:has(button[name='assign_to_me']))`},
    {trigger: ".o-mail-Chatter-logNote", run: "press alt+shift+m"},
    {trigger: ".o-mail-Composer-send:contains(Log)"},
    {trigger: ".o-mail-Chatter-sendMessage", run: "press alt+m"},
    {trigger: ".o-mail-Composer-send:contains(Send)"},
    {trigger: `${ACTIONS} button[name='action_close_with_answer']`, run: "press alt+w"},
    {trigger: ".o-mail-Composer-send:contains(Send and Close)"},
    {
        trigger: `${ACTIONS} button[name='action_next_ticket']`,
        run: "press alt+shift+n",
    },
    {trigger: ".oe_title div[name='name'] input:value(Second in the queue)"},
]);

const by = (name) => ({id: controller.resId, user_id: -1, name});

addTour("told", 1, [
    {trigger: ".oe_title div[name='name'] input", run: "edit Typed here && press Tab"},
    {
        content: "A colleague changes the priority, and answers",
        trigger: ".o_form_dirty",
        run: async () => {
            const id = controller.resId;
            await controller.orm.write("helpdesk.ticket", [id], {environment: "test"});
            await controller.orm.call("helpdesk.ticket", "message_post", [[id]], {
                body: "From a colleague",
                message_type: "comment",
                subtype_xmlid: "mail.mt_comment",
            });
            controller.onTold("change", by("Karim"));
        },
    },
    {
        content: "Said, and shown, without losing what is typed",
        trigger: ".o_omydoo_changed:contains(Karim)",
    },
    {trigger: `${SENT}(From a colleague)`},
    {trigger: ".oe_title div[name='name'] input:value(Typed here)"},
    {trigger: "a[name='support_details']", run: "click"},
    {trigger: "div[name='environment'] input:value(Test)"},
    {
        trigger: ".o_form_dirty",
        run: () => controller.onPresence({...by("Karim"), state: "here"}),
    },
    {
        trigger: ".o_omydoo_presence:contains(Karim: has it open too)",
        run: () => controller.onPresence({...by("Karim"), state: "writing"}),
    },
    {
        trigger: ".o_omydoo_presence:contains(Karim: writing an answer)",
        run: () => controller.onPresence({...by("Karim"), state: "gone"}),
    },
    {trigger: ".o_form_view:not(:has(.o_omydoo_presence:contains(Karim: )))"},
    {
        content:
            "Who closes the tab is gone at once, by a request that outlives it: if " +
            "anybody else is there to be told",
        trigger: ".o_form_view",
        run: async () => {
            const {fetch} = browser;
            const sent = [];
            browser.fetch = (...args) => {
                sent.push(fetch(...args).then((response) => response.json()));
                return sent[0];
            };
            window.dispatchEvent(new Event("pagehide"));
            const toldToNobody = sent.length;
            controller.onPresence({...by("Karim"), state: "here"});
            window.dispatchEvent(new Event("pagehide"));
            controller.onPresence({...by("Karim"), state: "gone"});
            browser.fetch = fetch;
            const [answer] = await Promise.all(sent);
            if (toldToNobody || !answer || answer.error) {
                const found = JSON.stringify([toldToNobody, answer]);
                throw new Error(`Told to nobody, and to Karim: ${found}`);
            }
        },
    },
    {
        content: "Nothing is left to save when the tour ends",
        trigger: ".oe_title div[name='name'] input",
        run: () => controller.discard(),
    },
    {trigger: ".o_form_saved"},
]);

addTour("meantime", 3, [
    {
        trigger: `${ACTIONS} button[name='action_take_and_answer']`,
        run: "click",
    },
    {trigger: ".o-mail-Composer-input", run: "edit Mine"},
    {
        content: "A colleague was faster",
        trigger: ".o-mail-Composer-send:enabled",
        run: async () => {
            const [author] = await controller.orm.search("res.partner", [
                ["email", "=", "support_pm@desk.example.com"],
            ]);
            await controller.orm.call(
                "helpdesk.ticket",
                "message_post",
                [[controller.resId]],
                {
                    author_id: author,
                    body: "Faster",
                    message_type: "comment",
                    subtype_xmlid: "mail.mt_comment",
                }
            );
        },
    },
    {trigger: ".o-mail-Composer-send:enabled", run: "click"},
    {
        trigger:
            ".modal:contains(answered in the meantime) .btn-secondary:contains(Read)",
        run: "click",
    },
    {trigger: `${SENT}(Faster)`},
    {
        content: "What was typed is still there",
        trigger: ".o-mail-Composer-input:value(Mine)",
    },
]);

addTour("quotes", 2, [
    {trigger: "a[name='support_similar']", run: "click"},
    {trigger: ".o_omydoo_similar:contains(Another open ticket)"},
    {
        trigger:
            ".o_omydoo_similar li:contains(The zeppelin is grounded) .o_omydoo_quote",
        run: "click",
    },
    {trigger: ".o-mail-Composer-input:value(Fill the balloon again)"},
]);
