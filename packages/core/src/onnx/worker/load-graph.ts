import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { ConcreteDevice, GraphOptimization, LoadRequest } from '../protocol.js';
import { isTensorType, type TensorInfo } from '../tensor-info.js';
import type { Ort } from './ort-tensor.js';

/** Makes a session with the options of every graph of ours. */
export async function createSession(
  ort: Ort,
  device: ConcreteDevice,
  request: LoadRequest,
): Promise<InferenceSession> {
  const { graph, residentOutputs, spin, threads } = request;
  const staysStored = request.weights === 'as-stored' && device === 'cpu';
  const externalData = await Promise.all(
    request.externalData.map(async ({ path, data }) => ({
      path,
      data: typeof data === 'string' ? await readFile(data) : data,
    })),
  );
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: threads,
    graphOptimizationLevel: staysStored
      ? withoutLayouts(request.optimization)
      : request.optimization,
    // A plan of all memory of a run saves no time that we could measure, and costs a sixth more memory in a large denoiser
    // and half more in a training step than the arena does (onnxruntime 1.30, CPU).
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: {
      session: spin ? {} : { intra_op: { allow_spinning: '0' } },
      // Folding would cast stored weights to float32 once and for all.
      optimization: staysStored ? { disable_specified_optimizers: 'ConstantFolding' } : {},
    },
    ...(externalData.length > 0 ? { externalData } : {}),
    ...(device === 'webgpu' && residentOutputs.length > 0
      ? { preferredOutputLocation: locations(residentOutputs) }
      : {}),
  };
  // The overloads of create() do not take the union.
  return typeof graph === 'string'
    ? await ort.InferenceSession.create(graph, options)
    : await ort.InferenceSession.create(graph, options);
}

/** @returns The highest level that leaves weights in the layout of the file. */
function withoutLayouts(optimization: GraphOptimization): GraphOptimization {
  return optimization === 'all' ? 'extended' : optimization;
}

/** @throws Error for an input or output that our tensors cannot carry. */
export function readInfo(metadata: InferenceSession.ValueMetadata): TensorInfo {
  const { name } = metadata;
  if (!metadata.isTensor) throw new Error(`"${name}" is not a tensor`);
  if (!isTensorType(metadata.type))
    throw new Error(`"${name}" has the element type ${metadata.type}, which is not supported`);
  return { name, type: metadata.type, dims: [...metadata.shape] };
}

function locations(outputs: readonly string[]): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(outputs.map((name) => [name, 'gpu-buffer'] as const));
}
