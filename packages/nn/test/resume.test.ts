import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CheckpointError, CxrError, float32, int64, ModelOutputError } from '@cxrkit/core';
import { Graph, reduceMean } from '@cxrkit/nn';
import {
  adamW,
  buildTrainingStep,
  Curve,
  constantSchedule,
  type Optimizer,
  sgd,
  type TrainOptions,
  train,
} from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import { cnn } from './training-networks.js';
import { batchesOf, inTemporaryFolder } from './training-support.js';

const child = fileURLToPath(new URL('./children/train-child.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const UPDATES = 30;

interface ChildOptions {
  readonly updates?: number;
  readonly delayMs?: number;
  readonly stepsPerRun?: number;
}

function startTraining(
  runFolder: string,
  { updates = UPDATES, delayMs = 0, stepsPerRun = 1 }: ChildOptions = {},
): ChildProcess {
  const flags = ['--conditions=@cxrkit/source', '--import', loader];
  const numbers = [updates, delayMs, stepsPerRun].map(String);
  return spawn(process.execPath, [...flags, child, runFolder, ...numbers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs a training, which is killed some milliseconds after it prints `killAfter`. */
async function runChild(
  process: ChildProcess,
  killAfter?: number,
  delayMs = 0,
): Promise<{ lines: string[]; code: number | null }> {
  const lines: string[] = [];
  const exit = once(process, 'close');
  if (process.stdout)
    for await (const line of createInterface({ input: process.stdout })) {
      lines.push(line);
      if (line !== String(killAfter)) continue;
      await wait(delayMs);
      process.kill('SIGKILL');
    }
  const [code] = await exit;
  return { lines, code };
}

describe('a training that is killed', { timeout: 120_000 }, () => {
  it('goes on to the same curve and weights, bit for bit, with any number of updates a run', async () => {
    await inTemporaryFolder(async (folder) => {
      const straight = join(folder, 'straight');
      const broken = join(folder, 'broken');
      const whole = await runChild(startTraining(straight));
      expect(whole.lines).toEqual([...Array(UPDATES).keys()].map((i) => `${i + 1}`).concat('done'));
      // Before the first checkpoint, at one, between two, within an evaluation's update, near the end.
      // Slow batches: a fast machine must not reach the end before the signal reaches it.
      const [one, several] = [{ delayMs: 20 }, { delayMs: 80, stepsPerRun: 3 }];
      const kills = [
        [2, one],
        [4, several],
        [7, one],
        [15, several],
        [22, one],
      ] as const;
      for (const [i, [update, options]] of kills.entries()) {
        const { code, lines } = await runChild(startTraining(broken, options), update, 9 * i);
        expect(code).toBeNull();
        expect(lines).toContain(String(update));
        if (i === 2) await appendFile(join(broken, 'curve.jsonl'), '{"update":5,"los');
      }
      const last = await runChild(startTraining(broken, { stepsPerRun: 3 }));
      expect(last.lines.at(-1)).toBe('done');
      // It did not begin anew.
      expect(Number(last.lines[0])).toBeGreaterThan(20);
      for (const file of ['curve.jsonl', 'curve.svg', 'state.safetensors'])
        expect(
          (await readFile(join(broken, file))).equals(await readFile(join(straight, file))),
          file,
        ).toBe(true);
      const curve = await readFile(join(straight, 'curve.jsonl'), 'utf8');
      expect(curve.trim().split('\n')).toHaveLength(UPDATES + 6);
    });
  });

  it('does not end before its slow batches have come', async () => {
    await inTemporaryFolder(async (folder) => {
      const { lines, code } = await runChild(startTraining(folder, { updates: 2, delayMs: 300 }));
      expect(lines).toEqual(['1', '2', 'done']);
      expect(code).toBe(0);
    });
  });
});

const images = float32(
  Float32Array.from({ length: 4 * 81 }, (_, i) => Math.sin(i * i)),
  [4, 1, 9, 9],
);

/** A small training in this process. */
function options(runFolder: string, optimizer: Optimizer = adamW(), accumulate = 1): TrainOptions {
  const graph = new Graph('training');
  const losses = { crossEntropy: { value: reduceMean(cnn(graph, 4)) } };
  return {
    runFolder,
    step: buildTrainingStep(graph, losses, { optimizer, accumulate }),
    batches: batchesOf(() => ({ x: images, y: int64([0, 1, 2, 0]) })),
    updates: 3,
    schedule: constantSchedule(0.01),
    seed: 1,
    threads: 1,
  };
}

describe('a run folder', { timeout: 60_000 }, () => {
  it.each([
    ['optimiser', () => ({ optimizer: sgd() }), /m\/conv1\.weight|velocity/],
    ['accumulation', () => ({ accumulate: 2 }), /accumulated/],
    ['seed', () => ({ seed: 2 }), /seed was 1 and is now 2/],
  ])('of another %s is refused and left alone', async (_, change, message) => {
    await inTemporaryFolder(async (folder) => {
      await train(options(folder));
      const before = await readFile(join(folder, 'curve.jsonl'), 'utf8');
      const {
        optimizer,
        accumulate,
        seed = 1,
      } = change() as {
        optimizer?: Optimizer;
        accumulate?: number;
        seed?: number;
      };
      const failure = train({ ...options(folder, optimizer, accumulate), seed });
      await expect(failure).rejects.toThrow(CheckpointError);
      await expect(failure).rejects.toThrow(message);
      expect(await readFile(join(folder, 'curve.jsonl'), 'utf8')).toBe(before);
    });
  });

  it('of another setting is refused, a longer run is not', async () => {
    await inTemporaryFolder(async (folder) => {
      await train({ ...options(folder), settings: { batchSize: 4 } });
      const other = train({ ...options(folder), settings: { batchSize: 8 } });
      await expect(other).rejects.toThrow(/batchSize was 4 and is now 8/);
      const { curve } = await train({ ...options(folder), settings: { batchSize: 4 }, updates: 5 });
      expect(curve).toHaveLength(5);
    });
  });

  it('names the rule that differs; one that is new and off makes no difference', async () => {
    await inTemporaryFolder(async (folder) => {
      const rules = (value: object) => ({ settings: { rules: JSON.stringify(value) } });
      await train({ ...options(folder), ...rules({ shuffle: true, ema: 0.9 }) });
      const changed = train({ ...options(folder), ...rules({ shuffle: true, ema: 0.99 }) });
      await expect(changed).rejects.toThrow(/: rules\.ema was 0\.9 and is now 0\.99;/);
      const added = train({ ...options(folder), ...rules({ shuffle: true, ema: 0.9, swap: 0.2 }) });
      await expect(added).rejects.toThrow(/: rules\.swap was null and is now 0\.2;/);
      const off = rules({ shuffle: true, swap: null, ema: 0.9 });
      const { curve } = await train({ ...options(folder), ...off, updates: 5 });
      expect(curve).toHaveLength(5);
    });
  });

  it('that another training uses is refused, one whose training was killed is not', async () => {
    await inTemporaryFolder(async (folder) => {
      // Which of them comes first is for the disk to say.
      const both = await Promise.allSettled([train(options(folder)), train(options(folder))]);
      const [refused, ...others] = both.filter(({ status }) => status === 'rejected');
      expect(others).toEqual([]);
      const told = new RegExp(`process ${process.pid} on .* trains`);
      expect(refused).toMatchObject({ reason: { message: expect.stringMatching(told) } });
      const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
      await once(gone, 'close');
      const owner = { host: hostname(), pid: gone.pid };
      await writeFile(join(folder, 'run.lock'), JSON.stringify(owner));
      await train({ ...options(folder), updates: 4 });
      await expect(stat(join(folder, 'run.lock'))).rejects.toThrow('ENOENT');
    });
  });

  it('with a damaged state is refused', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'state.safetensors'), 'not a checkpoint');
      await expect(train(options(folder))).rejects.toThrow(CheckpointError);
    });
  });

  it('that cannot be written is refused', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const below = train(options(join(folder, 'file', 'run')));
      await expect(below).rejects.toMatchObject({ isCxrError: true, code: 'CHECKPOINT' });
      // A folder where the curve should be: even root cannot write it.
      await mkdir(join(folder, 'run', 'curve.jsonl'), { recursive: true });
      const blocked = train(options(join(folder, 'run')));
      await expect(blocked).rejects.toMatchObject({ isCxrError: true, code: 'CHECKPOINT' });
      await expect(blocked).rejects.toThrow(/Give one that can be written to/);
    });
  });

  it('forgets the curve after the checkpoint and a half-written line', async () => {
    await inTemporaryFolder(async (folder) => {
      const lines = [1, 2, 3, 4].map((update) => JSON.stringify({ update, losses: { loss: 1 } }));
      await writeFile(join(folder, 'curve.jsonl'), `${lines.join('\n')}\n{"update":2,"lo`);
      const curve = await Curve.open(folder, 2);
      expect(curve.points.map(({ update }) => update)).toEqual([1, 2]);
      expect(await readFile(join(folder, 'curve.jsonl'), 'utf8')).toBe(
        `${lines.slice(0, 2).join('\n')}\n`,
      );
    });
  });
});

describe('train', { timeout: 60_000 }, () => {
  it('saves the state on abort, throws the reason and resumes', async () => {
    await inTemporaryFolder(async (folder) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const aborted = train({
        ...options(folder),
        signal: controller.signal,
        onProgress: ({ completed }) => {
          if (completed === 2) controller.abort(reason);
        },
      });
      await expect(aborted).rejects.toBe(reason);
      const completed: number[] = [];
      await train({ ...options(folder), onProgress: (event) => completed.push(event.completed) });
      expect(completed).toEqual([3]);
    });
  });

  it('does not wait for a batch after an abort', async () => {
    await inTemporaryFolder(async (folder) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const batch = (): Promise<never> => {
        controller.abort(reason);
        return new Promise(() => {});
      };
      const batches = { ...batchesOf(() => ({})), batch };
      const aborted = train({ ...options(folder), batches, signal: controller.signal });
      await expect(aborted).rejects.toBe(reason);
    });
  });

  it('keeps the finished updates when a batch fails', async () => {
    await inTemporaryFolder(async (folder) => {
      const { batches } = options(folder);
      const failing = batchesOf((index) => {
        if (index === 2) throw new RangeError('bad picture');
        return { x: images, y: int64([0, 1, 2, 0]) };
      });
      await expect(train({ ...options(folder), batches: failing })).rejects.toThrow('bad picture');
      const completed: number[] = [];
      const onProgress = (event: { completed: number }): number => completed.push(event.completed);
      await train({ ...options(folder), batches, onProgress });
      expect(completed).toEqual([3]);
    });
  });

  it('does not save half an update', async () => {
    await inTemporaryFolder(async (folder) => {
      const broken = options(folder, adamW(), 2);
      const failing = batchesOf((index) => {
        if (index === 3) throw new RangeError('bad picture');
        return { x: images, y: int64([0, 1, 2, 0]) };
      });
      await expect(train({ ...broken, batches: failing })).rejects.toThrow('bad picture');
      await expect(stat(join(folder, 'state.safetensors'))).rejects.toThrow('ENOENT');
    });
  });

  it('stops at a loss that is no number and keeps the last good state', async () => {
    await inTemporaryFolder(async (folder) => {
      const diverging = {
        ...options(folder),
        checkpointEvery: 1,
        batches: batchesOf((index) => ({
          x: index === 2 ? float32(new Float32Array(324).fill(Number.NaN), [4, 1, 9, 9]) : images,
          y: int64([0, 1, 2, 0]),
        })),
      };
      const failure = train(diverging);
      await expect(failure).rejects.toThrow(ModelOutputError);
      await expect(failure).rejects.toThrow(/loss of update 3 is NaN/);
      const { weights } = await train(options(folder));
      expect(weights.get('fc.bias')?.data.every((value) => Number.isFinite(Number(value)))).toBe(
        true,
      );
    });
  });

  it('is an error of ours if initial weights have another shape', async () => {
    await inTemporaryFolder(async (folder) => {
      const initialWeights = new Map([['fc.bias', float32([1])]]);
      const failure = train({ ...options(folder), initialWeights });
      await expect(failure).rejects.toSatisfy(CxrError.isInstance);
    });
  });
});
