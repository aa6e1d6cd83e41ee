import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32, int64, type Tensor, type Tensors } from '@cxrkit/core';
import { type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { type Graph, serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pseudoRandom, readGolden, weightsOf } from './__fixtures__/golden.js';
import {
  BART_BASE,
  bartCacheNames,
  bartGraphs,
  CLIP_VIT_B32,
  clipTextGraph,
  clipVisionGraph,
  denoiserGraph,
  SD_TEXT_ENCODER,
  U_VIT_L2,
} from './index.js';

/** What `thinned` of tools/fixtures/cxr_irgen.py stores. */
interface Thinned {
  readonly dims: number[];
  readonly largest: number;
  readonly every97th: number[];
}

type Output = 'noise' | 'vector' | 'logits' | 'hidden' | 'pooled' | 'picture';
const golden = readGolden<Readonly<Record<Output, Thinned>>>('full-size');
const random = (name: string, dims: number[]): Tensor => float32(pseudoRandom(name, dims), dims);

function worst({ dims, data }: Tensor, expected: Thinned): number {
  expect(dims).toEqual(expected.dims);
  const picked = (data as Float32Array).filter((_, i) => i % 97 === 0);
  const differences = expected.every97th.map((value, i) => Math.abs(picked[i] - value));
  return Math.max(...differences) / expected.largest;
}

describe.skipIf(!process.env.CXRKIT_FULL_SIZE)(
  'published sizes against PyTorch (with CXRKIT_FULL_SIZE=1 only: 5 GB of memory, minutes)',
  { timeout: 600_000 },
  () => {
    let runtime: OnnxRuntime;
    let folder: string;
    beforeAll(async () => {
      runtime = await openRuntime({ device: 'cpu' });
      folder = await mkdtemp(join(tmpdir(), 'cxrkit-full-size-'));
    });
    afterAll(async () => {
      await runtime.dispose();
      await rm(folder, { recursive: true });
    });

    async function run(name: string, graph: Graph, feeds: Tensors): Promise<Tensors> {
      const path = join(folder, `${name}.onnx`);
      const options = { weights: weightsOf(graph), externalFile: `${name}.onnx.data` };
      const { bytes, external } = serializeGraph(graph, options);
      await writeFile(path, bytes);
      await writeFile(`${path}.data`, external);
      await using session = await runtime.load(path);
      return await session.run(feeds);
    }

    it('one denoising step of U-ViT-L/2', async () => {
      const { noise } = await run('u-vit', denoiserGraph(U_VIT_L2), {
        latents: random('latents', [1, 4, 32, 32]),
        timesteps: float32([981]),
        context: random('context', [1, 1, 768]),
      });
      expect(worst(noise, golden.noise)).toBeLessThan(1e-4);
    });

    it("bart-base's encoder and one step of its decoder", async () => {
      const graphs = bartGraphs(BART_BASE);
      const ids = int64([0, 713, 16, 10, 1296, 2], [1, 6]);
      const mask = int64([1, 1, 1, 1, 1, 1], [1, 6]);
      const encoded = { input_ids: ids, attention_mask: mask };
      const { vector } = await run('encoder', graphs.bart_encoder, encoded);
      expect(worst(vector, golden.vector)).toBeLessThan(1e-4);
      const cache = await run('memory', graphs.bart_memory, { vector });
      expect(Object.keys(cache).sort()).toEqual(bartCacheNames('past', BART_BASE).sort());
      const { logits } = await run('step', graphs.bart_step, {
        input_ids: int64([BART_BASE.eosTokenId], [1, 1]),
        positions: int64([0], [1, 1]),
        rows: int64([0]),
        ...cache,
      });
      expect(worst(logits, golden.logits)).toBeLessThan(1e-4);
    });

    it('both towers of CLIP', async () => {
      const ids = [49_406, 320, 3, 8, ...new Array<number>(7).fill(49_407)];
      const text = await run('text', clipTextGraph(SD_TEXT_ENCODER), {
        input_ids: int64(ids, [1, 11]),
      });
      expect(worst(text.last_hidden_state, golden.hidden)).toBeLessThan(1e-4);
      expect(worst(text.pooler_output, golden.pooled)).toBeLessThan(1e-4);
      const pixels = random('pixels', [1, 3, 224, 224]);
      const image = await run('image', clipVisionGraph(CLIP_VIT_B32), { pixel_values: pixels });
      expect(worst(image.pooler_output, golden.picture)).toBeLessThan(1e-4);
    });
  },
);
