import type { Graph, GraphNode } from './graph.js';

/** @returns The operations that the outputs of `graph` need, in order; `updates` count only once they are outputs. */
export function liveNodes(graph: Graph): readonly GraphNode[] {
  const needed = new Set([...graph.outputs.values()].map((value) => value.name));
  const live: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output.name))) continue;
    live.push(node);
    for (const input of node.inputs) if (input) needed.add(input.name);
  }
  return live.reverse();
}
