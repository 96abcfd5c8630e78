/** Lint rules: the recommended strict sets, nothing of our own invention. */
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  { rules: { 'max-lines': ['error', { max: 200 }], eqeqeq: 'error', 'no-console': 'error' } },
);
