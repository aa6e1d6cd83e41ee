// Copied into the foreign folder: runs the example of the eval package's README as it stands there.
import { readFileSync, writeFileSync } from 'node:fs';

const readme = readFileSync('node_modules/@cxrkit/eval/README.md', 'utf8');
const [, code] = /```ts\n([\s\S]+?)```/.exec(readme) ?? [];
if (code === undefined) throw new Error('Expected a ts example in the README of @cxrkit/eval.');
const [, printed] = /prints `(.+?)`/s.exec(readme) ?? [];
/** @type {string[]} */
const said = [];
console.log = (...words) => said.push(words.join(' '));
writeFileSync('readme-example.mjs', code);
await import(new URL('./readme-example.mjs', `file://${process.cwd()}/`).href);
if (said.join('\n') !== printed)
  throw new Error(`Expected the example to print "${printed}", got "${said.join('\n')}".`);
