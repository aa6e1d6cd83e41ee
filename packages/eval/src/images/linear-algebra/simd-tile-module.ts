import { assembleModule, at, get, OP, set } from './wasm-module.js';

const [A, B, END, SUMS] = [0, 1, 2, 3]; // parameters: addresses in bytes
const [FIRST_SUM, B0, B1, X] = [4, 12, 13, 14]; // locals of two doubles each
const PAGES = 5; // 320 KiB: one panel of a, 32 of b, the sums

/**
 * Assembles `run(a, b, end, sums)`: panels of four rows side by side at addresses a and b give the 4 x 4 sums of their
 * products; `end` is where panel a ends.
 */
export function simdTileModule(): Uint8Array {
  return assembleModule({ pages: PAGES, integers: 4, doubles: 0, pairs: 11, body: body() });
}

function body(): number[] {
  const step: number[] = [
    ...[...get(B), ...OP.load, ...at(0), ...set(B0)],
    ...[...get(B), ...OP.load, ...at(16), ...set(B1)],
  ];
  for (let row = 0; row < 4; row++) {
    step.push(...get(A), ...OP.loadSplat, ...at(8 * row), ...set(X));
    for (const [half, b] of [B0, B1].entries()) {
      const sum = FIRST_SUM + 2 * row + half;
      step.push(...get(sum), ...get(X), ...get(b), ...OP.multiply, ...OP.add, ...set(sum));
    }
  }
  for (const pointer of [A, B])
    step.push(...get(pointer), ...OP.constant, 32, ...OP.addInteger, ...set(pointer));
  const again = [...get(A), ...get(END), ...OP.lessThan, ...OP.branchIf, 0];
  const code: number[] = [...OP.loop, ...step, ...again, ...OP.end];
  for (let i = 0; i < 8; i++)
    code.push(...get(SUMS), ...get(FIRST_SUM + i), ...OP.store, ...at(16 * i));
  return code;
}
