// Turns the outlines of a TrueType font into the JSON that overlays are lettered with, so that a machine without fonts
// (a slim container) draws the same picture: node scripts/make-glyphs.mjs DejaVuSans.ttf > src/output/text/data/dejavu-sans.json
import { readFileSync } from 'node:fs';

const characters = [
  ...Array.from({ length: 95 }, (_, i) => 0x20 + i),
  ...Array.from({ length: 95 }, (_, i) => 0xa1 + i),
  ...[...'–—‘’“”…•≥≤'].map((character) => character.codePointAt(0)),
];

const font = readFileSync(process.argv[2]);
const tables = Object.fromEntries(
  Array.from({ length: font.readUInt16BE(4) }, (_, i) => {
    const record = 12 + 16 * i;
    return [font.toString('latin1', record, record + 4), font.readUInt32BE(record + 8)];
  }),
);
const unitsPerEm = font.readUInt16BE(tables.head + 18);
const longOffsets = font.readInt16BE(tables.head + 50) === 1;
const metricCount = font.readUInt16BE(tables.hhea + 34);
const scale = 1000 / unitsPerEm;

/** Segment mapping to delta values (OpenType cmap format 4). */
function glyphIndex(code) {
  const start = tables.cmap;
  const count = font.readUInt16BE(start + 2);
  const subtables = Array.from(
    { length: count },
    (_, i) => start + font.readUInt32BE(start + 8 + 8 * i),
  );
  const table = subtables.find((offset) => font.readUInt16BE(offset) === 4);
  const size = font.readUInt16BE(table + 6);
  for (let i = 0; i < size; i += 2) {
    if (font.readUInt16BE(table + 14 + i) < code) continue;
    const first = font.readUInt16BE(table + 16 + size + i);
    if (first > code) return 0;
    const delta = font.readInt16BE(table + 16 + 2 * size + i);
    const rangeAt = table + 16 + 3 * size + i;
    const range = font.readUInt16BE(rangeAt);
    if (range === 0) return (code + delta) & 0xffff;
    const glyph = font.readUInt16BE(rangeAt + range + 2 * (code - first));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}

function glyphOffsets(index) {
  const read = (i) =>
    longOffsets
      ? font.readUInt32BE(tables.loca + 4 * i)
      : 2 * font.readUInt16BE(tables.loca + 2 * i);
  return [tables.glyf + read(index), tables.glyf + read(index + 1)];
}

/** Contours of points `{ x, y, on }` in font units. */
function contours(index) {
  const [start, end] = glyphOffsets(index);
  if (start === end) return [];
  const count = font.readInt16BE(start);
  return count >= 0 ? simple(start + 10, count) : composite(start + 10);
}

function simple(at, count) {
  const ends = Array.from({ length: count }, (_, i) => font.readUInt16BE(at + 2 * i));
  let position = at + 2 * count;
  position += 2 + font.readUInt16BE(position);
  const total = count === 0 ? 0 : ends[count - 1] + 1;
  const flags = [];
  while (flags.length < total) {
    const flag = font[position++];
    flags.push(flag);
    if (flag & 8) for (let repeat = font[position++]; repeat > 0; repeat--) flags.push(flag);
  }
  const axis = (short, same) => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & short) value += flag & same ? font[position++] : -font[position++];
      else if (!(flag & same)) {
        value += font.readInt16BE(position);
        position += 2;
      }
      return value;
    });
  };
  const xs = axis(2, 16);
  const ys = axis(4, 32);
  const points = flags.map((flag, i) => ({ x: xs[i], y: ys[i], on: (flag & 1) === 1 }));
  return ends.map((end, i) => points.slice(i === 0 ? 0 : ends[i - 1] + 1, end + 1));
}

function composite(at) {
  const all = [];
  for (let position = at, more = true; more; ) {
    const flags = font.readUInt16BE(position);
    const parts = contours(font.readUInt16BE(position + 2));
    const wide = flags & 1;
    const dx = wide ? font.readInt16BE(position + 4) : font.readInt8(position + 4);
    const dy = wide ? font.readInt16BE(position + 6) : font.readInt8(position + 5);
    position += wide ? 8 : 6;
    let [a, b, c, d] = [1, 0, 0, 1];
    const fraction = () => {
      position += 2;
      return font.readInt16BE(position - 2) / 16384;
    };
    if (flags & 8) a = fraction();
    if (flags & 8) d = a;
    else if (flags & 64) [a, d] = [fraction(), fraction()];
    else if (flags & 128) [a, b, c, d] = [fraction(), fraction(), fraction(), fraction()];
    for (const part of parts)
      all.push(part.map(({ x, y, on }) => ({ x: a * x + c * y + dx, y: b * x + d * y + dy, on })));
    more = (flags & 32) !== 0;
  }
  return all;
}

/** SVG path, y down, 1000 units an em; two off-curve points in a row imply one between them. */
function path(points) {
  if (points.length === 0) return '';
  const middle = (p, q) => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2, on: true });
  const full = points.flatMap((point, i) => {
    const next = points[(i + 1) % points.length];
    return point.on || next.on ? [point] : [point, middle(point, next)];
  });
  const first = full.findIndex(({ on }) => on);
  const turned = [...full.slice(first), ...full.slice(0, first), full[first]];
  const pair = ({ x, y }) => `${Math.round(x * scale)} ${Math.round(-y * scale)}`;
  let text = `M${pair(turned[0])}`;
  for (let i = 1; i < turned.length; i++)
    text += turned[i].on ? `L${pair(turned[i])}` : `Q${pair(turned[i])} ${pair(turned[++i])}`;
  return `${text}Z`;
}

const glyphs = {};
for (const code of characters) {
  const index = glyphIndex(code);
  const metric = tables.hmtx + 4 * Math.min(index, metricCount - 1);
  glyphs[String.fromCodePoint(code)] = [
    Math.round(font.readUInt16BE(metric) * scale),
    contours(index).map(path).join(''),
  ];
}
const notice =
  'Outlines of DejaVu Sans (https://dejavu-fonts.github.io). Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved; DejaVu changes are in public domain. Licence: DEJAVU-LICENSE.txt.';
process.stdout.write(`${JSON.stringify({ notice, unitsPerEm: 1000, glyphs })}\n`);
