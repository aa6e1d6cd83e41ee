import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const module = (name: string): string =>
  JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const flags = ['--conditions=@cxrkit/source', '--import', loader];
const RUN = (start: string) => `
  const { openRuntime } = await import(${module('index')});
  const { OnnxRuntime } = await import(${module('runtime')});
  const { startProcess } = await import(${module('process-transport')});
  const { unaryGraph } = await import(${module('worker/unary-graph')});
  const runtime = await ${start};
  const session = await runtime.load(unaryGraph('Relu', 1));
  const { y } = await session.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(2) } });
  console.log(y.data[0]);
  await runtime.dispose();
`;
const IN_THREAD = RUN("openRuntime({ device: 'cpu', threads: 1 })");
const IN_PROCESS = RUN(
  "OnnxRuntime.start(startProcess(), { device: 'cpu', threads: 1, passedOver: [] })",
);
const api = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href;
const IN_WORKER = `
  const { Worker } = await import('node:worker_threads');
  const { once } = await import('node:events');
  const code = ${JSON.stringify(
    `import(${JSON.stringify(api)}).then(async ({ register }) => { register(); ${IN_THREAD} })`,
  )};
  const worker = new Worker(code, { eval: true, execArgv: ['--conditions=@cxrkit/source'] });
  await once(worker, 'exit');
`;

describe.skipIf(process.platform === 'win32')('telemetry', { timeout: 60_000 }, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cxr-home-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  const run = (code: string) => {
    const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...env } = process.env;
    // So long a command line crashes a thread whose onnxruntime looks at it.
    const words = ['--input-type=module', '-e', code, '--', 'x'.repeat(40_000)];
    const options = { env: { ...env, HOME: home } };
    // An error without its message, which holds the command line.
    return promisify(execFile)(process.execPath, [...flags, ...words], options).catch(
      ({ code, signal, stderr }) => ({ stdout: `failed: ${code ?? signal} ${stderr}` }),
    );
  };

  it.each([
    ['a thread', IN_THREAD],
    ['a process', IN_PROCESS],
    ['a program that is a worker thread', IN_WORKER],
  ])('of onnxruntime leaves no trace: %s', async (_, code) => {
    expect((await run(code)).stdout.trim()).toBe('2');
    expect(await readdir(home)).toEqual([]);
  });

  it('stays as the environment says', async () => {
    const { turnTelemetryOff } = await import('./telemetry.js');
    const before = process.env.ORT_DISABLE_TELEMETRY;
    process.env.ORT_DISABLE_TELEMETRY = '0';
    expect(turnTelemetryOff()).toBe(true);
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe('0');
    delete process.env.ORT_DISABLE_TELEMETRY;
    turnTelemetryOff();
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1');
    if (before !== undefined) process.env.ORT_DISABLE_TELEMETRY = before;
  });
});
