import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@cxrkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderContents } from './folder-contents.js';
import { type TinySet, writeTinySet } from './tiny-set.js';

const SCRIPT = fileURLToPath(new URL('./synthesize-tiny.ts', import.meta.url));
/** `CXRKIT_KILLS=20` for the whole test; each takes a process of its own. */
const KILLS = Number(process.env.CXRKIT_KILLS ?? 4);
const PAIRS = Math.max(100, 20 * KILLS);

let root: string;
let set: TinySet;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-irgen-kill-'));
  set = await writeTinySet(root);
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

/**
 * Runs the process to its end, or kills it.
 *
 * @param killAfter - Milliseconds after it was ready to write.
 * @returns Whether it ended by itself.
 */
async function run(out: string, killAfter?: number): Promise<boolean> {
  const words = ['--import', 'tsx', '--conditions=@cxrkit/source', SCRIPT];
  const child = spawn(process.execPath, [...words, set.model, set.encoders, out, String(PAIRS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const loaded = new Promise((resolve) => child.stdout.once('data', resolve));
  if (killAfter !== undefined) {
    await Promise.race([loaded, ended]);
    await wait(killAfter);
    child.kill('SIGKILL');
  }
  child.stdout.resume();
  return (await ended) === 0;
}

describe('kill -9', () => {
  it(`at ${KILLS} random moments loses and doubles nothing`, async () => {
    const whole = join(root, 'whole');
    const started = performance.now();
    expect(await run(whole)).toBe(true);
    const out = join(root, 'killed');
    const random = createRandom(Date.now() % 2 ** 31);
    // What is left to do takes at most this long after loading; the kills shall fall within it.
    const longest = (performance.now() - started) / (KILLS + 1);
    let killed = 0;
    for (let i = 0; i < KILLS; i++) {
      if (!(await run(out, random.uniform() * longest))) killed++;
      await expectWhole(out);
    }
    // Else they came too late to tell anything.
    expect(killed).toBeGreaterThanOrEqual(KILLS / 2);
    while (!(await run(out)));
    expect(await folderContents(out)).toEqual(await folderContents(whole));
  }, 900_000);
});

/** Each whole line names an image that is there, and none comes twice. */
async function expectWhole(out: string): Promise<void> {
  const text = await readFile(join(out, 'manifest.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  const images = lines.map((line) => (JSON.parse(line) as { image: string }).image);
  expect(new Set(images).size).toBe(images.length);
  for (const image of images) expect(existsSync(join(out, image)), image).toBe(true);
}
