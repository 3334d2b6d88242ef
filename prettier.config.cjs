/* Copyright 2026 Omydoo
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */
module.exports = {
    // Found beside prettier, in pre-commit's own environment.
    plugins: [require.resolve("@prettier/plugin-xml")],
    bracketSpacing: false,
    printWidth: 88,
    proseWrap: "always",
    semi: true,
    tabWidth: 4,
    trailingComma: "es5",
    xmlQuoteAttributes: "double",
    xmlSelfClosingSpace: true,
    xmlSortAttributesByKey: false,
    xmlWhitespaceSensitivity: "preserve",
    overrides: [{files: ["*.yml", "*.yaml"], options: {tabWidth: 2}}],
};
