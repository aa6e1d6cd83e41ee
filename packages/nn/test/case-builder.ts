import { createRandom, elementCount, type Random } from '@cxrkit/core';
import { type Dims, Graph, type GraphMode, type Value } from '@cxrkit/nn';
import { type NdArray, ndArray } from '../src/testing/nd-array.js';

/** How the numbers of a variable are drawn. */
export interface Draw {
  /** Uniform in [low, high]; normal where left out. */
  readonly range?: readonly [low: number, high: number];
  /** Picks among these, to provoke ties. */
  readonly among?: readonly number[];
}

/** What a gradient case builds its graph with; all sizes and numbers come from one seeded stream. */
export class CaseBuilder {
  readonly graph: Graph;
  readonly random: Random;
  readonly variables: Value[] = [];
  readonly feeds: Map<string, NdArray> = new Map();
  readonly #axes = new Map<string, number>();

  constructor(mode: GraphMode, seed: number) {
    this.graph = new Graph(mode);
    this.random = createRandom(seed);
  }

  /** A random size in [low, high]. */
  size(low = 1, high = 4): number {
    return low + this.random.integer(high - low + 1);
  }

  /** A random shape of the given rank. */
  shape(rank = 1 + this.random.integer(4)): number[] {
    return Array.from({ length: rank }, () => this.size());
  }

  /** A float input to differentiate by; axes given as names are dynamic and drawn once a name. */
  variable(dims: Dims, draw: Draw = {}): Value {
    const value = this.graph.input(`x${this.graph.inputs.size}`, 'float32', dims);
    this.variables.push(value);
    this.feeds.set(value.name, this.draw(dims, draw));
    return value;
  }

  /** An int64 input of numbers in [0, bound). */
  integers(dims: Dims, bound: number): Value {
    const value = this.graph.input(`i${this.graph.inputs.size}`, 'int64', dims);
    const { dims: fixed, data } = this.draw(dims);
    this.feeds.set(
      value.name,
      ndArray(
        fixed,
        data.map(() => this.random.integer(bound)),
      ),
    );
    return value;
  }

  /** Random float32 numbers, held as float64. */
  draw(dims: Dims, { range, among }: Draw = {}): NdArray {
    const fixed = dims.map((dim) => (typeof dim === 'number' ? dim : this.#axis(dim)));
    const one = (): number => {
      if (among) return among[this.random.integer(among.length)];
      if (range) return range[0] + (range[1] - range[0]) * this.random.uniform();
      return this.random.normal();
    };
    return ndArray(
      fixed,
      Float64Array.from({ length: elementCount(fixed) }, () => Math.fround(one())),
    );
  }

  /** Random numbers for the parameters that layers declared, scales away from 0; trainable ones become variables. */
  fillParameters(): void {
    for (const [name, { value, dims, trainable }] of this.graph.parameters) {
      const scales = name.endsWith('var') || (name.endsWith('weight') && dims.length === 1);
      this.feeds.set(name, this.draw(dims, scales ? { range: [0.5, 2] } : {}));
      if (trainable) this.variables.push(value);
    }
  }

  #axis(name: string): number {
    const known = this.#axes.get(name) ?? this.size(2, 4);
    this.#axes.set(name, known);
    return known;
  }
}
