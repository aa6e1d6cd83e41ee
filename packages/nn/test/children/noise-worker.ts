/** Makes batches of seeded noise, or fails as its data ask. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, float32, ImageDecodeError, int64, type Tensors } from '@cxrkit/core';
import { serveBatches } from '@cxrkit/nn/train';

export interface NoiseData {
  readonly count: number;
  readonly delayMs?: number;
  readonly failure?: 'open' | 'plain' | 'typed' | 'exit' | 'crash' | 'unclonable';
  /** Batch that fails. @defaultValue 0 */
  readonly failAt?: number;
}

const failures: Readonly<Record<NonNullable<NoiseData['failure']>, () => void>> = {
  open: () => {},
  plain: () => {
    throw new TypeError('no such picture');
  },
  typed: () => {
    throw new ImageDecodeError('xray.png is empty', { path: 'xray.png' });
  },
  exit: () => process.exit(3),
  crash: () => {
    setImmediate(() => {
      throw new Error('out of luck');
    });
  },
  unclonable: () => {
    throw Object.assign(new Error('with a function'), { again: () => 1 });
  },
};

serveBatches<NoiseData>(async ({ count, delayMs = 0, failure, failAt = 0 }) => {
  if (failure === 'open') throw new TypeError('no such data set');
  return async (index) => {
    await wait(delayMs);
    if (failure && index === failAt) {
      failures[failure]();
      await wait(60_000);
    }
    return noise(index, count);
  };
});

function noise(index: number, count: number): Tensors {
  const random = createRandom(5, index);
  const x = Float32Array.from({ length: count * 81 }, () => random.normal());
  const y = Array.from({ length: count }, () => random.integer(3));
  return { x: float32(x, [count, 1, 9, 9]), y: int64(y, [count]) };
}
