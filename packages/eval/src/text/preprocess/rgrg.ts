/**
 * Sets dots apart and keeps all else, case included: newlines to spaces, every `.` to ` .`, runs of spaces to one.
 *
 * @see ttanida/rgrg, and the same in aehrc/cvt2distilgpt2: what is done to reports before their NLG scores.
 */
export function rgrg(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('.', ' .')
    .replace(/ +/g, ' ');
}
