import { elementCount, type Tensor } from '@cxrkit/core';
import type { GraphContents, TensorSignature } from '@cxrkit/core/model';
import { foldBatchNorm } from './fold-batch-norm.js';
import type { Graph, Value } from './graph.js';
import { serializeGraph } from './serialize.js';

/** Weights of a graph above this lie beside it, where they can be mapped into memory; a protobuf file ends at 2 GB. */
const MAX_EMBEDDED_BYTES = 2 ** 26;

/**
 * Serialises an inference graph with its weights as a part of a model folder: batch normalisations go into the
 * convolutions before them ({@link foldBatchNorm}), large weights to an external file.
 *
 * @param name - Name of the graph in the folder.
 * @throws {@link InvalidInputError} if the graph is in training mode, or a weight is missing or of another shape.
 */
export function graphContents(
  name: string,
  unfolded: Graph,
  allWeights: ReadonlyMap<string, Tensor>,
  storage: 'float32' | 'float16' = 'float16',
): GraphContents {
  const { graph, weights } = foldBatchNorm(unfolded, allWeights);
  const elements = [...graph.parameters.values()].reduce(
    (sum, { dims }) => sum + elementCount(dims),
    0,
  );
  const isLarge = elements * (storage === 'float16' ? 2 : 4) > MAX_EMBEDDED_BYTES;
  const externalFile = `${name}.onnx.data`;
  const { bytes, external, inputs } = serializeGraph(graph, {
    weights,
    storage,
    ...(isLarge && { externalFile }),
  });
  return {
    bytes,
    inputs: [...graph.inputs.values()]
      .filter((input) => inputs.includes(input.name))
      .map(signature),
    outputs: [...graph.outputs.values()].map(signature),
    ...(external.length > 0 && { externalData: [{ file: externalFile, bytes: external }] }),
  };
}

function signature({ name, type, dims }: Value): TensorSignature {
  return { name, type, dims: [...dims] };
}
