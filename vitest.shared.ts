import { configDefaults, type ViteUserConfig } from 'vitest/config';

export const shared: ViteUserConfig = {
  resolve: { conditions: ['@cxrkit/source'] },
  ssr: { resolve: { conditions: ['@cxrkit/source', 'node', 'import', 'module', 'default'] } },
  test: {
    environment: 'node',
    // Tests that use onnxruntime directly; our own runtimes turn it off themselves.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    watch: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
    restoreMocks: true,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude],
    tags: [
      { name: 'model', description: 'needs real weights', timeout: 120_000 },
      { name: 'slow' },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
};
