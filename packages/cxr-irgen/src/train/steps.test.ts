import { readFileSync } from 'node:fs';
import { float32, int64, type Tensor, type Tensors } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import type { TrainingStep } from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import type { VisionNetwork } from '../conditioning/vision-network.js';
import { pseudoRandom, weightsOf, worstNorm } from '../network/__fixtures__/golden.js';
import type { BartConfig } from '../network/bart/config.js';
import type { PriorConfig } from '../network/prior/config.js';
import type { MaskShapes } from './language/dropout-masks.js';
import { FAITHFUL_LANGUAGE } from './language/language-rules.js';
import { languageStep } from './language/language-step.js';
import { FAITHFUL_PRIOR } from './prior/prior-rules.js';
import { priorStep } from './prior/prior-step.js';
import { FAITHFUL_VISION } from './vision/vision-rules.js';
import { visionStep } from './vision/vision-step.js';

type Numbers = Readonly<Record<string, number>>;

/** What `result` of tools/fixtures/irgen_training.py stores. */
interface GoldenStep<Config> {
  readonly config: Config;
  readonly losses: Numbers;
  readonly gradientNorms: Numbers;
  readonly updatedNorms: Numbers;
}

interface GoldenTexts extends GoldenStep<BartConfig> {
  readonly ids: readonly number[][];
  readonly dropout: number;
  readonly dropoutSites: number;
}

const url = new URL('./__fixtures__/steps.json', import.meta.url);
const golden = JSON.parse(readFileSync(url, 'utf8')) as {
  readonly rate: number;
  readonly decay: number;
  readonly steps: Readonly<Record<string, unknown>>;
};
const goldenStep = <Step>(name: string): Step => golden.steps[name] as Step;
const random = (name: string, dims: number[]): Tensor => float32(pseudoRandom(name, dims), dims);

/** One update: losses, norms of the gradients (a tenth of which is the first moment of AdamW) and of the new weights. */
async function updateOnce(
  step: TrainingStep,
  batch: Tensors,
): Promise<{ losses: Numbers; gradients: Numbers; updated: Numbers }> {
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const weights = weightsOf({ parameters: step.parameters });
  const zero = ({ dims }: { readonly dims: readonly number[] }): Tensor =>
    float32(new Float32Array(dims.reduce((size, dim) => size * dim, 1)), dims);
  await runtime.put({
    ...Object.fromEntries(weights),
    ...Object.fromEntries([...step.state].map(([slot, shape]) => [slot, zero(shape)])),
  });
  const session = await runtime.load(step.step.bytes);
  const feeds = { ...batch, ...step.scalars(1, golden.rate) };
  const { from, keep } = step.step;
  const outputs = await session.run(feeds, { from, keep, fetch: step.losses });
  const trained = [...weights.keys()].filter((name) => step.state.has(`m/${name}`));
  const norms = async (slot: (name: string) => string, factor: number): Promise<Numbers> => {
    const read = await runtime.read(trained.map(slot));
    return Object.fromEntries(
      trained.map((name) => {
        const values = read[slot(name)].data as Float32Array;
        return [name, factor * Math.hypot(...values)];
      }),
    );
  };
  return {
    losses: Object.fromEntries(step.losses.map((name) => [name, Number(outputs[name].data[0])])),
    gradients: await norms((name) => `m/${name}`, 10),
    updated: await norms((name) => name, 1),
  };
}

/** What of PyTorch's numbers our network has, too: it leaves out queries and keys of the attention to one key. */
const ours = (numbers: Numbers): Numbers =>
  Object.fromEntries(Object.entries(numbers).filter(([name]) => !/encoder_attn\.[qk]/.test(name)));
// Its gradient is nothing but rounding, of which AdamW's first step makes a whole one.
const settled = (numbers: Numbers): Numbers =>
  Object.fromEntries(
    Object.entries(ours(numbers)).filter(([name]) => !/(k_proj|attention\.key)\.bias/.test(name)),
  );

async function expectStep<Config>(
  step: TrainingStep,
  batch: Tensors,
  wanted: GoldenStep<Config>,
): Promise<Numbers> {
  const { losses, gradients, updated } = await updateOnce(step, batch);
  expect(losses.loss).toBeCloseTo(wanted.losses.loss, 5);
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(ours(wanted.gradientNorms)).sort());
  expect(worstNorm(gradients, ours(wanted.gradientNorms))).toBeLessThan(1e-4);
  expect(worstNorm(updated, settled(wanted.updatedNorms))).toBeLessThan(1e-3);
  return losses;
}

// See tools/fixtures/README.md, irgen_training.py. All weights decay in it.
describe('one update against PyTorch: loss, gradients and AdamW with decay of all weights', () => {
  const weightDecay = golden.decay;

  it.each([
    ['language', false],
    ['language-masked', true],
    ['language-dropout', false],
  ])('%s', async (name, isMasked) => {
    const { config, ids, dropout, dropoutSites, ...wanted } = goldenStep<GoldenTexts>(name);
    const shape = { texts: ids.length, length: ids[0].length };
    const { padTokenId, eosTokenId } = config;
    const seen = ids.map((row) => row.map((id) => (id === padTokenId ? 0 : 1)));
    const behind = (rows: readonly number[][], first: number): number[] =>
      rows.flatMap((row) => [first, ...row.slice(0, -1)]);
    const [dims, flat] = [[shape.texts, shape.length], seen.flat()];
    const step = languageStep(config, shape, { ...FAITHFUL_LANGUAGE, weightDecay, dropout });
    expect(step.masks.size).toBe(dropoutSites);
    const batch = {
      input_ids: int64(ids.flat(), dims),
      attention_mask: int64(flat, dims),
      decoder_ids: int64(behind(ids, eosTokenId), dims),
      decoder_mask: int64(behind(seen, 1), dims),
      targets: int64(ids.flat(), [flat.length]),
      weights: float32(isMasked ? flat : flat.map(() => 1)),
      ...pseudoMasks(step.masks, dropout),
    };
    await expectStep(step, batch, { config, ...wanted });
  });

  it.each(['u-vit', 'sd-unet'] as const)('%s', async (kind) => {
    const wanted = goldenStep<GoldenStep<VisionNetwork>>(kind);
    const { denoiser, textLength } = wanted.config;
    const map = [2, denoiser.latentChannels, denoiser.side, denoiser.side];
    const batch = {
      latents: random('latents', map),
      noise: random('noise', map),
      timesteps: float32([981, 20]),
      text: random('text', kind === 'u-vit' ? [2, 6] : [2, textLength, 6]),
      reference: random('reference', [2, 6]),
      has_reference: float32([1, 0]),
      weights: float32([0.25, 1.5]),
    };
    const step = visionStep(wanted.config, 2, { ...FAITHFUL_VISION, weightDecay });
    await expectStep(step, batch, wanted);
  });

  it('prior', async () => {
    const wanted = goldenStep<GoldenStep<PriorConfig>>('prior');
    const batch = { latents: random('latents', [2, 3, 6, 6]), vectors: random('vectors', [2, 5]) };
    const step = priorStep(wanted.config, 2, { ...FAITHFUL_PRIOR, weightDecay });
    const { mse, cosine } = await expectStep(step, batch, wanted);
    expect(mse).toBeCloseTo(wanted.losses.mse, 5);
    expect(cosine).toBeCloseTo(wanted.losses.cosine, 5);
  });

  it('leaves biases and normalisations as they are where matrices alone decay', async () => {
    const { config } = goldenStep<GoldenStep<PriorConfig>>('prior');
    const batch = { latents: random('latents', [2, 3, 6, 6]), vectors: random('vectors', [2, 5]) };
    const updated = async (decay: 'all' | 'matrices'): Promise<Numbers> =>
      (await updateOnce(priorStep(config, 2, { ...FAITHFUL_PRIOR, weightDecay, decay }), batch))
        .updated;
    const [all, matrices] = [await updated('all'), await updated('matrices')];
    const kept = Object.keys(all).filter((name) => all[name] !== matrices[name]);
    const { parameters } = priorStep(config, 2, FAITHFUL_PRIOR);
    const flat = [...parameters].flatMap(([name, { dims }]) => (dims.length === 1 ? [name] : []));
    expect(kept.sort()).toEqual(flat.sort());
  });
});

/** The same masks as the script's: dropped where the pseudo-random number is below its quantile. */
function pseudoMasks(shapes: MaskShapes, rate: number): Tensors {
  return Object.fromEntries(
    [...shapes].map(([name, dims]) => {
      const data = Uint8Array.from(pseudoRandom(name, dims), (x) => (x >= 2 * rate - 1 ? 1 : 0));
      return [name, { type: 'uint8', dims, data }];
    }),
  );
}
