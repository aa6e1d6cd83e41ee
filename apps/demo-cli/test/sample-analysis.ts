import { ANATOMICAL_REGIONS, type Box } from '@cxrkit/core';
import { type Analysis, analysisSchema } from '../src/index.js';

/** A whole result: both lungs and the heart found, the lungs spoken of. */
export function sampleAnalysis(): Analysis {
  const boxes = new Map<string, Box>([
    ['right lung', [10, 10, 40, 90]],
    ['left lung', [60, 10, 90, 90]],
    ['cardiac silhouette', [35, 50, 70, 85]],
  ]);
  const sentence = 'The lungs are clear.';
  return analysisSchema.parse({
    schemaVersion: 1,
    image: { path: 'a/chest.png', width: 100, height: 100 },
    regions: ANATOMICAL_REGIONS.map((name) => {
      const isLung = name === 'right lung' || name === 'left lung';
      const isDetected = boxes.has(name);
      return {
        name,
        detected: isDetected,
        score: isDetected ? 0.9 : 0,
        box: boxes.get(name) ?? null,
        selected: isLung,
        selectionLogit: isDetected ? 1 : null,
        abnormalityLogit: isDetected ? -1 : null,
        sentence: isLung ? sentence : null,
        beamScore: isLung ? -0.1 : null,
      };
    }),
    report: sentence,
    sentences: [{ text: sentence, regions: ['right lung', 'left lung'] }],
    removed: [
      { region: 'left lung', sentence, duplicateOf: sentence, rule: 'exact', similarity: 1 },
    ],
    similarity: 'lexical',
    classification: [
      {
        label: 'Pneumonia',
        probability: 0.25,
        cosPositive: 0.1,
        cosNegative: 0.2,
        prompts: { positive: ['There is pneumonia.'], negative: ['There is no pneumonia.'] },
      },
      {
        label: 'No Finding',
        probability: 0.75,
        cosPositive: 0.3,
        cosNegative: 0.2,
        prompts: {
          positive: ['Normal chest radiograph.'],
          negative: ['Abnormal chest radiograph.'],
        },
      },
    ],
    temperature: 10,
    warnings: [{ code: 'colour', message: 'The picture has colour.' }],
    model: {
      device: 'cpu',
      detector: { name: 'tiny', version: '0.0.1', sha256: '0'.repeat(64) },
    },
    timings: { decodeMs: 1, detectMs: 2, totalMs: 3 },
    notAMedicalDevice: true,
  });
}
