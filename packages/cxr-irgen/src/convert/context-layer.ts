import { InvalidInputError, type TaskOptions, type Tensor } from '@cxrkit/core';
import { readFloats } from './read-part.js';

/** A linear layer. */
interface LinearLayer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Layers of the networks that a checkpoint of CXR-IRGen holds; what is left is its own. */
const OF_NETWORKS =
  /(^|\.)(text_model|vision_model|encoder|decoder|in_blocks|mid_block|out_blocks|down_blocks|up_blocks|label_emb)\./;

/**
 * Finds a linear layer by its sizes among those that belong to no known network.
 *
 * @param dims - `[out, in]`.
 * @param name - Of the layer, where it is known.
 * @returns Nothing if there is none.
 * @throws {@link InvalidInputError} if there are several, or the named one is not there.
 */
export async function readContextLayer(
  file: string,
  dims: readonly [number, number],
  name: string | undefined,
  task: TaskOptions,
): Promise<LinearLayer | undefined> {
  const isCandidate = (weight: string): boolean =>
    name === undefined
      ? !OF_NETWORKS.test(weight) && /\.(weight|bias)$/.test(weight)
      : weight === `${name}.weight` || weight === `${name}.bias`;
  const tensors = await readFloats(file, '', task, isCandidate);
  const layers = new Map<string, LinearLayer>();
  for (const [key, weight] of tensors) {
    const layer = key.replace(/\.weight$/, '');
    const bias = tensors.get(`${layer}.bias`);
    if (layer === key || bias === undefined || String(weight.dims) !== String(dims)) continue;
    if (String(bias.dims) === String([dims[0]])) layers.set(layer, { weight, bias });
  }
  const [first, ...others] = layers.values();
  if (others.length > 0)
    throw new InvalidInputError(
      'contextLayer',
      `one of ${[...layers.keys()].join(', ')}`,
      undefined,
    );
  if (first === undefined && name !== undefined)
    throw new InvalidInputError('contextLayer', `a linear layer [${dims.join(', ')}]`, name);
  return first;
}
