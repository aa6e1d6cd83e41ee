import type { Tensors } from '@cxrkit/core';
import type { OnnxRuntime } from '@cxrkit/core/onnx';
import { type Graph, serializeGraph } from '@cxrkit/nn';
import { emaSlot, type TrainingStep } from '@cxrkit/nn/train';

/** Runs a graph whose weights stay in the worker. */
export type RunSlotGraph = (feeds: Tensors) => Promise<Tensors>;

/** Loads a graph without weights: it reads those under training, or their moving average where there is one. */
export async function loadSlotGraph(
  runtime: OnnxRuntime,
  graph: Graph,
  { state }: Pick<TrainingStep, 'state'>,
): Promise<RunSlotGraph> {
  const { bytes, inputs } = serializeGraph(graph);
  const weights = [...graph.parameters.keys()].filter((name) => inputs.includes(name));
  const slot = (name: string): string => (state.has(emaSlot(name)) ? emaSlot(name) : name);
  const from = Object.fromEntries(weights.map((name) => [name, slot(name)]));
  const session = await runtime.load(bytes);
  return (feeds) => session.run(feeds, { from });
}
