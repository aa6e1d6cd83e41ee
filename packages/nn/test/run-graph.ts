import { type Graph, serializeGraph } from '@cxrkit/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type NdArray, ndArray } from '../src/testing/nd-array.js';

/** Runs a graph by onnxruntime in float32 on the processor; parameters and inputs are fed by name. */
export async function runGraph(
  graph: Graph,
  feeds: ReadonlyMap<string, NdArray>,
): Promise<Map<string, NdArray>> {
  const session = await InferenceSession.create(serializeGraph(graph).bytes, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const results = await session.run(
    Object.fromEntries(session.inputNames.map((name) => [name, toTensor(graph, name, feeds)])),
  );
  await session.release();
  return new Map(
    Object.entries(results).map(([name, { dims, data }]) => [
      name,
      ndArray([...dims], Float64Array.from(data as Float32Array | BigInt64Array, Number)),
    ]),
  );
}

function toTensor(graph: Graph, name: string, feeds: ReadonlyMap<string, NdArray>): Tensor {
  const feed = feeds.get(name);
  if (!feed) throw new Error(`no feed for ${name}`);
  return graph.inputs.get(name)?.type === 'int64'
    ? new Tensor('int64', BigInt64Array.from(feed.data, BigInt), feed.dims)
    : new Tensor('float32', Float32Array.from(feed.data), feed.dims);
}
