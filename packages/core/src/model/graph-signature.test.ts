import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { ModelLoadError } from '../errors.js';
import { reluGraph, reluTensor } from './__fixtures__/sample-model.js';
import { checkGraphSignature, type SessionTensor } from './graph-signature.js';

const X = reluTensor('x');
const Y = reluTensor('y');
const GRAPH = { inputs: [X], outputs: [Y] };

function check(inputs: SessionTensor[], outputs: SessionTensor[]) {
  return () => checkGraphSignature('relu.onnx', GRAPH, inputs, outputs);
}

describe('checkGraphSignature', () => {
  it('accepts what onnxruntime says of the very graph, and refuses another one', async () => {
    const right = await describeGraph(reluGraph('y'));
    expect(check(right.inputs, right.outputs)).not.toThrow();
    const swapped = await describeGraph(reluGraph('z'));
    expect(check(swapped.inputs, swapped.outputs)).toThrow(ModelLoadError);
    expect(check(swapped.inputs, swapped.outputs)).toThrow(
      /output "y" is missing; output "z" was not expected/,
    );
  });

  it('does not mind order and names of free dimensions', () => {
    const graph = { inputs: [X, { ...X, name: 'w' }], outputs: [Y] };
    const inputs = [
      { ...X, name: 'w', dims: ['batch', 4] },
      { ...X, dims: [-1, 4] },
    ];
    expect(() => checkGraphSignature('g', graph, inputs, [{ ...Y, dims: [''] }])).toThrow();
    expect(() => checkGraphSignature('g', graph, inputs, [{ ...Y, dims: ['', 4] }])).not.toThrow();
  });

  it.each<[string, Partial<SessionTensor>]>([
    ['another size', { dims: ['B', 5] }],
    ['another rank', { dims: ['B', 4, 1] }],
    ['a fixed dimension where it should be free', { dims: [1, 4] }],
    ['a free dimension where it should be fixed', { dims: ['B', 'C'] }],
    ['another type', { type: 'float16' }],
  ])('refuses an input of %s', (_, change) => {
    expect(check([{ ...X, ...change }], [Y])).toThrow(/input "x" expected float32 \[B, 4\], got/);
  });

  it('lets shape inference know more or less of an output, but not something else', () => {
    for (const dims of [[1, 4], ['B', 'C'], []]) expect(check([X], [{ ...Y, dims }])).not.toThrow();
    for (const dims of [[1, 5], ['B']]) expect(check([X], [{ ...Y, dims }])).toThrow(/output "y"/);
  });
});

async function describeGraph(bytes: Uint8Array) {
  const session = await InferenceSession.create(bytes);
  const inputs = session.inputMetadata.map(signature);
  const outputs = session.outputMetadata.map(signature);
  await session.release();
  return { inputs, outputs };
}

function signature(metadata: InferenceSession.ValueMetadata): SessionTensor {
  if (!metadata.isTensor) throw new Error(`${metadata.name} is no tensor`);
  return { name: metadata.name, type: metadata.type, dims: metadata.shape };
}
