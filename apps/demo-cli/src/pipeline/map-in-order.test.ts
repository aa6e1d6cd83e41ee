import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from './map-in-order.js';

const items = Array.from({ length: 20 }, (_, i) => i);

describe('mapInOrder', () => {
  it('yields in the order of the items, keeps each worker to one item and all workers busy', async () => {
    const busy = new Set<string>();
    const seen = new Set<string>();
    let underWay = 0;
    let most = 0;
    const results: number[] = [];
    const run = async (
      item: number,
      take: () => Promise<{ worker: string; release: () => void }>,
    ): Promise<number> => {
      most = Math.max(most, ++underWay);
      const { worker, release } = await take();
      expect(busy.has(worker)).toBe(false);
      busy.add(worker);
      seen.add(worker);
      await sleep(item % 3 === 0 ? 8 : 1);
      busy.delete(worker);
      release();
      underWay--;
      return 10 * item;
    };
    for await (const result of mapInOrder(items, ['a', 'b'], run)) results.push(result);
    expect(results).toEqual(items.map((item) => 10 * item));
    expect([...seen].sort()).toEqual(['a', 'b']);
    expect(most).toBe(4);
  });

  it('ends with the first rejection, after what is under way has ended', async () => {
    let ended = 0;
    const run = async (
      item: number,
      take: () => Promise<{ release: () => void }>,
    ): Promise<number> => {
      const { release } = await take();
      try {
        await sleep(2);
        if (item === 1) throw new Error('one');
        return item;
      } finally {
        ended++;
        release();
      }
    };
    const results: number[] = [];
    const all = (async () => {
      for await (const result of mapInOrder(items, ['a', 'b'], run)) results.push(result);
    })();
    await expect(all).rejects.toThrow('one');
    expect(results).toEqual([0]);
    expect(ended).toBeGreaterThanOrEqual(4);
    expect(ended).toBeLessThan(items.length);
  });

  it('starts no more than it has to when the reader stops', async () => {
    let started = 0;
    const run = async (item: number): Promise<number> => {
      started++;
      return item;
    };
    for await (const result of mapInOrder(items, ['a'], run)) if (result === 1) break;
    expect(started).toBeLessThanOrEqual(4);
  });
});
