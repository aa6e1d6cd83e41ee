import { ANATOMICAL_REGIONS, type AnatomicalRegion, createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../assembly/split-sentences.js';
import { findingsOfReport } from '../../findings/findings-of-report.js';
import { composeRegionSentences } from './compose-region-sentences.js';
import { GRAMMAR_FINDINGS } from './grammar.js';
import { randomPartialStudy, randomStudy } from './random-study.js';
import type { ReportStudy } from './study.js';

const NIH_NORMAL = Object.fromEntries(
  'Atelectasis,Cardiomegaly,Pleural Effusion,Infiltration,Mass,Nodule,Pneumonia,Pneumothorax,Consolidation,Edema,Emphysema,Fibrosis,Pleural Thickening,Hernia'
    .split(',')
    .map((finding) => [finding, 0 as const]),
);
const PLACE_WORD =
  /\b(?:right|left|both|bilateral\w*|unilateral\w*|upper|mid|middle|lower|zones?|apex|apical|bas[ae]\w*|basilar|hil\w+|lobes?)\b/iu;
const UNSUPPORTED_WORD =
  /\b(?:mild\w*|moderate\w*|severe\w*|small|large|tiny|new|old|acute|chronic|stable|unchanged|increas\w+|decreas\w+|improv\w+|worsen\w*|likely|possibl\w+|due)\b/iu;

function compose(
  study: Omit<ReportStudy, 'detectedRegions'> & Partial<ReportStudy>,
  ...seed: [number, ...number[]]
): ReturnType<typeof composeRegionSentences> {
  return composeRegionSentences(
    { detectedRegions: ANATOMICAL_REGIONS, ...study },
    createRandom(...seed),
  );
}

/** The report as assembly would make it with exact duplicates removed only. */
function reportOf(composed: ReturnType<typeof composeRegionSentences>): string {
  const sentences = [...composed.values()].flatMap(({ sentence }) => splitSentences(sentence));
  return [...new Set(sentences)].join(' ');
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed);

describe('composeRegionSentences', () => {
  it('gives every region its subject', () => {
    const findings = { ...NIH_NORMAL, Cardiomegaly: 1, Pneumothorax: 1, 'No Finding': 0 } as const;
    const composed = compose({ findings }, 1);
    expect([...composed.keys()]).toEqual([
      'right lung',
      'right apical zone',
      'right costophrenic angle',
      'left lung',
      'left apical zone',
      'left costophrenic angle',
      'cardiac silhouette',
    ]);
    for (const side of ['right', 'left'] as const) {
      expect(composed.get(`${side} lung`)).toMatchObject({ abnormal: false });
      expect(findingsOfReport(composed.get(`${side} apical zone`)?.sentence ?? '')).toEqual({
        Pneumothorax: 1,
        'No Finding': 0,
      });
      expect(composed.get(`${side} costophrenic angle`)).toMatchObject({ abnormal: false });
    }
    expect(findingsOfReport(composed.get('cardiac silhouette')?.sentence ?? '').Cardiomegaly).toBe(
      1,
    );
  });

  it('keeps the regions whatever the words', () => {
    const { findings } = randomStudy(createRandom(5));
    const regions = seeds(20).map((seed) => [...compose({ findings }, seed).keys()].join());
    expect(new Set(regions).size).toBe(1);
  });

  it('is the same for a seed and another for another seed', () => {
    const findings = { ...NIH_NORMAL, Mass: 1, Edema: 1 } as const;
    expect(compose({ findings }, 3)).toEqual(compose({ findings }, 3));
    expect(
      new Set(seeds(20).map((seed) => reportOf(compose({ findings }, seed)))).size,
    ).toBeGreaterThan(15);
  });

  it('says the present, denies only the absent and stays within the labels over random studies', () => {
    for (const seed of seeds(1500)) {
      const random = createRandom(11, seed);
      const study = seed % 2 === 0 ? randomPartialStudy(random) : randomStudy(random);
      const report = reportOf(composeRegionSentences(study, random));
      const read = findingsOfReport(report);
      const context = `${report} ${JSON.stringify(study.findings)}`;
      for (const finding of GRAMMAR_FINDINGS) {
        if (study.findings[finding] === 1) expect(read[finding], context).toBe(1);
        else expect([undefined, study.findings[finding]], context).toContain(read[finding]);
      }
      if (study.findings['No Finding'] !== undefined)
        expect(read['No Finding'], context).toBe(study.findings['No Finding']);
      expect(report).not.toMatch(PLACE_WORD);
      expect(report).not.toMatch(UNSUPPORTED_WORD);
    }
  });

  it('stays within the labels whichever regions are detected', () => {
    for (const seed of seeds(400)) {
      const random = createRandom(12, seed);
      const detectedRegions = ANATOMICAL_REGIONS.filter(() => random.uniform() < 0.3);
      const study = { ...randomStudy(random, { located: true }), detectedRegions };
      const composed = composeRegionSentences(study, random);
      for (const region of composed.keys()) expect(detectedRegions).toContain(region);
      const read = findingsOfReport(reportOf(composed));
      for (const finding of GRAMMAR_FINDINGS)
        expect([undefined, study.findings[finding]]).toContain(read[finding]);
    }
  });

  it('gives both lungs one text', () => {
    for (const seed of seeds(100)) {
      const composed = composeRegionSentences(
        randomStudy(createRandom(13, seed)),
        createRandom(seed),
      );
      expect(composed.get('left lung')).toEqual(composed.get('right lung'));
    }
  });

  it('says of a Kermany picture only what is known', () => {
    for (const seed of seeds(50)) {
      const sick = compose({ findings: { Pneumonia: 1, 'No Finding': 0 } }, seed);
      expect([...sick.keys()]).toEqual(['right lung', 'left lung']);
      expect(findingsOfReport(reportOf(sick))).toEqual({ Pneumonia: 1, 'No Finding': 0 });
      const well = compose({ findings: { Pneumonia: 0, 'No Finding': 1 } }, seed);
      expect([...well.keys()]).toEqual(['right lung', 'left lung']);
      expect(findingsOfReport(reportOf(well))).toMatchObject({ 'No Finding': 1 });
    }
  });

  it('does not call the lungs clear when a picture is abnormal by something unknown', () => {
    for (const seed of seeds(30))
      expect(reportOf(compose({ findings: { ...NIH_NORMAL, 'No Finding': 0 } }, seed))).not.toMatch(
        /lungs|abnormality/u,
      );
  });

  it('is silent when nothing is known, and when nothing is detected', () => {
    expect(compose({ findings: {} }, 1).size).toBe(0);
    expect(compose({ findings: { ...NIH_NORMAL, Mass: 1 }, detectedRegions: [] }, 1).size).toBe(0);
  });

  it('falls back to the next region of a side', () => {
    const detectedRegions: AnatomicalRegion[] = [
      'right mid lung zone',
      'left lung',
      'right hemidiaphragm',
    ];
    const composed = compose({ findings: { Edema: 1, 'Pleural Effusion': 1 }, detectedRegions }, 2);
    expect([...composed.keys()]).toEqual([
      'right mid lung zone',
      'right hemidiaphragm',
      'left lung',
    ]);
    expect(findingsOfReport(composed.get('left lung')?.sentence ?? '')).toMatchObject({
      Edema: 1,
      'Pleural Effusion': 1,
    });
  });

  it('states side and zone where boxes tell', () => {
    const findings = { ...NIH_NORMAL, Mass: 1, Atelectasis: 1, 'Pleural Effusion': 1 } as const;
    const composed = compose(
      {
        findings,
        findingRegions: {
          Mass: ['right lung', 'right upper lung zone', 'cardiac silhouette'],
          'Pleural Effusion': ['left costophrenic angle', 'left lower lung zone'],
        },
      },
      4,
    );
    const right = composed.get('right lung')?.sentence ?? '';
    const left = composed.get('left lung')?.sentence ?? '';
    expect(right).toMatch(/\bmass\b.* in the right upper lung zone\.$/iu);
    expect(right.startsWith(left)).toBe(true);
    expect(findingsOfReport(left)).toEqual({ Atelectasis: 1, 'No Finding': 0 });
    expect(composed.get('left costophrenic angle')?.sentence).toMatch(/ on the left\.$/u);
    expect(composed.has('right costophrenic angle')).toBe(false);
  });

  it('never names a side or zone that the regions do not hold', () => {
    for (const seed of seeds(300)) {
      const study = randomStudy(createRandom(14, seed), { located: true });
      const places = Object.values(study.findingRegions ?? {})
        .flat()
        .join(' ');
      const report = reportOf(composeRegionSentences(study, createRandom(seed)));
      for (const word of ['right', 'left', 'upper', 'mid', 'lower'])
        if (new RegExp(`\\b${word}\\b`, 'u').test(report))
          expect(`${places.replaceAll('apical', 'upper')}`).toContain(word);
    }
  });

  it('varies: at least 200 reports over 500 studies', () => {
    const reports = seeds(500).map((seed) => {
      const random = createRandom(15, seed);
      return reportOf(composeRegionSentences(randomStudy(random), random));
    });
    expect(new Set(reports).size).toBeGreaterThanOrEqual(200);
  });

  it('lets at most 8 regions speak, in whole sentences of at most 25 words', () => {
    for (const seed of seeds(500)) {
      const random = createRandom(16, seed);
      const composed = composeRegionSentences(randomStudy(random, { located: true }), random);
      expect(composed.size).toBeLessThanOrEqual(8);
      for (const { sentence } of composed.values())
        for (const part of splitSentences(sentence)) {
          expect(part).toMatch(/^[A-Z][a-z, ]+\.$/u);
          expect(part).not.toMatch(/ {2}|[{}]/u);
          expect(part.split(' ').length).toBeLessThanOrEqual(25);
        }
    }
  });

  it.each<Omit<ReportStudy, 'detectedRegions'>>([
    { findings: { Tuberculosis: 1 } },
    { findings: { 'No Finding': 1, Mass: 1 } },
    { findings: { Mass: 0 }, findingRegions: { Mass: ['right lung'] } },
  ])('refuses %j', (study) => {
    expect(() => compose(study, 1)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
