import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readId, readReferences, readText } from './fields.js';
import { openRows, type RowOptions } from './open-rows.js';
import { createSkipper, validRows } from './raw-row.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxr-rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a file and gives its rows, by line where they are broken. */
async function rowsOf(
  name: string,
  content: string | Uint8Array,
  options: RowOptions & { readonly skipInvalid?: boolean } = {},
): Promise<{ rows: unknown[]; skipped: readonly string[] }> {
  const path = join(folder, name);
  await writeFile(path, content);
  const skipper = createSkipper(options.skipInvalid ?? false);
  const rows: unknown[] = [];
  for await (const row of validRows(openRows([path], options), (fields) => fields, skipper))
    rows.push(row);
  expect(skipper.reasons.length).toBe(skipper.count);
  return { rows, skipped: skipper.reasons };
}

const utf16 = (text: string, mark: readonly number[]): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return Buffer.concat([Uint8Array.from(mark), mark[0] === 0xfe ? bytes.swap16() : bytes]);
};

describe('rows of JSON lines', () => {
  it('come with CRLF, blank lines and a last line without end', async () => {
    const { rows } = await rowsOf('a.jsonl', '{"id":1}\r\n\r\n{"id":"b"}\n{"id":3}');
    expect(rows).toEqual([{ id: 1 }, { id: 'b' }, { id: 3 }]);
  });

  it.each([
    ['utf-8 with a mark', Buffer.from('\ufeff{"id":"é"}\n'), {}],
    ['utf-16le with a mark', utf16('{"id":"é"}\n', [0xff, 0xfe]), {}],
    ['utf-16be with a mark', utf16('{"id":"é"}\n', [0xfe, 0xff]), { encoding: 'windows-1252' }],
    ['windows-1252 by option', Buffer.from('{"id":"é"}\n', 'latin1'), { encoding: 'windows-1252' }],
    ['gzip', gzipSync('{"id":"é"}\n'), {}],
  ])('come in %s', async (_what, bytes, options) => {
    expect((await rowsOf('e.jsonl', bytes, options)).rows).toEqual([{ id: 'é' }]);
  });

  it.each([
    ['not JSON', '{"id":1}\n\n{"id":2', /a JSON object for .*bad\.jsonl line 3, got "\{.*skip-inv/],
    ['no object', '{"id":1}\n\n[2]', /a JSON object for .*bad\.jsonl line 3, got \[2\]/],
    ['no text', Buffer.from('{"id":1}\n\n{"id":"é"}', 'latin1'), /utf-8 text.*line 3.*--encoding/],
  ])('that are %s name their line, or are skipped and counted', async (_what, bad, message) => {
    await expect(rowsOf('bad.jsonl', bad)).rejects.toThrow(message);
    const { rows, skipped } = await rowsOf('bad.jsonl', bad, { skipInvalid: true });
    expect(rows).toEqual([{ id: 1 }]);
    expect(skipped).toEqual([expect.stringMatching(message)]);
  });

  it('may be longer than a chunk of the file', async () => {
    const long = 'x'.repeat(600_000);
    const lines = [long, 'short', long].map((id) => JSON.stringify({ id })).join('\n');
    expect((await rowsOf('long.jsonl', lines)).rows).toEqual(
      [long, 'short', long].map((id) => ({ id })),
    );
  });
});

describe('rows of CSV', () => {
  it('come with a mark, CRLF, quotes and line ends in quotes', async () => {
    const text = '\ufeffid, report\r\n1,"He said ""no, clear"".\nLungs"\r\n\r\n2,\r\n';
    expect((await rowsOf('a.csv', text)).rows).toEqual([
      { id: '1', report: 'He said "no, clear".\nLungs' },
      { id: '2', report: '' },
    ]);
  });

  it('come with tabs or another delimiter', async () => {
    expect((await rowsOf('a.tsv', 'id\ta,b\n1\t2\n')).rows).toEqual([{ id: '1', 'a,b': '2' }]);
    expect((await rowsOf('c.csv', 'id,a\n1,"""quoted"" word"\n')).rows).toEqual([
      { id: '1', a: '"quoted" word' },
    ]);
    expect((await rowsOf('b.csv', 'id;a\n1;2\n', { delimiter: ';' })).rows).toEqual([
      { id: '1', a: '2' },
    ]);
  });

  it.each([
    ['with other columns', 'id,a\n1,"x\ny"\n2,3,4\n', /2 columns for .*line 4, got 3/],
    ['with a stray quote', 'id,a\n2,"3"4\n1,"x\ny"\n', /quotes around whole cells.*line 2/],
    ['with an open quote', 'id,a\n1,"x\ny"\n2,"3\n', /CSV for .*line \d.*[Qq]uote/],
  ])('%s name their line, or are skipped and counted', async (_what, bad, message) => {
    await expect(rowsOf('bad.csv', bad)).rejects.toThrow(message);
    const { rows, skipped } = await rowsOf('bad.csv', bad, { skipInvalid: true });
    expect(rows).toEqual([{ id: '1', a: 'x\ny' }]);
    expect(skipped).toEqual([expect.stringMatching(message)]);
  });

  it('refuses two columns of one name, even where rows may be skipped', async () => {
    const reading = rowsOf('twice.csv', 'id,a,a\n1,2,3\n', { skipInvalid: true });
    await expect(reading).rejects.toThrow(/columns with names of their own.*"a"/);
  });
});

describe('rows of a JSON document', () => {
  it('come from an array', async () => {
    expect((await rowsOf('a.json', '[{"id":1}]')).rows).toEqual([{ id: 1 }]);
    expect((await rowsOf('unnamed', ' [{"id":1}]')).rows).toEqual([{ id: 1 }]);
  });

  it("come from R2Gen's annotation, of one split if asked", async () => {
    const row = (id: string): object => ({ id, report: `of ${id}`, image_path: ['0.png'] });
    const text = JSON.stringify({ train: [row('a')], val: [], test: [row('b')] });
    expect((await rowsOf('annotation.json', text)).rows).toHaveLength(2);
    expect((await rowsOf('annotation.json', text, { split: 'test' })).rows).toEqual([
      { split: 'test', ...row('b') },
    ]);
  });

  it('is refused when it is something else', async () => {
    await expect(rowsOf('b.json', '{"id":1}')).rejects.toThrow(/R2Gen annotation/);
    await expect(rowsOf('b.json', '[{"id":1}')).rejects.toThrow(/a JSON document/);
  });
});

describe('a file', () => {
  it('without rows, that is missing, or a folder, is refused', async () => {
    await expect(rowsOf('empty.jsonl', '\n\n')).rejects.toThrow(/at least one row/);
    await expect(rowsOf('empty.csv', '')).rejects.toThrow(/at least one row/);
    const read = (path: string): Promise<unknown> => openRows([path], {}).next();
    await expect(read(join(folder, 'nowhere.jsonl'))).rejects.toThrow(/no such file/);
    await expect(read(folder)).rejects.toThrow(/a folder/);
  });

  it('without splits cannot be asked for one', async () => {
    await expect(rowsOf('a.jsonl', '{"id":1}', { split: 'test' })).rejects.toThrow(/a "split"/);
  });
});

describe('fields', () => {
  it('are found under our names or those given', () => {
    const columns = { candidate: ['generated'], references: ['a', 'b'] };
    const fields = { study_id: 7, generated: '', a: 'x', b: '' };
    expect(readId(fields, 'row', {}, undefined)).toBe('7');
    expect(readText(fields, 'candidate', 'row', columns)).toBe('');
    expect(readReferences(fields, 'row', columns)).toEqual(['x']);
    expect(readReferences({ references: ['x', ''] }, 'row', {})).toEqual(['x', '']);
    expect(readReferences({ reference: 'x' }, 'row', {})).toEqual(['x']);
  });

  it.each([
    ['no id', () => readId({}, 'row', {}, undefined), /"id" or "study_id" in row, got undefined/],
    ['an empty id', () => readId({ id: ' ' }, 'row', {}, undefined), /a word or number/],
    ['an id twice', () => readId({ id: 1 }, 'row', {}, new Set(['1'])), /an id of its own.*"1"/],
    ['no text', () => readText({ candidate: 5 }, 'candidate', 'row', {}), /a string .* got 5/],
    ['no reference', () => readReferences({ references: [] }, 'row', {}), /at least one text/],
    ['a missing reference', () => readReferences({}, 'row', {}), /at least one text/],
    ['a reference that is no text', () => readReferences({ references: ['a', 3] }, 'row', {}), /3/],
  ])('refuse %s', (_what, read, message) => {
    expect(read).toThrow(message);
  });
});
