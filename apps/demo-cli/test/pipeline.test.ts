import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisposedError, InvalidInputError } from '@cxrkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Analysis,
  analysisSchema,
  analyze,
  analyzeMany,
  openPipeline,
  type Pipeline,
  readPicture,
  streamAnalyses,
} from '../src/index.js';
import { ADULT, CHILD } from './run-cxr.js';
import { writeTinyModels } from './tiny-models.js';

let models: string;
beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'cxr-pipeline-'));
  await writeTinyModels(models);
}, 60_000);
afterAll(() => rm(models, { recursive: true }));

/** Without what differs from run to run. */
function lasting({ timings: _, image, ...rest }: Analysis): unknown {
  return { ...rest, image: { ...image, path: '' } };
}

describe('the importable pipeline', () => {
  it('gives the same of a path, of bytes and of a picture that was read', async () => {
    const fromPath = await analyze(ADULT, { models });
    analysisSchema.parse(fromPath);
    await using pipeline = await openPipeline({ models, threads: 1 });
    const fromBytes = await pipeline.analyze(new Uint8Array(await readFile(ADULT)));
    expect(fromBytes.image.path).toBeNull();
    expect(lasting(fromBytes)).toEqual(lasting(fromPath));
    expect(lasting(await pipeline.analyze(await readPicture(ADULT)))).toEqual(lasting(fromPath));
  });

  it('names the weights by the hash of their manifest, and takes the time of each step', async () => {
    const { model, timings } = await analyze(ADULT, { models });
    expect(model['report-gen']).toEqual({
      name: 'tiny-report-gen',
      version: '0.0.1',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { decodeMs, detectMs = 0, reportMs = 0, classifyMs = 0, totalMs } = timings;
    const sum = decodeMs + detectMs + reportMs + classifyMs;
    expect(Math.min(decodeMs, detectMs, reportMs, classifyMs)).toBeGreaterThan(0);
    // Classification runs beside the report.
    const longest = decodeMs + Math.max(detectMs + reportMs, classifyMs);
    expect(totalMs).toBeGreaterThanOrEqual(longest - 0.1);
    expect(totalMs).toBeLessThan(sum + 20);
  });

  it('says what every single stage says', async () => {
    await using pipeline = await openPipeline({ models });
    const whole = await pipeline.analyze(ADULT);
    const { regions } = await pipeline.detect(ADULT);
    expect(regions).toEqual(
      whole.regions.map(({ name, detected, score, box }) => ({ name, detected, score, box })),
    );
    expect((await pipeline.report(ADULT)).report).toBe(whole.report);
    expect((await pipeline.classify(ADULT)).classification).toEqual(whole.classification);
  });

  it('gives outcomes in order, with two pipelines at once, failures among them', async () => {
    const paths = [ADULT, 'missing.png', CHILD, ADULT, CHILD];
    const outcomes = await analyzeMany(paths, { models });
    expect(outcomes.map(({ path }) => path)).toEqual(paths);
    expect(outcomes.map((outcome) => 'result' in outcome)).toEqual([true, false, true, true, true]);
    expect(outcomes[1]).toMatchObject({ error: { code: 'IMAGE_DECODE' } });
    const results = outcomes.flatMap((outcome) =>
      'result' in outcome ? [lasting(outcome.result)] : [],
    );
    expect(results[2]).toEqual(results[0]);
    expect(results[3]).toEqual(results[1]);
  });

  it('frees its workers when the reader stops early', async () => {
    for await (const outcome of streamAnalyses([ADULT, CHILD, ADULT], { models })) {
      expect(outcome.path).toBe(ADULT);
      break;
    }
  });

  it('refuses what it cannot do', async () => {
    const pipeline = await openPipeline({ models, stages: ['detector'] });
    await expect(pipeline.classify(ADULT)).rejects.toThrow(InvalidInputError);
    await pipeline.dispose();
    await pipeline.dispose();
    await expect(pipeline.detect(ADULT)).rejects.toThrow(DisposedError);
    await expect(analyzeMany([ADULT], { models, concurrency: 0 })).rejects.toThrow('concurrency');
  });
});

describe('an abort', () => {
  /** A signal that aborts itself at its `last`-th check: every place that looks at it is reached. */
  function abortAt(last: number): { signal: AbortSignal; checks: () => number } {
    const controller = new AbortController();
    const { signal } = controller;
    let checks = 0;
    signal.throwIfAborted = () => {
      if (++checks === last) controller.abort(new Error('enough'));
      AbortSignal.prototype.throwIfAborted.call(signal);
    };
    return { signal, checks: () => checks };
  }

  async function stopEverywhere(
    verb: (pipeline: Pipeline, signal: AbortSignal) => Promise<unknown>,
  ): Promise<number> {
    await using pipeline = await openPipeline({ models, threads: 1 });
    for (let last = 1; ; last++) {
      const { signal, checks } = abortAt(last);
      const outcome = await verb(pipeline, signal).then(
        () => 'done',
        (error: Error) => error.message,
      );
      if (outcome === 'done') {
        // What was computed before an abort, such as text vectors, is not computed again.
        expect(checks()).toBeLessThan(last);
        return last - 1;
      }
      expect(outcome).toBe('enough');
    }
  }

  it.each(['detect', 'report', 'classify', 'analyze'] as const)(
    'stops %s wherever it looks, and the pipeline goes on working',
    async (verb) => {
      const places = await stopEverywhere((pipeline, signal) => pipeline[verb](ADULT, { signal }));
      expect(places).toBeGreaterThan(3);
    },
    60_000,
  );

  it('stops loading', async () => {
    let places = 0;
    for (let last = 1; ; last++) {
      const { signal } = abortAt(last);
      const outcome = await openPipeline({ models, signal }).then(
        async (pipeline) => await pipeline.dispose(),
        (error: Error) => error.message,
      );
      if (outcome === undefined) break;
      expect(outcome).toBe('enough');
      places = last;
    }
    expect(places).toBeGreaterThan(3);
  }, 60_000);
});
