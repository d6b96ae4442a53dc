import vue from "eslint-plugin-vue";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["dist/", "node_modules/", "src/generated/"] },
  ...typescript.configs.recommended,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    rules: {
      // Layout is prettier's business.
      "vue/max-attributes-per-line": "off",
      "vue/html-indent": "off",
      "vue/html-self-closing": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      // Pages are named by their path.
      "vue/multi-word-component-names": "off",
      // An optional prop of a typed `defineProps` is undefined: that is its default.
      "vue/require-default-prop": "off",
      // The order of uni-app's conditional comments is theirs.
      "vue/attributes-order": "off",
      "vue/no-v-html": "error",
      "no-console": "error",
      // What the house has one way of.
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "MemberExpression[object.name='uni'][property.name=/^(request|uploadFile|downloadFile)$/]",
          message: "Use api of @/api.",
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.0.type='Literal']",
          message: "iOS reads few spellings of a date: use @/formats.",
        },
      ],
    },
  },
  { files: ["src/request/uni-platform.ts"], rules: { "no-restricted-syntax": "off" } },
  { files: ["scripts/**", "tests/**"], rules: { "no-console": "off" } },
);
