import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as task from './browser/task.js';

const chromium = findChromium();

describe('in a browser', () => {
  it('bundles without anything of Node', async () => {
    const { outputFiles, metafile } = await bundle();
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    );
    expect(outside).toEqual([]);
    expect(outputFiles[0].text.length).toBeGreaterThan(10_000);
  });

  it.skipIf(chromium === undefined)(
    'gives the same numbers in a worker of Chromium (skipped where there is none)',
    { timeout: 120_000 },
    async () => {
      const [{ text: code }] = (await bundle()).outputFiles;
      const folder = await mkdtemp(join(tmpdir(), 'cxrkit-browser-'));
      try {
        const said = await runInChromium(code, folder);
        expect(rounded(said)).toEqual(rounded(JSON.stringify(await task.numbers())));
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  );
});

async function bundle(): Promise<
  Awaited<ReturnType<typeof build<{ write: false; metafile: true }>>>
> {
  return await build({
    stdin: {
      contents: `import { numbers } from './task.js'; numbers().then(postMessage, (error) => postMessage(String(error)));`,
      resolveDir: fileURLToPath(new URL('browser', import.meta.url)),
    },
    ...{ bundle: true, platform: 'browser', format: 'iife', write: false, metafile: true },
    conditions: ['@cxrkit/source'],
  });
}

/** Powers differ in the last digit between builds of V8. */
function rounded(json: string): unknown {
  return JSON.parse(json, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(13)) : value,
  );
}

/** Serves a page whose worker runs `code`, opens it in Chromium, and waits for what the worker posts. */
async function runInChromium(code: string, profile: string): Promise<string> {
  const page =
    "<script>new Worker('/worker.js').onmessage = ({ data }) => fetch('/said', { method: 'POST', body: JSON.stringify(data) });</script>";
  const said = deferred();
  const server = createServer(async (request, response) => {
    if (request.url === '/said') said.resolve(await text(request));
    const isWorker = request.url === '/worker.js';
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html');
    response.end(isWorker ? code : page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
  const browser = spawn(chromium as string, [...flags, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
  });
  browser.once('exit', (status) => said.reject(new Error(`Chromium ended with ${status}`)));
  try {
    return await said.promise;
  } finally {
    const exit = once(browser, 'exit');
    browser.kill('SIGKILL');
    await exit;
    server.close();
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function deferred(): {
  readonly promise: Promise<string>;
  readonly resolve: (value: string) => void;
  readonly reject: (reason: Error) => void;
} {
  let settle: Parameters<ConstructorParameters<typeof Promise<string>>[0]> | undefined;
  const promise = new Promise<string>((...both) => {
    settle = both;
  });
  if (settle === undefined) throw new Error('a promise runs its executor at once');
  return { promise, resolve: settle[0], reject: settle[1] };
}

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env.CHROME_BIN ?? '', ...paths].find((path) => path !== '' && existsSync(path));
}
