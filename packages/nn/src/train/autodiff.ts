import { InvalidInputError } from '@cxrkit/core';
import type { GraphNode, Value } from '../graph/graph.js';
import { add } from '../ops/elementwise.js';
import { scalar } from '../ops/operand.js';
import { gradientRules } from './gradients/rules.js';

/**
 * Appends the reverse-mode derivative of a scalar to its own graph (Griewank & Walther 2008, chapter 3).
 *
 * @param loss - Scalar float value.
 * @param inputs - Values to differentiate by: parameters, inputs or anything in between.
 * @returns For each input the value of d loss / d input, of the input's shape; `undefined` where loss does not depend on it.
 * @throws {@link InvalidInputError} if the loss is no scalar, or an operation on the way has no gradient.
 */
export function gradients(loss: Value, inputs: readonly Value[]): (Value | undefined)[] {
  if (loss.dims.length !== 0)
    throw new InvalidInputError('loss', 'a scalar', `dims [${loss.dims.join(', ')}]`);
  const dependent = dependents(loss.graph.nodes, inputs);
  const gradient = new Map<string, Value>([[loss.name, scalar(loss, 1)]]);
  // The list grows while we append: walk the nodes that were there before.
  for (const node of [...loss.graph.nodes].reverse()) {
    const outputs = node.outputs.map((output) => gradient.get(output.name));
    if (
      blocksGradient(node) ||
      !outputs.some(Boolean) ||
      !node.inputs.some((input) => input && dependent.has(input.name))
    )
      continue;
    const needs = (index: number): boolean => dependent.has(node.inputs[index]?.name ?? '');
    differentiate(node, outputs, needs).forEach((part, i) => {
      const input = node.inputs[i];
      if (!part || !input || !needs(i)) return;
      const sum = gradient.get(input.name);
      gradient.set(input.name, sum ? add(sum, part) : part);
    });
  }
  return inputs.map((input) => gradient.get(input.name));
}

/** Names of all values that depend on `inputs` through operations that pass a gradient. */
function dependents(nodes: readonly GraphNode[], inputs: readonly Value[]): Set<string> {
  const names = new Set(inputs.map((input) => input.name));
  for (const node of nodes) {
    if (blocksGradient(node)) continue;
    if (node.inputs.some((input) => input && names.has(input.name)))
      for (const output of node.outputs) names.add(output.name);
  }
  return names;
}

function blocksGradient(node: GraphNode): boolean {
  return node.attributes.stop_gradient === 1 || gradientRules[node.opType] === null;
}

function differentiate(
  node: GraphNode,
  outputs: readonly (Value | undefined)[],
  needs: (index: number) => boolean,
): readonly (Value | undefined)[] {
  const rule = gradientRules[node.opType];
  if (!rule)
    throw new InvalidInputError(
      'operation',
      `one of ${Object.keys(gradientRules).join(', ')}`,
      node.opType,
    );
  const [d] = outputs;
  if (!d)
    throw new InvalidInputError(
      node.opType,
      'a gradient that arrives at its first output',
      'another output',
    );
  return rule(node, d, needs);
}
