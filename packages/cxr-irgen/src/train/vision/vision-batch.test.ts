import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import type { VisionNetwork } from '../../conditioning/vision-network.js';
import { scaledLinearSchedule } from '../../diffusion/schedule.js';
import { expectRate } from '../__fixtures__/expect-rate.js';
import { batchRandom, TRAINING_STREAM, type VisionBatch, visionBatch } from './vision-batch.js';
import { FAITHFUL_VISION, VISION_RULES, type VisionRules } from './vision-rules.js';
import type { VisionTable } from './vision-table.js';

const [WIDTH, CELLS, DRAWS] = [3, 4, 4000];
const filled = (value: number, length = WIDTH): Float32Array =>
  new Float32Array(length).fill(value);

/** Pictures 0, 2 and 4 have the same labels, as have 1 and 3; 5 is alone with its own, 6 is of `val` and like 1 and 3. */
const table: VisionTable = {
  latents: {
    ...{ latent: [1, 2, 2], scale: 0.5 },
    mean: Array.from({ length: 7 }, (_, row) => filled(row, CELLS)),
    logVariance: Array.from({ length: 7 }, () => filled(Math.log(0.09), CELLS)),
  },
  prompts: [[1, 2, 3], [4], [1, 2, 3], [4], [1, 2, 3], [5], [4]],
  texts: Array.from({ length: 6 }, (_, prompt) => filled(prompt)),
  references: Array.from({ length: 7 }, (_, row) => filled(100 + row)),
  sameLabels: [[0, 2, 4], [1, 3], [0, 2, 4], [1, 3], [0, 2, 4], [5], [1, 3]],
};
const network: VisionNetwork = {
  ...{ textLength: 4, textWidth: WIDTH, nullReference: 'zeros' },
  denoiser: {
    ...{ kind: 'u-vit', side: 2, latentChannels: 1, patch: 1, width: 4, depth: 2, heads: 1 },
    ...{ mlp: 4, contextTokens: 1, contextWidth: WIDTH },
  },
};
const schedule = scaledLinearSchedule();
const PLAIN: VisionRules = {
  ...{ ...VISION_RULES, textDropout: 0, imageDropout: 0, jointDropout: 0, minSnr: null },
};

/** One batch of the same picture many times. */
function drawn(row: number, rules: Partial<VisionRules>, count = DRAWS): VisionBatch {
  const rows = Array<number>(count).fill(row);
  const options = { table, network, schedule, rules: { ...PLAIN, ...rules } };
  return visionBatch(rows, batchRandom(1, TRAINING_STREAM, row), options);
}

/** The prompt of each place; 0 is the empty one. */
const promptsOf = ({ text }: VisionBatch): number[] => everyRow(text.data);
/** The picture that each place is shown; -1 for none. */
const shownOf = ({ reference, has_reference: has }: VisionBatch): number[] =>
  everyRow(reference.data).map((value, place) => (has.data[place] === 1 ? value - 100 : -1));
const everyRow = (data: Float32Array): number[] =>
  Array.from({ length: data.length / WIDTH }, (_, place) => data[place * WIDTH]);
const count = <T>(values: readonly T[], is: (value: T, place: number) => boolean): number =>
  values.filter(is).length;

describe('conditions of a training example', () => {
  it('shows any other picture of the same labels, each as often, and never the picture itself', () => {
    const shown = shownOf(drawn(2, {}));
    expect([...new Set(shown)].sort()).toEqual([0, 4]);
    expectRate(
      count(shown, (row) => row === 0),
      DRAWS,
      0.5,
    );
    expect(new Set(shownOf(drawn(1, {}, 50)))).toEqual(new Set([3]));
  });

  it('shows a picture of val any of the train split', () => {
    const shown = shownOf(drawn(6, {}));
    expect([...new Set(shown)].sort()).toEqual([1, 3]);
    expectRate(
      count(shown, (row) => row === 1),
      DRAWS,
      0.5,
    );
  });

  it('shows nothing to a picture that is alone with its labels', () => {
    const batch = drawn(5, {}, 50);
    expect(new Set(shownOf(batch))).toEqual(new Set([-1]));
    expect(new Set(batch.reference.data)).toEqual(new Set([0]));
  });

  it('shows the first of the same labels by the published table, be it the picture itself', () => {
    for (const [row, first] of [
      [0, 0],
      [2, 0],
      [4, 0],
      [3, 1],
      [5, 5],
      [6, 1],
    ])
      expect(new Set(shownOf(drawn(row, { reference: 'table' }, 50))), `${row}`).toEqual(
        new Set([first]),
      );
  });

  it('shows none where there are to be none', () => {
    const shown = shownOf(drawn(2, { reference: 'none' }, 50));
    expect(new Set(shown)).toEqual(new Set([-1]));
  });

  it('says each wording of a picture as often', () => {
    const prompts = promptsOf(drawn(0, {}));
    for (const wording of [1, 2, 3])
      expectRate(
        count(prompts, (prompt) => prompt === wording),
        DRAWS,
        1 / 3,
      );
  });

  it('drops text and reference apart, each at its rate', () => {
    const batch = drawn(0, { textDropout: 0.3, imageDropout: 0.4 });
    const [silent, shown] = [promptsOf(batch).map((prompt) => prompt === 0), shownOf(batch)];
    expectRate(count(silent, Boolean), DRAWS, 0.3);
    expectRate(
      count(shown, (row) => row === -1),
      DRAWS,
      0.4,
    );
    expectRate(
      count(shown, (row, place) => row === -1 && silent[place]),
      DRAWS,
      0.3 * 0.4,
    );
  });

  it('drops both together beside that', () => {
    const batch = drawn(0, { textDropout: 0.1, imageDropout: 0.15, jointDropout: 0.2 });
    const [silent, shown] = [promptsOf(batch).map((prompt) => prompt === 0), shownOf(batch)];
    expectRate(count(silent, Boolean), DRAWS, 1 - 0.9 * 0.8);
    expectRate(
      count(shown, (row) => row === -1),
      DRAWS,
      1 - 0.85 * 0.8,
    );
    const both = 0.2 + 0.8 * 0.1 * 0.15;
    expectRate(
      count(shown, (row, place) => row === -1 && silent[place]),
      DRAWS,
      both,
    );
    const alone = drawn(0, { jointDropout: 0.2 });
    const missing = shownOf(alone).map((row) => row === -1);
    expect(promptsOf(alone).map((prompt) => prompt === 0)).toEqual(missing);
    expectRate(count(missing, Boolean), DRAWS, 0.2);
  });

  it('drops nothing as published', () => {
    const batch = drawn(1, FAITHFUL_VISION, 200);
    expect(new Set(promptsOf(batch))).toEqual(new Set([4]));
    expect(new Set(shownOf(batch))).toEqual(new Set([1]));
  });
});

describe('noise of a training example', () => {
  it('is of every timestep, and mixed with the picture by the schedule', () => {
    const { latents, noise, timesteps } = drawn(3, {});
    const times = [...timesteps.data];
    for (const quarter of [0, 1, 2, 3])
      expectRate(
        count(times, (t) => Math.floor(t / 250) === quarter),
        DRAWS,
        0.25,
      );
    expect(times.every((t) => Number.isInteger(t) && t >= 0 && t < 1000)).toBe(true);
    for (let place = 0; place < DRAWS; place++) {
      const alphaBar = schedule.alphaBars[times[place]];
      for (let i = place * CELLS; i < (place + 1) * CELLS; i++) {
        const mixed = Math.sqrt(alphaBar) * 0.5 * 3 + Math.sqrt(1 - alphaBar) * noise.data[i];
        expect(Math.abs(latents.data[i] - mixed)).toBeLessThan(1e-5);
      }
    }
    expectMoments([...noise.data], 0, 1);
  });

  it('is added to a sample of the posterior where one stands for the picture', () => {
    const { latents, noise, timesteps } = drawn(3, { posterior: 'sample' });
    const pictures = Array.from(latents.data, (value, i) => {
      const alphaBar = schedule.alphaBars[timesteps.data[Math.floor(i / CELLS)]];
      return (value - Math.sqrt(1 - alphaBar) * noise.data[i]) / Math.sqrt(alphaBar);
    });
    expectMoments(pictures, 0.5 * 3, 0.5 * 0.3);
  });

  it('weighs by min(SNR, limit) / SNR, or all the same', () => {
    const { weights, timesteps } = drawn(0, { minSnr: 5 });
    const wanted = [...timesteps.data].map((t) => {
      const alphaBar = schedule.alphaBars[t];
      const snr = alphaBar / (1 - alphaBar);
      return Math.min(snr, 5) / snr;
    });
    expect(Math.max(...wanted.map((weight, i) => Math.abs(weight - weights.data[i])))).toBeLessThan(
      1e-6,
    );
    expect(Math.max(...wanted)).toBe(1);
    expect(Math.min(...wanted)).toBeLessThan(0.01);
    expect(new Set(drawn(0, {}, 50).weights.data)).toEqual(new Set([1]));
  });

  it('is the same for the same place of the same batch, whatever the batch holds', () => {
    const options = { table, network, schedule, rules: VISION_RULES };
    const batch = (rows: number[], seed: number): VisionBatch =>
      visionBatch(rows, batchRandom(seed, TRAINING_STREAM, 8), options);
    const [a, b, other] = [batch([0, 1], 3), batch([0, 4], 3), batch([0, 1], 4)];
    expect(a.noise.data.slice(0, CELLS)).toEqual(b.noise.data.slice(0, CELLS));
    expect(a.noise.data.slice(0, CELLS)).not.toEqual(other.noise.data.slice(0, CELLS));
    expect(a.noise.data.slice(0, CELLS)).not.toEqual(a.noise.data.slice(CELLS));
    expect(createRandom(3, TRAINING_STREAM, 8, 0).integer(1000)).toBe(a.timesteps.data[0]);
  });
});

/** Mean and deviation of independent draws, within six standard errors. */
function expectMoments(values: readonly number[], mean: number, deviation: number): void {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const error = deviation / Math.sqrt(values.length);
  expect(Math.abs(average - mean)).toBeLessThan(6 * error);
  expect(Math.abs(Math.sqrt(square) - deviation)).toBeLessThan(6 * error);
}
