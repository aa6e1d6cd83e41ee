import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { expect, it } from 'vitest';
import { unaryGraph } from './unary-graph.js';

it('writes what a protobuf library reads', () => {
  const model = fromBinary(ModelProtoSchema, unaryGraph('Identity', 10));
  expect(model).toMatchObject({ irVersion: 8n, opsetImport: [{ version: 18n }] });
  expect(model.graph?.node).toMatchObject([{ opType: 'Identity', input: ['x'], output: ['y'] }]);
  for (const [values, name] of [
    [model.graph?.input, 'x'],
    [model.graph?.output, 'y'],
  ] as const)
    expect(values).toMatchObject([
      { name, type: { value: { case: 'tensorType', value: { elemType: 10 } } } },
    ]);
});
