import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceError } from '../index.js';
import { OnnxRuntime } from './runtime.js';
import { startThread } from './thread-transport.js';

const runtimeModule = new URL('./index.ts', import.meta.url).href;
const graphModule = new URL('./worker/unary-graph.ts', import.meta.url).href;
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const SETUP = `
  const { openRuntime } = await import(${JSON.stringify(runtimeModule)});
  const { unaryGraph } = await import(${JSON.stringify(graphModule)});
  const runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const session = await runtime.load(unaryGraph('Relu', 1));
  const x = { type: 'float32', dims: [4e7], data: new Float32Array(4e7) };
`;

describe('the end of a process with an open runtime', { timeout: 60_000 }, () => {
  it.each([
    ['by itself while idle', '', 0],
    [
      'by itself after an aborted run',
      'const c = new AbortController(); session.run({ x }, { signal: c.signal }).catch(() => {}); setTimeout(() => c.abort(), 20);',
      0,
    ],
    [
      'by process.exit() amidst runs',
      'session.run({ x }); session.run({ x }); setTimeout(() => process.exit(7), 20);',
      7,
    ],
    [
      'by an uncaught error amidst a run',
      'session.run({ x }); setTimeout(() => { throw new Error("boom"); }, 20);',
      1,
    ],
  ])('comes %s', async (_, code, expected) => {
    const flags = ['--conditions=@cxrkit/source', '--import', loader, '--input-type=module', '-e'];
    const child = spawn(process.execPath, [...flags, SETUP + code], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    expect([...(await once(child, 'close')), output.includes('terminate called')]).toEqual([
      expected,
      null,
      false,
    ]);
  });
});

describe('a worker that crashes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cxr-worker-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is told in the words of its error', async () => {
    const path = join(folder, 'crash.mjs');
    writeFileSync(path, 'throw new Error("no memory left");');
    const start = OnnxRuntime.start(startThread(pathToFileURL(path)), {
      device: 'cpu',
      threads: 1,
      passedOver: [],
    });
    await expect(start).rejects.toThrow(DeviceError);
    await expect(start).rejects.toThrow('its worker stopped: no memory left');
  });
});
