/** GPT-2's words: a space goes with the word that follows (Radford et al. 2019, `encoder.py`). */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** The letter that stands for each byte: itself where it prints, else one from U+0100 on, as GPT-2. */
export const BYTE_LETTERS: readonly string[] = byteLetters();

function byteLetters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(prints ? byte : next++);
  });
}

/** @returns How often each word occurs, words spelled in byte letters. */
export function countWords(texts: readonly string[]): Map<string, number> {
  const raw = new Map<string, number>();
  for (const text of texts)
    for (const [word] of text.matchAll(WORDS)) raw.set(word, (raw.get(word) ?? 0) + 1);
  const encoder = new TextEncoder();
  const spelled = [...raw].map(([word, count]): [string, number] => [
    Array.from(encoder.encode(word), (byte) => BYTE_LETTERS[byte]).join(''),
    count,
  ]);
  return new Map(spelled);
}
