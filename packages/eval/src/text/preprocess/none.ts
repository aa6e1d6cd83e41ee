/** Leaves a text as it is. */
export function none(text: string): string {
  return text;
}
