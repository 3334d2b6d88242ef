// Copyright 2026 Omydoo
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

// The files of a form that comes back with errors, for the form that replaces it.
let keptFiles = [];

function getExtension(name) {
    const dot = name.lastIndexOf(".");
    return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}

function formatSize(size) {
    const isSmall = size < 100 * 1024;
    const number = size / (isSmall ? 1024 : 1024 ** 2);
    const shown = Math.max(number, 0.1).toLocaleString(
        document.documentElement.lang || undefined,
        {maximumFractionDigits: 1}
    );
    return isSmall ? _t("%s KB", shown) : _t("%s MB", shown);
}

/**
 * Files that are chosen, dropped or pasted, one after the other, into the field that
 * the form sends. The server checks them again.
 */
export class TicketFormFiles extends Interaction {
    static selector = ".o_support_ticket_form, .o_support_files_form";
    dynamicContent = {
        "#attachment": {"t-on-change": this.onChoose},
        "#o_support_files": {"t-out": () => this.message},
        ".o_support_file_status": {"t-out": () => this.status},
        ".o_support_drop_help": {"t-att-class": () => ({"d-none": false})},
        ".o_support_files_again": {
            "t-att-class": () => ({"d-none": Boolean(this.files.length)}),
        },
        ".o_support_drop": {
            "t-att-class": () => ({o_support_drop_over: this.isOver}),
        },
        _root: {"t-on-support-keep-files": this.onKeep},
        _document: {
            "t-on-paste": this.onPaste,
            "t-on-dragover": this.onDragOver,
            "t-on-dragleave": this.onDragLeave,
            "t-on-drop": this.onDrop,
        },
    };

    setup() {
        this.input = this.el.querySelector("#attachment");
        this.list = this.el.querySelector(".o_support_file_list");
        this.files = [];
        this.previews = new Map();
        this.pasted = 0;
        this.message = this.status = "";
        this.isOver = false;
        this.registerCleanup(() => this.previews.forEach(URL.revokeObjectURL));
        const {fileTypes, refusedFileTypes} = this.el.dataset;
        this.taken = (fileTypes || "").split(",").filter(Boolean);
        this.refused = (refusedFileTypes || "").split(",").filter(Boolean);
        // Those chosen before this script was there, too
        this.add([...keptFiles, ...this.input.files]);
        keptFiles = [];
        this.status = "";
    }

    // === Ways in === //

    onChoose() {
        this.add([...this.input.files]);
    }

    onPaste(ev) {
        const data = ev.clipboardData;
        // Office programs bring a picture along with a text.
        if (!data?.files.length || data.types.includes("text/plain")) {
            return;
        }
        ev.preventDefault();
        this.add([...data.files].map((file) => this.nameScreenshot(file)));
    }

    nameScreenshot(file) {
        if (!file.type.startsWith("image/") || !/^image\.\w+$/.test(file.name)) {
            return file;
        }
        this.pasted++;
        const name = _t("screenshot %s", this.pasted);
        return new File([file], `${name}.${getExtension(file.name)}`, {
            type: file.type,
        });
    }

    hasFiles(ev) {
        return ev.dataTransfer?.types.includes("Files");
    }

    onDragOver(ev) {
        if (this.hasFiles(ev)) {
            ev.preventDefault();
            this.isOver = true;
        }
    }

    onDragLeave(ev) {
        // Left the window, not one element for another.
        this.isOver = this.isOver && Boolean(ev.relatedTarget);
    }

    onDrop(ev) {
        if (!this.hasFiles(ev)) {
            return;
        }
        // Wherever it falls: the browser would leave the form to show the file.
        ev.preventDefault();
        this.isOver = false;
        const items = [...ev.dataTransfer.items];
        const isFolder = items.some((item) => item.webkitGetAsEntry?.()?.isDirectory);
        if (isFolder) {
            this.message = _t("A folder cannot be sent: put it in an archive.");
            return;
        }
        this.add([...ev.dataTransfer.files]);
    }

    // === The list === //

    add(files) {
        this.message = "";
        const names = [];
        for (const file of files) {
            const isThere = this.files.some(
                (other) =>
                    other.name === file.name &&
                    other.size === file.size &&
                    other.lastModified === file.lastModified
            );
            const refusal = this.getRefusal(file);
            if (refusal) {
                this.message = refusal;
            } else if (!isThere) {
                this.files.push(file);
                names.push(file.name);
            }
        }
        this.status = names.length ? _t("Added: %s", names.join(", ")) : "";
        this.update();
    }

    remove(file) {
        const index = this.files.indexOf(file);
        this.files.splice(index, 1);
        this.message = "";
        this.status = _t("Removed: %s", file.name);
        this.update();
        const buttons = this.list.querySelectorAll("button");
        (buttons[index] || buttons[index - 1] || this.input).focus();
        this.updateContent();
    }

    getRefusal(file) {
        const {maxFiles, maxUploadSize} = this.el.dataset;
        const extension = getExtension(file.name);
        const size = this.files.reduce((sum, other) => sum + other.size, file.size);
        if (!file.size) {
            return _t("The file “%s” is empty: it was not added.", file.name);
        }
        if (this.refused.includes(extension)) {
            return _t("“%s” could be a program: it was not added.", file.name);
        }
        if (this.taken.length && !this.taken.includes(extension)) {
            return _t("“%s” is of a type that is not taken.", file.name);
        }
        if (this.files.length >= Number(maxFiles)) {
            return _t("“%s” was not added: %s files at most.", file.name, maxFiles);
        }
        if (size > Number(maxUploadSize)) {
            return _t(
                "“%s” was not added: the files would be larger than %s together.",
                file.name,
                formatSize(Number(maxUploadSize))
            );
        }
        return "";
    }

    update() {
        const transfer = new DataTransfer();
        for (const file of this.files) {
            transfer.items.add(file);
        }
        this.input.files = transfer.files;
        this.list.replaceChildren(...this.files.map((file) => this.makeItem(file)));
    }

    makeItem(file) {
        const item = document.createElement("li");
        item.className = "o_support_file d-flex align-items-center gap-2 py-1";
        if (file.type.startsWith("image/")) {
            if (!this.previews.has(file)) {
                this.previews.set(file, URL.createObjectURL(file));
            }
            const preview = document.createElement("img");
            preview.src = this.previews.get(file);
            preview.alt = "";
            item.append(preview);
        }
        const label = document.createElement("span");
        label.className = "flex-grow-1 text-break small";
        label.textContent = `${file.name} (${formatSize(file.size)})`;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-primary";
        button.textContent = _t("Remove");
        button.setAttribute("aria-label", _t("Remove %s", file.name));
        button.addEventListener("click", () => this.remove(file));
        item.append(label, button);
        return item;
    }

    onKeep() {
        keptFiles = [...this.files];
    }
}

registry
    .category("public.interactions")
    .add("omydoo_helpdesk.ticket_form_files", TicketFormFiles);
