/**
 * @typedef {import('@cxrkit/nn').Graph} Graph
 * @typedef {import('@cxrkit/nn').Value} Value
 */

/** Operations that hand their input on under another name or shape. */
const views = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);
/** @type {Readonly<Record<string, number>>} */
const bytesOf = {
  ...{ float64: 8, int64: 8, float32: 4, int32: 4 },
  ...{ float16: 2, int8: 1, uint8: 1, bool: 1 },
};

/**
 * Walks through a graph of fixed shapes in its order. A value lives from the operation that makes it to the last one that
 * reads it, an output to the end.
 *
 * @param {Graph} graph
 * @returns {number} Most bytes at one moment, without inputs, weights and constants.
 */
export function peakOf(graph) {
  const nodes = neededNodes(graph);
  const ownerOf = ownersOf(nodes);
  const lastUse = lastUses(graph, nodes, ownerOf);
  /** @type {Map<string, number>} */
  const living = new Map();
  let [bytes, peak] = [0, 0];
  for (const [at, { opType, inputs, outputs }] of nodes.entries()) {
    const made = views.has(opType) ? [] : outputs;
    for (const value of made) living.set(value.name, sizeOf(value));
    bytes += total(made);
    peak = Math.max(peak, bytes);
    for (const value of [...inputs, ...outputs]) {
      const owner = value && ownerOf(value.name);
      if (owner === undefined || (lastUse.get(owner) ?? -1) > at) continue;
      bytes -= living.get(owner) ?? 0;
      living.delete(owner);
    }
  }
  return peak;
}

/** @param {Value} value */
function sizeOf({ type, dims }) {
  return dims.reduce((/** @type {number} */ size, dim) => size * Number(dim), bytesOf[type]);
}

/** @param {readonly Value[]} values */
function total(values) {
  return values.reduce((sum, value) => sum + sizeOf(value), 0);
}

/** @param {Graph} graph */
function neededNodes(graph) {
  const needed = new Set([...graph.outputs.values()].map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some(({ name }) => needed.has(name))) return false;
    for (const input of inputs) if (input) needed.add(input.name);
    return true;
  });
  return nodes.reverse();
}

/**
 * @param {Graph['nodes']} nodes
 * @returns {(name: string) => string} The value whose memory another one is a view of.
 */
function ownersOf(nodes) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  const ownerOf = (/** @type {string} */ name) => owners.get(name) ?? name;
  for (const { opType, inputs, outputs } of nodes)
    if (views.has(opType) && inputs[0]) owners.set(outputs[0].name, ownerOf(inputs[0].name));
  return ownerOf;
}

/**
 * @param {Graph} graph
 * @param {Graph['nodes']} nodes
 * @param {(name: string) => string} ownerOf
 */
function lastUses(graph, nodes, ownerOf) {
  /** @type {Map<string, number>} */
  const lastUse = new Map();
  for (const [at, { inputs }] of nodes.entries())
    for (const input of inputs) if (input) lastUse.set(ownerOf(input.name), at);
  for (const { name } of graph.outputs.values()) lastUse.set(ownerOf(name), nodes.length);
  return lastUse;
}
