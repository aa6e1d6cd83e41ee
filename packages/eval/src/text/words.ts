/** Splits at runs of white space, without empty words, as Python's `str.split()`. */
export function splitWords(text: string): string[] {
  const words = text.split(SPACES);
  if (words[0] !== '' && words[words.length - 1] !== '') return words;
  return words.filter((word) => word !== '');
}

const SPACES = /\s+/;
