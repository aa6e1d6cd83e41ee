import { readFileSync } from 'node:fs';
import { float32, int64, type Tensor } from '@cxrkit/core';
import { type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { expectAllclose } from '@cxrkit/core/testing';
import { Graph, serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReportGeneratorConfig, RGRG, reportGeneratorConfigSchema } from './config.js';
import { classifiersGraph, inferenceGraphs } from './graphs.js';
import { sequenceLogits } from './sequence-logits.js';

interface Stored {
  readonly dims: number[];
  readonly data: number[];
}

// See tools/fixtures/README.md, report_gen.py.
const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/language-model.json', import.meta.url), 'utf8'),
) as {
  readonly config: Partial<ReportGeneratorConfig>;
  readonly weights: Record<string, Stored>;
  readonly features: Stored;
  readonly ids: Stored;
  readonly selection: Stored;
  readonly abnormality: Stored;
  readonly logits: Record<'wte' | 'wpe', Stored>;
};
const weights = new Map<string, Tensor>(
  Object.entries(golden.weights).map(([name, { dims, data }]) => [name, float32(data, dims)]),
);
const features = float32(golden.features.data, golden.features.dims);
const ids = int64(golden.ids.data, golden.ids.dims);

function configOf(positionTable: 'wte' | 'wpe'): ReportGeneratorConfig {
  const tokens = { bosTokenId: 0, eosTokenId: 0, maxLength: 8 };
  return reportGeneratorConfigSchema.parse({ ...RGRG, ...golden.config, ...tokens, positionTable });
}

describe('the networks against an independent PyTorch implementation', () => {
  let runtime: OnnxRuntime;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
  });
  afterAll(() => runtime.dispose());

  it.each(['wte', 'wpe'] as const)('gives its logits, positions from %s', async (table) => {
    const graph = new Graph('inference');
    const inputs = [
      graph.input('features', 'float32', ['n', features.dims[1]]),
      graph.input('ids', 'int64', ['n', ids.dims[1]]),
    ];
    graph.output('logits', sequenceLogits(inputs[0], inputs[1], configOf(table)));
    expect(graph.parameters.has('language_model.gpt_with_lm_head.transformer.wpe.weight')).toBe(
      table === 'wpe',
    );
    const session = await runtime.load(serializeGraph(graph, { weights }).bytes);
    const { logits } = await session.run({ features, ids });
    expect(logits.dims).toEqual(golden.logits[table].dims);
    expectAllclose(logits.data as Float32Array, golden.logits[table].data, { atol: 1e-4 });
  });

  it('gives its selection and abnormality logits', async () => {
    const bytes = serializeGraph(classifiersGraph(configOf('wte')), { weights }).bytes;
    const outputs = await (await runtime.load(bytes)).run({ features });
    const read = (name: string) => outputs[name].data as Float32Array;
    expectAllclose(read('selection_logits'), golden.selection.data, { atol: 1e-5 });
    expectAllclose(read('abnormality_logits'), golden.abnormality.data, { atol: 1e-5 });
  });
});

describe('the full-size configuration', () => {
  it('has the tensors of the RGRG checkpoint', () => {
    const dims = new Map<string, string>();
    for (const graph of Object.values(inferenceGraphs(RGRG)))
      for (const [name, parameter] of graph.parameters) dims.set(name, String(parameter.dims));
    const block = 'language_model.gpt_with_lm_head.transformer.h.23';
    expect(dims.get('language_model.gpt_with_lm_head.transformer.wte.weight')).toBe('50257,1024');
    expect(dims.get(`${block}.attn.c_attn.weight`)).toBe('1024,3072');
    expect(dims.get(`${block}.mlp.c_fc.weight`)).toBe('1024,4096');
    expect(dims.get(`${block}.mlp.c_proj.weight`)).toBe('4096,1024');
    expect(dims.get(`${block}.attn.uk.bias`)).toBe('1024');
    expect(dims.get('binary_classifier_region_abnormal.classifier.4.weight')).toBe('1,128');
    const count = (pattern: RegExp): number =>
      [...dims]
        .filter(([name]) => pattern.test(name))
        .reduce((sum, [, size]) => sum + size.split(',').reduce((a, b) => a * Number(b), 1), 0);
    // RGRG and GPT-2 medium: 0.59 M, 50.38 M, 2.10 M, and 407.3 M less the unused wpe.
    expect(count(/region_selection/)).toBe(590_593);
    expect(count(/attn\.u[kv]\./)).toBe(50_380_800);
    expect(count(/feature_space/)).toBe(2_099_200);
    expect(count(/^language_model/) + 1024 * 1024).toBe(407_303_168);
  });

  it('refuses heads that do not divide the width and texts longer than the position table', () => {
    const parse = (change: Partial<ReportGeneratorConfig>) =>
      reportGeneratorConfigSchema.safeParse({ ...RGRG, ...change }).success;
    expect(parse({})).toBe(true);
    expect(parse({ heads: 15 })).toBe(false);
    expect(parse({ positionTable: 'wpe', maxLength: 1025 })).toBe(false);
    expect(parse({ eosTokenId: 50_257 })).toBe(false);
  });
});
