/* Copyright 2026 Omydoo
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */
const globals = require("globals");

module.exports = [
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, luxon: "readonly", odoo: "readonly"},
        },
        rules: {
            eqeqeq: ["error", "always", {null: "ignore"}],
            "no-console": "error",
            "no-constant-condition": "error",
            "no-dupe-keys": "error",
            "no-shadow": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
            "no-use-before-define": ["error", {functions: false}],
            "no-var": "error",
            "prefer-const": "error",
        },
    },
];
