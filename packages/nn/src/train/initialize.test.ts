import { float32, InvalidInputError } from '@cxrkit/core';
import { expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { initializeWeights } from './initialize.js';

it('refuses weights of which none fits, and takes a part', () => {
  const graph = new Graph('training');
  for (const name of ['a', 'b'])
    graph.parameter(name, [2], { initializer: () => Float32Array.of(1, 1) });
  const given = float32([3, 4], [2]);
  const part = initializeWeights(
    graph.parameters,
    1,
    new Map([
      ['a', given],
      ['other', given],
    ]),
  );
  expect([...part]).toEqual([
    ['a', given],
    ['b', float32([1, 1], [2])],
  ]);
  const foreign = () => initializeWeights(graph.parameters, 1, new Map([['other', given]]));
  expect(foreign).toThrow(InvalidInputError);
  expect(foreign).toThrow('none, but such as other');
});
