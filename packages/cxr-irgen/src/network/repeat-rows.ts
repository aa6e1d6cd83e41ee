import { expandLike, gather, type Value } from '@cxrkit/nn';

/** Repeats `[1, 1, width]` for each row of `like` `[B, T, width]`. */
export function repeatRows(token: Value, like: Value): Value {
  const first = like.graph.constant({ type: 'int64', dims: [1], data: BigInt64Array.of(0n) });
  return expandLike(token, gather(like, first, 1));
}
