import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32, InvalidInputError, int64, type Tensor, type Tensors } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { Graph, serializeGraph } from '@cxrkit/nn';
import { readCheckpoint, renameKeys, writeSafetensors } from '@cxrkit/nn/checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Golden,
  readGolden,
  weightsOf,
  worstDifference,
} from '../network/__fixtures__/golden.js';
import { type BartConfig, bartConfigSchema } from '../network/bart/config.js';
import { bartDecoder } from '../network/bart/decoder.js';
import { bartEncoder } from '../network/bart/encoder.js';
import { FAITHFUL_LANGUAGE, LANGUAGE_RULES } from '../train/language/language-rules.js';
import { languageStep } from '../train/language/language-step.js';
import { exportLanguageState } from './export-language-state.js';

interface BartGolden extends Golden<BartConfig> {
  readonly ids: number[][];
  readonly mask: number[][];
  readonly shifted: number[][];
  readonly shiftedMask: number[][];
}

const golden = readGolden<BartGolden>('bart');
const config = bartConfigSchema.parse(golden.config);
const { parameters } = languageStep(config, { texts: 1, length: 4 }, FAITHFUL_LANGUAGE);
/** What a training holds. */
const trained = weightsOf({ parameters });
const ALIASES = ['encoder.embed_tokens', 'decoder.embed_tokens'].map((n) => `model.${n}.weight`);

/** The logits of the network as PyTorch has it, with queries and keys. */
async function logitsOf(weights: ReadonlyMap<string, Tensor>): Promise<Tensor> {
  const { ids, mask, shifted, shiftedMask } = golden;
  const rows = { ids, mask, shifted, shiftedMask };
  const feeds: Tensors = Object.fromEntries(
    Object.entries(rows).map(([name, list]) => [
      name,
      int64(list.flat(), [list.length, list[0].length]),
    ]),
  );
  const graph = new Graph('inference');
  const input = (name: string) => graph.input(name, 'int64', feeds[name].dims);
  const vector = bartEncoder(input('ids'), input('mask'), config);
  const options = { mask: input('shiftedMask'), crossAttention: 'full' } as const;
  graph.output('logits', bartDecoder(input('shifted'), vector, config, options));
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const session = await runtime.load(serializeGraph(graph, { weights }).bytes);
  return (await session.run(feeds)).logits;
}

describe('the state of a language module for PyTorch', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-state-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has every name and shape that strict loading asks for, and no other', () => {
    expect([...trained.keys()]).not.toContain('model.decoder.layers.0.encoder_attn.q_proj.weight');
    const state = exportLanguageState(trained, config);
    const words = golden.parameters['model.shared.weight'];
    expect(Object.fromEntries([...state].map(([name, { dims }]) => [name, [...dims]]))).toEqual({
      ...golden.parameters,
      ...Object.fromEntries([...ALIASES, 'lm_head.weight'].map((name) => [name, words])),
    });
    for (const alias of [...ALIASES, 'lm_head.weight'])
      expect(state.get(alias)).toBe(trained.get('model.shared.weight'));
  });

  it('computes what PyTorch computes', async () => {
    const logits = await logitsOf(exportLanguageState(trained, config));
    expect(worstDifference(logits, golden.outputs.logits)).toBeLessThan(1e-5);
  });

  it('comes back as it went', async () => {
    const path = join(folder, 'pytorch.safetensors');
    const state = exportLanguageState(trained, config, { prefix: 'bart.' });
    expect([...state.keys()].every((name) => name.startsWith('bart.'))).toBe(true);
    await writeSafetensors(path, state);
    const { tensors } = await readCheckpoint(path);
    const back = renameKeys(tensors, [[/^bart\./, '']]);
    for (const [name, { data }] of trained) expect(back.get(name)?.data, name).toEqual(data);
    const again = languageStep(config, { texts: 1, length: 4 }, LANGUAGE_RULES);
    expect([...again.parameters.keys()].every((name) => back.has(name))).toBe(true);
    // What PyTorch gave to queries and keys goes out again.
    const queries = 'model.decoder.layers.1.encoder_attn.q_proj.bias';
    const learned = float32(new Float32Array(config.width).fill(0.5));
    const twice = exportLanguageState(new Map([...back, [queries, learned]]), config);
    expect(twice.get(queries)).toBe(learned);
  });

  it('takes the averages of a training, or its weights', () => {
    const bias = 'model.encoder.layernorm_embedding.bias';
    const average = float32(new Float32Array(config.width).fill(7));
    const rest: [string, Tensor][] = [
      [`ema/${bias}`, average],
      [`m/${bias}`, average],
    ];
    const state = new Map([...trained, ...rest]);
    expect(exportLanguageState(state, config).get(bias)).toBe(average);
    const current = exportLanguageState(state, config, { weights: 'current' });
    expect(current.get(bias)).toBe(trained.get(bias));
    expect([...current.keys()].filter((name) => name.includes('/'))).toEqual([]);
  });

  it('refuses what is missing or of another shape', () => {
    const [bias, short] = ['model.encoder.layers.0.fc1.bias', float32([1])];
    const without = new Map([...trained].filter(([name]) => name !== bias));
    expect(() => exportLanguageState(without, config)).toThrow(InvalidInputError);
    expect(() => exportLanguageState(without, config)).toThrow(bias);
    const other = new Map([...trained, [bias, short] as const]);
    expect(() => exportLanguageState(other, config)).toThrow('dims [1]');
  });
});
