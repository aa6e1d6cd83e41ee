import { readFileSync } from 'node:fs';
import { float32, InvalidInputError, ModelOutputError, type Tensor } from '@cxrkit/core';
import { expectAllclose } from '@cxrkit/core/testing';
import { describe, expect, it } from 'vitest';
import { pseudoRandom } from '../network/__fixtures__/golden.js';
import {
  type Denoise,
  ddim,
  dpmSolverPlusPlus2M,
  eulerAncestral,
  levelAt,
  type NoiseSchedule,
  type NoiseSource,
  plms,
  type SamplerOptions,
  type SamplerStep,
  scaledLinearSchedule,
  seededNoise,
} from './index.js';

interface GoldenTrajectory {
  readonly sampler: keyof typeof samplers;
  readonly options: { readonly steps: number; readonly strength?: number; readonly eta?: number };
  readonly times: readonly number[];
  readonly states: readonly (readonly number[])[];
}

// See tools/fixtures/README.md, cxr_irgen.py.
const golden: {
  readonly alphaBars: Readonly<Record<string, number>>;
  readonly trajectories: readonly GoldenTrajectory[];
} = JSON.parse(readFileSync(new URL('./__fixtures__/samplers.json', import.meta.url), 'utf8'));

type Sampler = (
  denoise: Denoise,
  schedule: NoiseSchedule,
  options: SamplerOptions & { eta?: number },
) => Promise<Tensor<'float32'>>;

const samplers = {
  plms,
  ddim,
  'dpm-solver': dpmSolverPlusPlus2M,
  'dpm-solver-karras': (denoise, schedule, options) =>
    dpmSolverPlusPlus2M(denoise, schedule, { ...options, karras: true }),
  'euler-ancestral': eulerAncestral,
} as const satisfies Record<string, Sampler>;
const everySampler = Object.entries(samplers) as [keyof typeof samplers, Sampler][];

const schedule = scaledLinearSchedule();
const SIZE = 8;
const matrix = pseudoRandom('toy.matrix', [SIZE, SIZE]);
const shift = pseudoRandom('toy.shift', [SIZE]);

/** `Toy` of the script: tanh(M x + v t / 1000) of each image. */
const toy: Denoise = async (latents, t) => {
  const predicted = latents.data.map((_, i) => {
    const image = i - (i % SIZE);
    const row = (i % SIZE) * SIZE;
    const product = shift.reduce(
      (sum, __, j) => sum + matrix[row + j] * latents.data[image + j],
      0,
    );
    return Math.tanh(product + (shift[i % SIZE] * t) / 1000);
  });
  return float32(predicted, latents.dims);
};

/** The noise of the script, in its order. */
function goldenNoise(): NoiseSource {
  let draws = 0;
  return {
    dims: [2, 2, 2, 2],
    next: () => pseudoRandom(`noise.${draws++}`, [2, SIZE]).map((value) => 2 * value),
  };
}

const picture = float32(pseudoRandom('picture', [2, SIZE]), [2, 2, 2, 2]);

describe('the schedule', () => {
  it('has the published check values', () => {
    expect(schedule.alphaBars).toHaveLength(1000);
    expect(schedule.alphaBars[0]).toBeCloseTo(0.99915, 10);
    expect(schedule.alphaBars[981]).toBeCloseTo(0.0057755, 7);
    expect(schedule.alphaBars[999]).toBeCloseTo(0.0046601, 7);
    for (const [t, value] of Object.entries(golden.alphaBars))
      expect(schedule.alphaBars[Number(t)] / value).toBeCloseTo(1, 12);
  });
});

describe('trajectories against the published formulas in float64', () => {
  it.each(golden.trajectories.map((each) => [each.sampler, each.options, each] as const))(
    '%s %o',
    async (name, { strength, ...options }, { times, states }) => {
      const asked: number[] = [];
      const seen: Tensor<'float32'>[] = [];
      const levels: SamplerStep['level'][] = [];
      const watched: Denoise = (latents, t) => {
        asked.push(t);
        seen.push(latents);
        return toy(latents, t);
      };
      const sampler: Sampler = samplers[name];
      const result = await sampler(watched, schedule, {
        ...options,
        noise: goldenNoise(),
        ...(strength !== undefined && { start: { latents: picture, strength } }),
        onStep: ({ level }) => void levels.push(level),
      });
      expectAllclose(asked, times, { rtol: 1e-9, atol: 1e-9 });
      expect(levels).toHaveLength(states.length);
      const tolerance = { rtol: 1e-5, atol: 1e-5 };
      // What evaluation k + 1 sees is the state after evaluation k.
      for (const [k, state] of states.slice(0, -1).entries())
        expectAllclose(seen[k + 1].data, state, tolerance);
      expectAllclose(result.data, states[states.length - 1], tolerance);
    },
  );

  it('asks PLMS of 50 steps 51 times, the second timestep twice', async () => {
    const [{ times }] = golden.trajectories;
    expect(times).toHaveLength(51);
    expect(times.slice(0, 5)).toEqual([981, 961, 961, 941, 921]);
    expect(times.slice(-2)).toEqual([21, 1]);
  });
});

describe.each(everySampler)('%s', (_, sampler) => {
  const shape = [2, 2, 2] as const;
  const options = { steps: 12, ...(sampler === ddim && { eta: 1 }) };

  it('makes an image of a batch equal to the image made alone with its seed', async () => {
    const seeds = [11, 5, 11, -3];
    const batch = await sampler(toy, schedule, { ...options, noise: seededNoise(seeds, shape) });
    const alone = [];
    for (const seed of seeds)
      alone.push(await sampler(toy, schedule, { ...options, noise: seededNoise([seed], shape) }));
    expect([...batch.data]).toEqual(alone.flatMap(({ data }) => [...data]));
    expect(batch.data.slice(0, SIZE)).toEqual(batch.data.slice(2 * SIZE, 3 * SIZE));
    expect(batch.data.slice(0, SIZE)).not.toEqual(batch.data.slice(SIZE, 2 * SIZE));
  });

  it('finds the picture if the network knows the noise exactly', async () => {
    const noise = seededNoise([1], shape);
    const clean = pseudoRandom('clean', [SIZE]);
    const oracle: Denoise = async (latents, t) => {
      // Fractional timesteps: between the neighbours, as fine as the test needs.
      const [low, high] = [levelAt(schedule, Math.floor(t)), levelAt(schedule, Math.ceil(t))];
      const part = t - Math.floor(t);
      const signal = low.signal + part * (high.signal - low.signal);
      const deviation = Math.sqrt(1 - signal ** 2);
      return float32(
        latents.data.map((value, i) => (value - signal * clean[i]) / deviation),
        latents.dims,
      );
    };
    const estimates: Tensor<'float32'>[] = [];
    const { data } = await sampler(oracle, schedule, {
      ...options,
      steps: 40,
      noise,
      onStep: ({ estimate }) => void estimates.push(estimate()),
    });
    // What is left is the noise of timestep 0 and the interpolation above.
    expectAllclose(data, clean, { rtol: 0, atol: 0.12 });
    expectAllclose(estimates[estimates.length - 1].data, clean, { rtol: 0, atol: 1e-2 });
  });

  it('keeps what an inpainting mask does not give free', async () => {
    const mask = float32([1, 0, 1, 0], [1, 1, 2, 2]);
    const latents = float32(picture.data.slice(0, SIZE), [1, 2, 2, 2]);
    const made = await sampler(toy, schedule, {
      ...options,
      noise: seededNoise([4], shape),
      inpaint: { latents, mask },
    });
    for (const [i, value] of made.data.entries())
      if (i % 2 === 1) expect(value).toBe(latents.data[i]);
      else expect(Math.abs(value - latents.data[i])).toBeGreaterThan(1e-3);
  });

  it('tells its progress, and stops between evaluations when aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const counts: number[] = [];
    const running = sampler(toy, schedule, {
      ...options,
      noise: seededNoise([1], shape),
      signal: controller.signal,
      onProgress: ({ phase, unit, completed }) => {
        expect([phase, unit]).toEqual(['sample', 'steps']);
        counts.push(completed);
        if (completed === 3) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(counts).toEqual([1, 2, 3]);
  });

  it.each([
    ['steps 0', { steps: 0 }, 'steps'],
    ['steps 1.5', { steps: 1.5 }, 'steps'],
    ['steps 1000', { steps: 1000 }, 'steps'],
    ['strength 0', { start: { latents: picture, strength: 0 } }, 'strength'],
    ['strength 1.1', { start: { latents: picture, strength: 1.1 } }, 'strength'],
    ['a start of another shape', { start: { latents: float32([1]), strength: 1 } }, 'start'],
    [
      'a mask of another shape',
      { inpaint: { latents: picture, mask: float32([1], [1, 1, 1, 1]) } },
      'mask',
    ],
    [
      'a known picture of another shape',
      { inpaint: { latents: float32([1]), mask: float32([1, 1, 1, 1], [1, 1, 2, 2]) } },
      'inpaint.latents',
    ],
  ])('refuses %s', async (__, wrong, name) => {
    const running = sampler(toy, schedule, { ...options, noise: goldenNoise(), ...wrong });
    await expect(running).rejects.toThrow(InvalidInputError);
    await expect(
      sampler(toy, schedule, { ...options, noise: goldenNoise(), ...wrong }),
    ).rejects.toThrow(name);
  });

  it('works with every number of steps', async () => {
    const counts = [...Array.from({ length: 200 }, (_, i) => i + 1), 333, 500, 998, 999];
    const failed: number[] = [];
    for (const steps of counts) {
      const times: number[] = [];
      const denoise: Denoise = (latents, t) => {
        times.push(t);
        return toy(latents, t);
      };
      const { data } = await sampler(denoise, schedule, { steps, noise: seededNoise([1], shape) });
      const areTimesIn = times.every((t) => t >= 0 && t <= schedule.timesteps - 1);
      if (!areTimesIn || !data.every(Number.isFinite)) failed.push(steps);
    }
    expect(failed).toEqual([]);
  });

  it('refuses predictions of another size or that are not finite', async () => {
    const run = (predicted: number[]) =>
      sampler(async () => float32(predicted), schedule, {
        ...options,
        noise: seededNoise([1], shape),
      });
    await expect(run([1, 2])).rejects.toThrow(ModelOutputError);
    await expect(run([...Array(SIZE - 1).fill(0), Number.NaN])).rejects.toThrow('not finite');
  });
});

describe('seededNoise', () => {
  it('goes on with each image of its own, and is normal', () => {
    const noise = seededNoise([7, 8], [4, 32, 32]);
    const [first, second] = [noise.next(), noise.next()];
    expect(noise.dims).toEqual([2, 4, 32, 32]);
    expect(first).not.toEqual(second);
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    const variance = first.reduce((a, b) => a + b * b, 0) / first.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  it.each([[[]], [[1.5]], [[Number.NaN]], [[2 ** 32]]])('refuses the seeds %o', (seeds) => {
    expect(() => seededNoise(seeds, [1, 1, 1])).toThrow(InvalidInputError);
  });
});

describe('ddim', () => {
  it.each([-0.1, 1.1, Number.NaN])('refuses eta %d', async (eta) => {
    const running = ddim(toy, schedule, { steps: 3, eta, noise: goldenNoise() });
    await expect(running).rejects.toThrow('eta');
  });
});

it.each([
  ['2 or more for timesteps, got 1', () => scaledLinearSchedule({ timesteps: 1 })],
  ['above 0, below 1 for start, got 0', () => scaledLinearSchedule({ start: 0 })],
  ['from 0.5 on, below 1 for end, got 0.1', () => scaledLinearSchedule({ start: 0.5, end: 0.1 })],
  ['0 to 999 for timestep, got 1000', () => levelAt(schedule, 1000)],
  ['0 to 999 for timestep, got 1.5', () => levelAt(schedule, 1.5)],
])('a schedule refuses: %s', (message, make) => {
  expect(make).toThrow(message);
});
