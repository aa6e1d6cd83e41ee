import { describe, expect, it } from 'vitest';
import { evaluationPage } from './evaluation-page.js';
import { plotBars, plotCurves, plotHistogram } from './plots.js';
import { textTable } from './text-table.js';
import { diffWords } from './word-diff.js';

describe('differing words', () => {
  const marked = (a: string, b: string): string[] =>
    diffWords(a, b).map((parts) =>
      parts.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(' '),
    );

  it('are told by word, without regard to case and punctuation', () => {
    expect(
      marked('The heart is large. No effusion.', 'heart is of normal size, no effusion'),
    ).toEqual(['[The] heart is [large.] No effusion.', 'heart is [of normal size,] no effusion']);
    expect(marked('a b', 'a b')).toEqual(['a b', 'a b']);
    expect(marked('', 'clear - lungs')).toEqual(['', '[clear - lungs]']);
  });

  it('mark the fewest words', () => {
    const [left, right] = marked('a b c a b b a', 'c b a b a c');
    const shared = (text: string): string => text.replace(/\[[^\]]*\]/g, '').replace(/\s+/g, '');
    expect(shared(left)).toBe(shared(right));
    expect(shared(left)).toHaveLength(4);
  });

  it('of texts too long to compare are all of them', () => {
    const long = 'word '.repeat(5000);
    expect(diffWords(long, 'word')[1]).toEqual([{ text: 'word', differs: true }]);
  });
});

describe('plots', () => {
  it('of curves have a line and a name for each, thinned to what can be seen', async () => {
    const points = Array.from(
      { length: 100_000 },
      (_, i) => [i / 99_999, (i / 99_999) ** 2] as const,
    );
    const svg = await plotCurves({
      ...{
        series: [
          { name: 'Edema', points },
          {
            name: 'Mass & more',
            points: [
              [0, 0],
              [1, 1],
            ],
          },
        ],
      },
      ...{ x: 'false positive rate', y: 'sensitivity', diagonal: true },
    });
    expect(svg).toMatch(/^<svg[\s\S]*<\/svg>$/);
    for (const text of ['Edema', 'Mass &amp; more', 'false positive rate'])
      expect(svg).toContain(text);
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).not.toContain('NaN');
  });

  it('of bars keep their order and show values and intervals', async () => {
    const bars = [
      { name: 'Pneumonia', value: 0.25, low: 0.1, high: 0.4 },
      { name: 'Edema', value: 0.5 },
    ];
    const svg = await plotBars(bars, 'F1');
    expect(svg.indexOf('>Pneumonia<')).toBeLessThan(svg.indexOf('>Edema<'));
    expect(svg).toContain('>0.250<');
    expect(svg).not.toContain('NaN');
  });

  it('of counts have a bar for each interval', async () => {
    expect(await plotHistogram([1, 0, 3, 2], 'ROUGE-L')).toContain('ROUGE-L');
  });
});

const table = {
  kind: 'table',
  columns: ['metric', 'value', 'n', 'signature'],
  rows: [
    ['bleu1', 0.5, { count: 12 }, { code: 'bleu1|n:12' }],
    ['<auroc>', null, { count: 1 }, 'one class only'],
  ],
} as const;

describe('a table', () => {
  it('stands in columns in a terminal', () => {
    expect(textTable(table).split('\n')).toEqual([
      'metric    value   n  signature',
      '-------  ------  --  --------------',
      'bleu1    0.5000  12  bleu1|n:12',
      '<auroc>       –   1  one class only',
    ]);
  });
});

describe('a report', () => {
  const html = evaluationPage({
    title: 'Text of <b>x</b>',
    facts: ['2 rows'],
    sections: [
      { title: 'Scores', note: 'a & b', blocks: [table] },
      {
        title: 'Plots',
        blocks: [{ kind: 'plots', plots: [{ caption: 'c', svg: '<svg></svg>' }] }],
      },
      {
        title: 'Worst',
        blocks: [
          {
            kind: 'cases',
            cases: [{ id: '<1>', about: 'x', candidate: 'Clear <i>lungs</i>', reference: 'Clear' }],
          },
        ],
      },
    ],
  });

  it('escapes foreign text and marks differing words', () => {
    expect(html).toContain('<h1>Text of &lt;b&gt;x&lt;/b&gt;</h1>');
    expect(html).toContain('Clear <mark>&lt;i&gt;lungs&lt;/i&gt;</mark>');
    expect(html).toContain('<td class="number">0.5000</td>');
    expect(html).toContain('<svg></svg>');
  });

  it('asks nothing of the network and says that it is no medical device', () => {
    expect(html).not.toMatch(/(?:src|href)=|https?:|@import/);
    expect(html).toContain('Not a medical device');
  });
});
