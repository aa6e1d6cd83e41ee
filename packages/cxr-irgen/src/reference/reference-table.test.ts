import { describe, expect, it } from 'vitest';
import { parseFindings } from '../prompt/index.js';
import { type ReferenceRow, referenceTable } from './reference-table.js';

const read = (): never => {
  throw new Error('No picture is needed to choose one.');
};
const row = (id: string, findings: string): ReferenceRow => ({
  ...{ id, findings: parseFindings(findings), read },
});
const ROWS = [
  row('a', 'Edema,-Pneumonia'),
  row('b', 'Edema,-Fracture,?Pneumonia'),
  row('c', 'Edema,Pneumonia'),
  row('d', '-Edema'),
];
const ids = (chosen: (seed: number) => ReferenceRow | undefined): Set<string | undefined> =>
  new Set(Array.from({ length: 40 }, (_, seed) => chosen(seed)?.id));

describe('referenceTable', () => {
  it('finds rows with the very same labels', () => {
    const table = referenceTable(ROWS);
    expect(table.first(parseFindings('Edema,-Pneumonia'))?.id).toBe('a');
    expect(table.first(parseFindings('-Pneumonia,Edema'))?.id).toBe('a');
    expect(table.first(parseFindings('Edema'))).toBeUndefined();
  });

  it('finds rows with the same positive findings', () => {
    const table = referenceTable(ROWS, { match: 'positives' });
    const edema = parseFindings('Edema,-Lung Opacity');
    expect(table.first(edema)?.id).toBe('a');
    expect(ids((seed) => table.random(edema, seed))).toEqual(new Set(['a', 'b']));
    expect(ids((seed) => table.random(edema, seed, 'a'))).toEqual(new Set(['b']));
    expect(table.first(parseFindings('Pneumonia,Edema'))?.id).toBe('c');
    expect(table.first(parseFindings(''))?.id).toBe('d');
    expect(table.first(parseFindings('Fracture'))).toBeUndefined();
  });

  it('has a hash of ids, labels and rule', () => {
    const positive = [row('a', 'Edema')];
    const hashes = [
      referenceTable(ROWS),
      referenceTable(ROWS.slice(1)),
      referenceTable(positive),
      referenceTable(positive, { match: 'positives' }),
    ].map(({ sha256 }) => sha256);
    expect(new Set(hashes).size).toBe(4);
    expect(referenceTable([...ROWS], { match: 'exact' }).sha256).toBe(hashes[0]);
  });

  it('refuses an id that comes twice', () => {
    expect(() => referenceTable([row('a', ''), row('a', 'Edema')])).toThrow('an id of its own');
  });
});
