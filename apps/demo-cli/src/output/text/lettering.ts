import font from './data/dejavu-sans.json' with { type: 'json' };

type Glyph = readonly [advance: number, path: string];

const GLYPHS = font.glyphs as unknown as Readonly<Record<string, Glyph>>;
const MISSING = '?';

/** Where and how a line of text is drawn. */
export interface Lettering {
  /** Left end of the baseline, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Height of an em in pixels. */
  readonly size: number;
  readonly color: string;
  /** Thickens the strokes. */
  readonly bold?: boolean;
}

/** @returns Width of one line in pixels. */
export function textWidth(text: string, size: number): number {
  return ([...text].reduce((sum, character) => sum + glyph(character)[0], 0) * size) / 1000;
}

/**
 * Draws one line as outlines, so that no font is needed where the picture is made.
 *
 * @returns SVG.
 */
export function drawText(text: string, { x, y, size, color, bold = false }: Lettering): string {
  const scale = size / 1000;
  let advance = 0;
  let paths = '';
  for (const character of text) {
    const [width, path] = glyph(character);
    if (path !== '') paths += `<path transform="translate(${advance} 0)" d="${path}"/>`;
    advance += width;
  }
  const stroke = bold ? ` stroke="${color}" stroke-width="45"` : '';
  return `<g transform="translate(${x} ${y}) scale(${scale})" fill="${color}"${stroke}>${paths}</g>`;
}

/** Breaks text into lines of at most `width` pixels; a word that is longer than a line is cut. */
export function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((word) => cutWord(word, width, size))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

/** Shortens a line to `width` pixels with an ellipsis. */
export function fitText(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size) > width)
    characters.pop();
  return `${characters.join('')}…`;
}

function cutWord(word: string, width: number, size: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && textWidth(piece + character, size) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

function glyph(character: string): Glyph {
  return GLYPHS[character] ?? GLYPHS[MISSING];
}
