import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawText, fitText, textWidth, wrapText } from './lettering.js';

describe('lettering', () => {
  it('wraps at words and cuts those that are longer than a line', () => {
    const lines = wrapText(
      'No evidence of pleural effusion is seen. Incomprehensibilities',
      90,
      12,
    );
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(90);
    expect(lines.join('').replaceAll(' ', '')).toBe(
      'Noevidenceofpleuraleffusionisseen.Incomprehensibilities',
    );
    expect(wrapText('', 90, 12)).toEqual([]);
  });

  it('shortens with an ellipsis', () => {
    expect(fitText('short', 100, 12)).toBe('short');
    const fitted = fitText('a very long label that does not fit', 100, 12);
    expect(fitted).toMatch(/^a very.*…$/);
    expect(textWidth(fitted, 12)).toBeLessThanOrEqual(100);
  });

  it('draws ink as wide as it says, without any font, and a mark for what it cannot spell', async () => {
    const text = 'Überlänge 肺';
    const width = Math.ceil(textWidth(text, 20));
    const letters = drawText(text, { x: 10, y: 30, size: 20, color: '#fff' });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 20}" height="40">${letters}</svg>`;
    const drawn = await sharp(Buffer.from(svg)).flatten({ background: '#000' }).png().toBuffer();
    const { info } = await sharp(drawn)
      .trim({ background: '#000' })
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBeGreaterThan(width - 6);
    expect(info.width).toBeLessThanOrEqual(width);
    expect(textWidth('肺', 20)).toBe(textWidth('?', 20));
  });
});
