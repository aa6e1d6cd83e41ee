import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { parseProbe, predictProbe } from './linear-probe.js';
import { type ProbeExample, trainLinearProbe } from './train/train-linear-probe.js';

/** Label is the sign of a direction, with some noise. */
function examples(count: number, seed: number): ProbeExample[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const features = Float32Array.from({ length: 6 }, () => 3 + 2 * random.normal());
    const score = features[0] - features[1] + 0.3 * random.normal();
    return { split: 'train', features, findings: { Edema: score > 0 ? 1 : 0 } };
  });
}

describe('linear probe', () => {
  it('separates what is separable, is saved and read, and is the same for the same seed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cxrkit-probe-'));
    const options = {
      examples: examples(200, 1),
      labels: ['Edema'],
      model: 'test@1',
      updates: 600,
      seed: 5,
    };
    const probe = await trainLinearProbe({ ...options, runFolder: join(folder, 'a') });
    const held = examples(200, 2);
    const right = held.filter(({ features, findings }) => {
      const [{ present }] = predictProbe(probe, features);
      return present === (findings.Edema === 1);
    });
    expect(right.length).toBeGreaterThan(180);
    expect(parseProbe(JSON.stringify(probe))).toEqual(probe);
    expect(await trainLinearProbe({ ...options, runFolder: join(folder, 'b') })).toEqual(probe);
  }, 30_000);

  it('refuses a label without both classes, other features and damaged files', async () => {
    const one = examples(20, 1).map((example) => ({ ...example, findings: { Edema: 1 as const } }));
    const options = {
      examples: one,
      labels: ['Edema'],
      model: 'test@1',
      runFolder: 'unused',
      seed: 1,
    };
    await expect(trainLinearProbe(options)).rejects.toThrow('with and without');
    expect(() => parseProbe('{"formatVersion":1}')).toThrow('linear probe');
    expect(() => parseProbe('x')).toThrow('JSON');
  });
});
