import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import type { StepGraph } from './training-step.js';

/** Loads a graph of a step; on `webgpu` the state that it keeps stays in GPU memory. */
export async function loadStep(
  runtime: OnnxRuntime,
  { bytes, keep }: StepGraph,
  signal: AbortSignal | undefined,
): Promise<OnnxSession> {
  return await runtime.load(bytes, { signal, spin: true, residentOutputs: Object.keys(keep) });
}
