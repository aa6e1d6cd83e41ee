import { type CurvePoint, curveSvg } from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';

function run(updates: number): CurvePoint[] {
  return Array.from({ length: updates }, (_, i) => ({
    update: i + 1,
    losses: { loss: 2 / (1 + i / 50), 'a part <of> the loss with a long name': 1 / (1 + i / 30) },
    ...((i + 1) % 100 === 0 ? { evaluation: { auroc: 0.5 + i / 4000 } } : {}),
  }));
}

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('curveSvg', () => {
  it('is a picture with title, axes, and a legend of last values', () => {
    const svg = curveSvg(run(1000), 'R-CLIP on NIH & Kermany');
    expect(svg).toMatch(/^<svg xmlns="[^"]+" viewBox="0 0 760 380"[^>]*>.*<\/svg>\n$/s);
    const words = texts(svg);
    expect(words[0]).toBe('R-CLIP on NIH &#38; Kermany');
    for (const word of [
      'update',
      '200',
      '1,000',
      'loss',
      'a part &#60;of&#62; the los…',
      'auroc',
      '0.75',
    ])
      expect(words).toContain(word);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names small numbers by exponents and spans decades logarithmically', () => {
    const points = [1, 1e-1, 1e-3, 2e-5].map((loss, i) => ({ update: i + 1, losses: { loss } }));
    const words = texts(curveSvg(points, 'Decades'));
    for (const word of ['0.1', '1e-4', '2e-5']) expect(words).toContain(word);
  });

  it('survives nothing, one point and numbers that are none', () => {
    const strange = { loss: Number.NaN, other: null as unknown as number, flat: 0 };
    for (const points of [
      [],
      [{ update: 1, losses: { loss: 1 } }],
      [{ update: 3, losses: strange }],
    ]) {
      const svg = curveSvg(points, 'Little');
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('cuts a legend that would overflow', () => {
    const losses = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`loss ${i}`, i]));
    expect(texts(curveSvg([{ update: 1, losses }], 'Many')).at(-1)).toMatch(/^and \d+ more$/);
  });
});
