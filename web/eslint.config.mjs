import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['vendor/', 'node_modules/', 'screenshots/', 'test-results/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, globals: globals.browser },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Stored text is text: no door by which it could become markup or code.
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'srcdoc'].map((property) => ({
          property,
          message: 'Markup comes from lit-html templates only.',
        })),
        { object: 'document', property: 'write', message: 'Markup comes from lit-html templates only.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: 'vendor/lit-html', message: 'Templates come through html.js.' },
            { regex: 'unsafe-html' },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'event'],
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
    },
  },
  { files: ['html.js'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['sw.js'], languageOptions: { globals: globals.serviceworker } },
  { files: ['theme-init.js', 'preload.js'], languageOptions: { sourceType: 'script' } },
  {
    files: ['scripts/**', 'tests/**', '*.config.mjs'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-script-url': 'off' },
  },
];
