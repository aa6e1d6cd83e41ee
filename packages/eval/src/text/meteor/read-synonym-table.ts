/** Parts of speech in the order of the table's bits. */
export const PARTS_OF_SPEECH: readonly string[] = ['noun', 'verb', 'adjective', 'adverb'];

/** WordNet's single words and the synonym sets that at least two of them share. */
export interface SynonymTable {
  /** Ascending. */
  readonly words: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** `[words]` bit p: the word has that part of speech; bit 4 + p: and WordNet writes it there in lower case. */
  readonly kinds: Uint8Array;
  /** `[sets]` part of speech, or 4: none, for METEOR only. */
  readonly setKinds: Uint8Array;
  /** `[sets + 1]` where the members of each set begin. */
  readonly setStarts: Int32Array;
  /** Indices of words, ascending within a set. */
  readonly members: Int32Array;
  /** 1 where WordNet writes that member of that set in lower case. */
  readonly isLower: Uint8Array;
  /** Base forms by irregular form, by part of speech. */
  readonly exceptions: readonly ReadonlyMap<string, readonly string[]>[];
}

/** Unpacks what `tools/wordnet/encode-table.mjs` packs; the format is described there. */
export function readSynonymTable(bytes: Uint8Array): SynonymTable {
  const reader = createReader(bytes);
  const words = readWords(reader.text());
  const kinds = reader.bytes(words.length);
  const starts = reader.bytes(words.length);
  const headers = reader.bytes(sum(starts));
  const setKinds = headers.map((header) => header >> 5);
  const sizes = headers.map((header) => header & 31);
  const setStarts = runningSum(sizes);
  const members = readMembers(reader, starts, setStarts);
  const isLower = readLowerFlags(reader, setKinds, setStarts);
  const exceptions = reader.text().split(';').map(readExceptions);
  const indexOf = new Map(words.map((word, index) => [word, index]));
  return { words, indexOf, kinds, setKinds, setStarts, members, isLower, exceptions };
}

interface Reader {
  number(): number;
  bytes(count: number): Uint8Array;
  text(): string;
}

function createReader(source: Uint8Array): Reader {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = source[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = (count: number): Uint8Array => {
    at += count;
    return source.subarray(at - count, at);
  };
  return { number, bytes, text: () => new TextDecoder().decode(bytes(number())) };
}

/** A character 65 + (letters shared with the word before), then the rest; codes from 65 to 96 are in no word. */
function readWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < text.length; ) {
    const shared = text.charCodeAt(at++) - 65;
    const begin = at;
    while (at < text.length && !isControl(text.charCodeAt(at))) at++;
    word = word.slice(0, shared) + text.slice(begin, at);
    words.push(word);
  }
  return words;
}

/** A set is listed at its first word; each further member is a step from the one before. */
function readMembers(reader: Reader, starts: Uint8Array, setStarts: Int32Array): Int32Array {
  const members = new Int32Array(setStarts[setStarts.length - 1]);
  let set = 0;
  for (let word = 0; word < starts.length; word++)
    for (let k = 0; k < starts[word]; k++, set++) {
      members[setStarts[set]] = word;
      for (let i = setStarts[set] + 1; i < setStarts[set + 1]; i++)
        members[i] = members[i - 1] + reader.number();
    }
  return members;
}

function readLowerFlags(reader: Reader, setKinds: Uint8Array, setStarts: Int32Array): Uint8Array {
  const counted: number[] = [];
  for (let set = 0; set < setKinds.length; set++)
    if (setKinds[set] < PARTS_OF_SPEECH.length)
      for (let i = setStarts[set]; i < setStarts[set + 1]; i++) counted.push(i);
  const isLower = new Uint8Array(setStarts[setStarts.length - 1]).fill(1);
  let at = 0;
  for (let left = reader.number(); left > 0; left--) {
    at += reader.number();
    isLower[counted[at]] = 0;
  }
  return isLower;
}

function readExceptions(text: string): Map<string, readonly string[]> {
  const bases = new Map<string, readonly string[]>();
  let form = '';
  for (const entry of text === '' ? [] : text.split(',')) {
    const [head, ...cuts] = entry.split(/(?=[A-`])/);
    form = form.slice(0, head.charCodeAt(0) - 65) + head.slice(1);
    const kept = (cut: string) => form.slice(0, form.length - (cut.charCodeAt(0) - 65));
    bases.set(
      form,
      cuts.map((cut) => kept(cut) + cut.slice(1)),
    );
  }
  return bases;
}

function isControl(code: number): boolean {
  return code >= 65 && code <= 96;
}

function runningSum(values: Uint8Array): Int32Array {
  const sums = new Int32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i];
  return sums;
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}
