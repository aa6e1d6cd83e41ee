import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DownloadError, ModelLoadError } from '../errors.js';
import type { ProgressEvent } from '../progress.js';
import { COMMIT, type HubServer, startHubServer } from './__fixtures__/hub-server.js';
import { sampleContents } from './__fixtures__/sample-model.js';
import { manifestFiles } from './manifest.js';
import { type OpenModelOptions, openModelFolder } from './open-model-folder.js';
import { writeModelFolder } from './write-model-folder.js';

const WEIGHTS = Uint8Array.from({ length: 600_000 }, (_, index) => (index * 7919) >> 3);
const DATA = 'models/detector/relu.onnx.data';
const SOURCE = 'hf:owner/name@main/models/detector';

let folder: string;
let hub: HubServer;
let partial: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-hub-'));
  hub = await startHubServer();
  const source = await writeModelFolder(
    join(folder, 'source'),
    sampleContents('detector', WEIGHTS),
  );
  const names = ['model.json', ...manifestFiles(source.manifest).map(({ file }) => file)];
  for (const name of names)
    hub.files.set(`models/detector/${name}`, await readFile(join(source.path, name)));
  const snapshot = join(folder, 'cache/hub/owner/name/snapshots', COMMIT, 'models/detector');
  partial = join(snapshot, 'relu.onnx.data.partial');
});

afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function open(options: OpenModelOptions = {}, source = SOURCE) {
  const cacheDir = join(folder, 'cache');
  return openModelFolder(source, { cacheDir, hubUrl: hub.url, ...options });
}

function dataRequests(): string[] {
  return hub.requests.filter((line) => line.startsWith(`GET /cdn/${DATA}`));
}

describe('hf: sources', () => {
  it('downloads a model whole, with progress in bytes, and keeps the repository layout', async () => {
    const events: ProgressEvent[] = [];
    const model = await open({ stage: 'detector', onProgress: (event) => events.push(event) });
    const weights = await readFile(`${await model.graph('relu')}.data`);
    expect(weights.equals(WEIGHTS)).toBe(true);
    expect(await readFile(await model.file('tokenizer'), 'utf8')).toBe('{"model":{}}');
    const total = manifestFiles(model.manifest).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(events.at(-1)).toMatchObject({ phase: 'download', completed: total, total });
    const counts = events.map(({ completed }) => completed);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it('asks the hub only for the commit when everything is cached, and for nothing by commit', async () => {
    await open();
    hub.requests.length = 0;
    await open();
    expect(hub.requests).toEqual(['GET /api/models/owner/name/revision/main']);
    hub.requests.length = 0;
    await open({}, `hf:owner/name@${COMMIT}/models/detector`);
    expect(hub.requests).toEqual([]);
  });

  it('resumes with a range after an abort midway', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    hub.fault = { kind: 'hold', after: 250_000 };
    const onProgress = ({ subject, completed }: ProgressEvent) => {
      if (subject === 'relu.onnx.data' && completed > 200_000) controller.abort(reason);
    };
    await expect(open({ signal: controller.signal, onProgress })).rejects.toBe(reason);
    const { size } = await stat(partial);
    expect(size).toBeGreaterThan(190_000);
    expect(size).toBeLessThanOrEqual(250_000);
    hub.fault = undefined;
    hub.requests.length = 0;
    const starts: number[] = [];
    const model = await open({ onProgress: ({ completed }) => starts.push(completed) });
    expect(dataRequests()).toEqual([`GET /cdn/${DATA} bytes=${size}-599999`]);
    expect(starts[0]).toBe(size);
    await expect(model.graph('relu')).resolves.toMatch(/relu\.onnx$/);
  });

  it('resumes after the connection broke, saying that what arrived is kept', async () => {
    hub.fault = { kind: 'break', after: 250_000 };
    await expect(open()).rejects.toThrow(/relu\.onnx\.data: .*What arrived is kept; run it again/);
    const { size } = await stat(partial);
    expect(size).toBeGreaterThan(0);
    hub.fault = undefined;
    hub.requests.length = 0;
    await (await open()).graph('relu');
    expect(dataRequests()).toEqual([`GET /cdn/${DATA} bytes=${size}-599999`]);
  });

  it('starts afresh when the server ignores the range of a resumed download', async () => {
    await open();
    await rm(partial.replace('.partial', ''));
    await writeFile(partial, WEIGHTS.subarray(0, 1000));
    hub.ignoresRange = true;
    await expect(open()).rejects.toThrow(/more bytes than its model\.json says/);
    await expect((await open()).graph('relu')).resolves.toMatch(/relu\.onnx$/);
  });

  it('deletes a download with a wrong hash, and fetches a damaged cached file again', async () => {
    hub.files.set(
      DATA,
      WEIGHTS.map((byte, index) => (index === 5 ? byte ^ 1 : byte)),
    );
    await expect(open()).rejects.toThrow(/arrived with SHA-256/);
    await expect(stat(partial)).rejects.toThrow(/ENOENT/);
    hub.files.set(DATA, WEIGHTS);
    await open();
    await writeFile(partial.replace('.partial', ''), new Uint8Array(WEIGHTS.length));
    await expect(open({ offline: true })).rejects.toThrow(/missing: relu\.onnx\.data\./);
    await expect((await open()).graph('relu')).resolves.toMatch(/relu\.onnx$/);
  });

  it('lets two downloads of one model run at the same time', async () => {
    const models = await Promise.all([open(), open()]);
    for (const model of models) await model.graph('relu');
    expect(models[0].path).toBe(models[1].path);
  });

  it('works offline from the cache, and says what is missing otherwise', async () => {
    const failed = open({ offline: true });
    await expect(failed).rejects.toThrow(DownloadError);
    await expect(failed).rejects.toThrow(/missing: revision main\. Fetch it once without offline/);
    await open();
    hub.requests.length = 0;
    await (await open({ offline: true })).graph('relu');
    expect(hub.requests).toEqual([]);
    await rm(partial.replace('.partial', ''));
    await expect(open({ offline: true })).rejects.toThrow(/missing: relu\.onnx\.data\./);
  });

  it('refuses another stage before it fetches weights', async () => {
    const opened = open({ stage: 'report-gen' });
    await expect(opened).rejects.toThrow(/expected .* "report-gen", got "sample" of .* "detector"/);
    expect(dataRequests()).toEqual([]);
  });

  it('names a repository, manifest or file that is not there', async () => {
    const absent = open({}, 'hf:owner/absent');
    await expect(absent).rejects.toThrow(DownloadError);
    await expect(absent).rejects.toThrow(/hub answered 401\. It is misspelt, or private or gated/);
    await expect(open({}, 'hf:owner/name')).rejects.toThrow(/not there at a{40}/);
    hub.files.delete(DATA);
    await expect(open()).rejects.toThrow(/has no file models\/detector\/relu\.onnx\.data/);
  });

  it('refuses a repository whose file has another size than its manifest says', async () => {
    hub.files.set(DATA, WEIGHTS.subarray(1));
    await expect(open()).rejects.toThrow(/has 599999 bytes, its model\.json says 600000/);
  });

  it('says that the cache can be used when the hub cannot be reached', async () => {
    await open();
    const refused = open({ hubUrl: 'http://127.0.0.1:1' });
    await expect(refused).rejects.toThrow(DownloadError);
    await expect(refused).rejects.toThrow(/An earlier copy is cached; the option offline uses it/);
  });

  it('uses the given fetch and access token', async () => {
    const tokens = new Set<string | null>();
    const recording: typeof fetch = (input, init) => {
      tokens.add(new Headers(init?.headers).get('authorization'));
      return fetch(input, init);
    };
    await open({ fetch: recording, accessToken: 'hf_x' });
    expect([...tokens]).toEqual(['Bearer hf_x']);
  });

  it.each(['hf:name', 'hf:o/n@..', 'hf:o/n@%2E%2E%2Fx', 'hf:o/n@%', 'hf:o/n/../x', 'hf:../n/x'])(
    'refuses the source %s',
    async (source) => {
      await expect(open({}, source)).rejects.toThrow(ModelLoadError);
      expect(hub.requests).toEqual([]);
    },
  );
});
