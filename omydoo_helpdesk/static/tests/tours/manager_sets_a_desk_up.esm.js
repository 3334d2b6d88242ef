// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const MAX_CLICKS = 40;
const PAGE = ".o_support_start";
const DESK = "helpdesk_mgmt.helpdesk_ticket_main_menu";

/**
 * Steps that count what a person does: a click for each button, and one to go to each
 * field that is typed in.
 */
class Counted {
    steps = [];
    count = 0;

    click(trigger) {
        this.count += 1;
        this.steps.push({trigger, run: "click"});
        return this;
    }

    fill(trigger, text) {
        this.count += 1;
        this.steps.push({trigger, run: `edit ${text}`});
        return this;
    }

    see(trigger) {
        this.steps.push({trigger});
        return this;
    }

    /** A button of a step, and the mark that the step is done. */
    press(step, name) {
        return this.click(
            `${PAGE} [name='${step}'] button[name='${name}']:not(:disabled)`
        );
    }

    done(step) {
        return this.see(`${PAGE} div[name='${step}'] .o_support_head .fa-check-circle`);
    }

    back() {
        return this.click(
            ".breadcrumb-item.o_back_button a, .o_back_button:not(.breadcrumb-item)"
        );
    }

    answer(text) {
        return this.click(".o-mail-Chatter-sendMessage")
            .fill(".o-mail-Composer-input", text)
            .click(".o-mail-Composer-send:not(:disabled)")
            .see(`.o-mail-Message:contains(${text})`);
    }

    get(before = 0) {
        const count = this.count;
        return [
            ...this.steps,
            {
                content: "Few clicks",
                trigger: "body",
                run() {
                    const total = count + before;
                    if (total > MAX_CLICKS) {
                        throw new Error(`${total} clicks`);
                    }
                },
            },
        ];
    }
}

function setUp() {
    return new Counted()
        .click(".o_navbar_apps_menu button")
        .click(`.o_app[data-menu-xmlid='${DESK}']`)
        .see(`${PAGE} h1`)
        .fill(`${PAGE} [name='phone'] input`, "+33 1 99 00 00 00")
        .press("company", "action_set_phone")
        .done("company")
        .press("hours", "action_set_hours")
        .press("hours", "action_add_holidays")
        .done("hours")
        .press("plans", "action_make_plans")
        .done("plans")
        .press("team", "action_set_team")
        .done("team")
        .press("charter", "action_make_charter")
        .see(".o_form_view [name='section_ids']")
        .back()
        .press("charter", "action_publish_charter")
        .click(".modal button[name='action_publish']")
        .done("charter")
        .fill(`${PAGE} [name='new_customer'] input`, "Moulin de la Lune")
        .fill(`${PAGE} [name='new_contact'] input`, "Claire Lune")
        .fill(`${PAGE} [name='new_email'] input`, "claire@lune.example.com")
        .press("customer", "action_subscribe")
        .done("customer")
        .press("test", "action_file_test")
        .answer("Here is how")
        .back()
        .press("test", "action_archive_test")
        .done("test");
}

function answerFirst() {
    return new Counted()
        .click(".o_navbar_apps_menu button")
        .click(`.o_app[data-menu-xmlid='${DESK}']`)
        .click(
            ".o_support_my_desk:not(:has(.o_support_start_link)) [data-name='untaken']"
        )
        .click(".o_data_row td[name='name']:contains(My first request)")
        .answer("Welcome");
}

registry.category("web_tour.tours").add("omydoo_helpdesk_manager_sets_a_desk_up", {
    steps: () => setUp().get(),
});

registry.category("web_tour.tours").add("omydoo_helpdesk_manager_answers_first", {
    // With what it took to come so far.
    steps: () => answerFirst().get(setUp().count),
});
