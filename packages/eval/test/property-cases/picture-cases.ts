import { type Box, CHEXPERT_FINDINGS } from '@cxrkit/core';
import {
  clipScore,
  type ImagePixels,
  type ImageReportPair,
  labelRow,
  meanRank,
  meanReciprocalRank,
  msSsim,
  pairAgreement,
  psnr,
  recallAt,
  regionIouMean,
  regionIouRgrg,
  ssim,
} from '../../src/index.js';
import { type Case, caseOf, listOf, random, wholeOf } from './case.js';

function boxAt(): Box {
  const [x, y] = [random.integer(9), random.integer(9)];
  return [x, y, x + 3 + random.integer(9), y + 3 + random.integer(9)];
}

/** Makes the cases of boxes, images, embeddings and ranks. */
export function pictureCases(): Case[] {
  const boxes = () => ({ 'right lung': boxAt(), 'left lung': boxAt() }) as const;
  type Boxes = ReturnType<typeof boxes>;
  const compared = (found: Boxes, truth: Boxes) => ({
    truth,
    predicted: (['right lung', 'left lung'] as const).map((name) => ({
      ...{ name, detected: true, box: found[name] },
    })),
  });
  const regions = listOf(6, () => [boxes(), boxes()] as const);
  const regionCase = (metric: ReturnType<typeof regionIouMean>): Case => ({
    ...caseOf(
      metric,
      regions.map(([found, truth]) => compared(found, truth)),
      {
        perfect: regions.map(([, truth]) => compared(truth, truth)),
      },
    ),
    swapped: wholeOf(
      metric,
      regions.map(([found, truth]) => compared(truth, found)),
    ),
  });
  const picture = (): ImagePixels => ({
    ...{ width: 24, height: 24, data: Uint8Array.from({ length: 576 }, () => random.integer(256)) },
  });
  const images = listOf(5, () => ({ image: picture(), reference: picture() }));
  const same = images.map(({ reference }) => ({ image: reference, reference }));
  const turned = (pair: (typeof images)[number]) => ({
    image: pair.reference,
    reference: pair.image,
  });
  const vector = () => listOf(6, () => random.normal());
  const embedded = listOf(8, () => ({ image: vector(), text: vector() }));
  const matching = embedded.map(({ text }) => ({ image: text, text }));
  const exchange = ({ image, text }: (typeof embedded)[number]) => ({ image: text, text: image });
  const ranks = [1, 4, 2, 9, 1, 3];
  return [
    regionCase(regionIouMean()),
    regionCase(regionIouMean({ over: 'boxes' })),
    regionCase(regionIouRgrg()),
    caseOf(ssim(), images, { perfect: same, swap: turned }),
    caseOf(msSsim({ weights: [0.5, 0.5] }), images, { perfect: same, swap: turned }),
    // No error is an infinite ratio, which is no value.
    caseOf(psnr(), images, { perfect: same, best: null, swap: turned }),
    caseOf(psnr({ aggregation: 'pooled' }), images, { perfect: same, best: null, swap: turned }),
    caseOf(clipScore(), embedded, { perfect: matching, best: 100, swap: exchange }),
    caseOf(clipScore({ convention: 'paper' }), embedded, {
      ...{ perfect: matching, best: 2.5, swap: exchange },
    }),
    ...[recallAt(1), recallAt(3), meanRank(), meanReciprocalRank()].map((metric) =>
      caseOf(metric, ranks, { perfect: [1, 1, 1] }),
    ),
  ];
}

/** Pairs at random. */
export const PAIRS: readonly ImageReportPair[] = listOf(30, (): ImageReportPair => {
  const labels = () => labelRow(() => (random.integer(2) === 0 ? 0 : 1));
  const imageProbabilities = Object.fromEntries(
    CHEXPERT_FINDINGS.map((finding) => [finding, random.integer(8) / 8]),
  );
  return { asked: labels(), imageLabels: labels(), reportLabels: labels(), imageProbabilities };
});
const AGREEING = PAIRS.map(({ asked }) => ({ asked, imageLabels: asked, reportLabels: asked }));

/** Makes the cases of image-report pairs. */
export function agreementCases(): Case[] {
  const names = ['reportAskedF1', 'imageReportKappa', 'imageAskedAgreement', 'allThreeAgreement'];
  return (names as Parameters<typeof pairAgreement>[0][]).map((name) =>
    caseOf(pairAgreement(name), PAIRS, {
      perfect: AGREEING,
      swap: (pair) => {
        if (name === 'reportAskedF1')
          return { ...pair, asked: pair.reportLabels, reportLabels: pair.asked };
        if (name === 'imageReportKappa')
          return { ...pair, imageLabels: pair.reportLabels, reportLabels: pair.imageLabels ?? {} };
        return { ...pair, asked: pair.imageLabels ?? {}, imageLabels: pair.asked };
      },
    }),
  );
}
