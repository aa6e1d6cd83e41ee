import { assembleModule, at, get, OP, set } from './wasm-module.js';

const [ROW0, ROW1, V, W, U, P, END, SUMS] = [0, 1, 2, 3, 4, 5, 6, 7]; // addresses in bytes
const SCALARS = [8, 9, 10, 11, 12, 13]; // v0, w0, u0, v1, w1, u1
const [V0, W0, U0, V1, W1, U1] = [14, 15, 16, 17, 18, 19]; // the same, twice side by side
const [SUM0, SUM1, VJ, WJ, UJ, A0, A1] = [20, 21, 22, 23, 24, 25, 26];

/**
 * Assembles `run(row0, row1, v, w, u, p, end, sums, v0, w0, u0, v1, w1, u1)`: for two rows of a symmetric matrix, two
 * columns at a time, row -= scalar v * w + scalar w * v; p += row * scalar u; sum = row . u. `end` is where row0 ends.
 */
export function simdUpdateModule(): Uint8Array {
  return assembleModule({ pages: 1, integers: 8, doubles: 6, pairs: 13, body: body() });
}

function body(): number[] {
  const code: number[] = [];
  for (const [i, pair] of [V0, W0, U0, V1, W1, U1].entries())
    code.push(...get(SCALARS[i]), ...OP.splat, ...set(pair));
  const step: number[] = [...load(V, VJ), ...load(W, WJ), ...load(U, UJ)];
  step.push(...updateRow(ROW0, V0, W0, A0, SUM0), ...updateRow(ROW1, V1, W1, A1, SUM1));
  step.push(...get(P), ...get(P), ...OP.load, ...at(0));
  for (const [a, u] of [
    [A0, U0],
    [A1, U1],
  ])
    step.push(...get(a), ...get(u), ...OP.multiply, ...OP.add);
  step.push(...OP.store, ...at(0));
  for (const pointer of [ROW0, ROW1, V, W, U, P])
    step.push(...get(pointer), ...OP.constant, 16, ...OP.addInteger, ...set(pointer));
  const again = [...get(ROW0), ...get(END), ...OP.lessThan, ...OP.branchIf, 0];
  code.push(...OP.loop, ...step, ...again, ...OP.end);
  code.push(...get(SUMS), ...get(SUM0), ...OP.store, ...at(0));
  code.push(...get(SUMS), ...get(SUM1), ...OP.store, ...at(16));
  return code;
}

function load(address: number, local: number): number[] {
  return [...get(address), ...OP.load, ...at(0), ...set(local)];
}

function updateRow(row: number, v: number, w: number, a: number, sum: number): number[] {
  return [
    ...[...get(row), ...OP.load, ...at(0)],
    ...[...get(v), ...get(WJ), ...OP.multiply, ...OP.subtract],
    ...[...get(w), ...get(VJ), ...OP.multiply, ...OP.subtract, ...set(a)],
    ...[...get(row), ...get(a), ...OP.store, ...at(0)],
    ...[...get(sum), ...get(a), ...get(UJ), ...OP.multiply, ...OP.add, ...set(sum)],
  ];
}
