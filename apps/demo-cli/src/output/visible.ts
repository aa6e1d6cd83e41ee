/**
 * Replaces control characters: file names and what a model writes are foreign text, which must not steer a terminal.
 * Line ends and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    '\n\t'.includes(character) ? character : '\ufffd',
  );
}
