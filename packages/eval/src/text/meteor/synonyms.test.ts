import { describe, expect, it } from 'vitest';
import { readSynonymTable } from './read-synonym-table.js';
import { createSynonyms, loadSynonyms } from './synonyms.js';

describe('synonyms of WordNet 3.0', async () => {
  const synonyms = await loadSynonyms();
  const share = (a: string, b: string) => {
    const sets = new Set(synonyms.setsOf(a));
    return synonyms.setsOf(b).some((set) => sets.has(set));
  };

  it('are loaded within a second on a busy machine', async () => {
    const start = performance.now();
    await loadSynonyms();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each([
    ['big', 'large'],
    ['physician', 'doctor'],
    ['tumor', 'tumour'],
    ['lungs', 'lung'],
    ['was', 'be'],
    ['opacities', 'opacity'],
    ['vertebrae', 'vertebra'],
  ])('has %s and %s in one set', (a, b) => {
    expect(share(a, b)).toBe(true);
    expect(share(b, a)).toBe(true);
  });

  it.each([
    ['left', 'lung'],
    ['hypertension', 'hypotension'],
    ['xxxx', 'xxxx'],
    ['', ''],
  ])('has no set with %s and %s', (a, b) => {
    expect(share(a, b)).toBe(false);
  });

  it('joins words whose sets have one offset in files of different parts of speech', () => {
    expect(share('able', 'breathe')).toBe(true); // 00001740 in data.adj and in data.verb
    expect(share('atrial', 'prevail')).toBe(true);
  });

  it('are ids in ascending order', () => {
    const ids = synonyms.setsOf('heart');
    expect(ids.length).toBeGreaterThan(3);
    expect([...ids]).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  });

  it('names single words as WordNet writes them', () => {
    expect(synonyms.namesOf('big')).toContain('large');
    expect(synonyms.namesOf('lungs')).toContain('lung');
    expect(synonyms.namesOf('roentgenogram')).toEqual(['roentgenogram']); // with it stands "X-ray"
    expect(synonyms.namesOf('paris')).not.toContain('paris'); // "Paris" only
    expect(synonyms.namesOf('xxxx')).toEqual([]);
  });
});

describe('a table', () => {
  it('is read column by column', () => {
    const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
    const table = readSynonymTable(
      Uint8Array.from([
        ...text('AbigDgerAlarge'), // big, bigger, large
        ...[0x44, 0x40, 0x55], // big: adjective, lower; bigger: lower without part; large: noun too
        ...[1, 0, 0], // one set begins at big
        ...[32 * 2 + 2, 2], // of two adjectives: big and two further on
        ...[1, 1], // the second member is not in lower case
        ...text(';AgrewCow;AbiggerD,DgestEB;'), // of "grew", "bigger", "biggest"
      ]),
    );
    expect(table.words).toEqual(['big', 'bigger', 'large']);
    expect([...table.members]).toEqual([0, 2]);
    expect([...table.isLower]).toEqual([1, 0]);
    expect(table.exceptions[1].get('grew')).toEqual(['grow']);
    expect(table.exceptions[2].get('bigger')).toEqual(['big']);
    expect(table.exceptions[2].get('biggest')).toEqual(['big', 'bigges']);
    expect(table.exceptions[0].size).toBe(0);
    const synonyms = createSynonyms('test', table);
    expect([...synonyms.setsOf('bigger')]).toEqual([0, 1, 2]);
    expect(synonyms.namesOf('large')).toEqual(['large', 'big']);
    expect(synonyms.namesOf('big')).toEqual(['big']);
  });
});
