#!/usr/bin/env node
// Committed, unlike dist: npm links a workspace's command at install only if its file exists by then.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write(
    'cxr is not built yet. Run `npm start` or `npm test` in the repository once.\n',
  );
  process.exitCode = 1;
}
