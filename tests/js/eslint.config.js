import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/*", "!toolkit/**", "!lite/**", "!jupyter/**", "!tests/**", "**/*.bundle.js", "**/node_modules"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { globals: { ...globals.browser, ...globals.worker } },
    rules: {
      eqeqeq: "error",
      "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  { files: ["lite/compile.mjs", "tests/js/*.js"], languageOptions: { globals: globals.node } },
];
