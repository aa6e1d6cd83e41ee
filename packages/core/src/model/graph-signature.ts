import { ModelLoadError } from '../errors.js';
import type { GraphEntry, TensorSignature } from './manifest.js';

/** What a loaded session says of one of its inputs or outputs; a free dimension is a name, `''` or -1. */
export interface SessionTensor {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

/**
 * Compares a loaded graph with what the manifest promised: names, element types, ranks and dimensions.
 *
 * Order and the names of free dimensions do not matter. An input must be free where the manifest says so and fixed
 * where it says so. An output that is free on one side passes: shape inference of the runtime may know more, or less,
 * than the writer.
 *
 * @param path - Of the graph, for the error.
 * @throws {@link ModelLoadError} naming every difference.
 */
export function checkGraphSignature(
  path: string,
  manifestGraph: Pick<GraphEntry, 'inputs' | 'outputs'>,
  sessionInputs: readonly SessionTensor[],
  sessionOutputs: readonly SessionTensor[],
): void {
  const problems = [
    ...compareAll('input', manifestGraph.inputs, sessionInputs),
    ...compareAll('output', manifestGraph.outputs, sessionOutputs),
  ];
  if (problems.length > 0)
    throw new ModelLoadError(
      path,
      `the graph is not the one its manifest describes: ${problems.join('; ')}.`,
    );
}

type Side = 'input' | 'output';

function compareAll(
  side: Side,
  expected: readonly TensorSignature[],
  actual: readonly SessionTensor[],
): string[] {
  const byName = new Map(actual.map((tensor) => [tensor.name, tensor]));
  const expectedNames = new Set(expected.map(({ name }) => name));
  return [
    ...expected.flatMap((tensor) => compare(side, tensor, byName.get(tensor.name))),
    ...actual
      .filter(({ name }) => !expectedNames.has(name))
      .map(({ name }) => `${side} "${name}" was not expected`),
  ];
}

function compare(
  side: Side,
  expected: TensorSignature,
  actual: SessionTensor | undefined,
): string[] {
  if (actual === undefined) return [`${side} "${expected.name}" is missing`];
  if (expected.type === actual.type && dimsAgree(side, expected.dims, actual.dims)) return [];
  return [`${side} "${expected.name}" expected ${describe(expected)}, got ${describe(actual)}`];
}

function dimsAgree(side: Side, expected: SessionTensor['dims'], actual: SessionTensor['dims']) {
  // onnxruntime gives [] for an output whose rank it does not know.
  if (side === 'output' && actual.length === 0) return true;
  return (
    expected.length === actual.length &&
    expected.every((dim, axis) => dimAgrees(side, dim, actual[axis]))
  );
}

function dimAgrees(side: Side, expected: number | string, actual: number | string): boolean {
  if (isFree(expected) || isFree(actual))
    return side === 'output' || isFree(expected) === isFree(actual);
  return expected === actual;
}

function isFree(dim: number | string): boolean {
  return typeof dim === 'string' || dim < 0;
}

function describe({ type, dims }: Pick<SessionTensor, 'type' | 'dims'>): string {
  return `${type} [${dims.map((dim) => (isFree(dim) ? dim || '?' : dim)).join(', ')}]`;
}
