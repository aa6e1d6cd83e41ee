import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: { name: 'tools', environment: 'node', watch: false, include: ['**/*.test.mjs'] },
});
