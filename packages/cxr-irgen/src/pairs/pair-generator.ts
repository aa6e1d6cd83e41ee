import { InvalidInputError } from '@cxrkit/core';
import { checkReportOptions, type WrittenReport } from '../language/report-options.js';
import type { ReportWriter } from '../language/report-writer.js';
import type { ImageGenerator, ImageRequest } from '../vision/image-generator.js';
import type { GeneratedImage } from '../vision/image-options.js';
import { joinReadings, type ReportReading, readImage } from './agreement.js';
import {
  checkPairMaking,
  type GeneratedPair,
  type PairMaking,
  settleReport,
  settleReportTries,
} from './pair-options.js';
import { type ReadReport, writeUntilRead } from './report-tries.js';

/** What nobody read. */
const UNREAD: ReportReading = { report: {}, reportScore: null };

/** A pair, and whether it agrees enough with what was asked. */
export interface JudgedPair {
  readonly pair: GeneratedPair;
  readonly isKept: boolean;
}

/** What {@link PairGenerator.generate} takes. */
export type PairRequest = ImageRequest & PairMaking;

/** Joins the vision and the language module of a set. */
export class PairGenerator {
  readonly images: ImageGenerator;
  readonly #writer: ReportWriter | undefined;

  constructor(images: ImageGenerator, writer: ReportWriter | undefined) {
    this.images = images;
    this.#writer = writer;
  }

  /** The writer of reports. */
  get writer(): ReportWriter {
    if (this.#writer !== undefined) return this.#writer;
    throw new InvalidInputError(
      'report',
      'false, as the models were loaded without the language module',
      'a report',
      'Load them without reports: false.',
    );
  }

  /** Makes a pair for each seed, one after another. */
  async *generate(request: PairRequest): AsyncGenerator<JudgedPair, void, undefined> {
    const { minAgreement } = request;
    checkPairMaking(request);
    const report = settleReport(request);
    if (report !== false) {
      checkReportOptions(report);
      // Refuses before an image is made.
      void this.writer;
    }
    for await (const image of this.images.generate(request)) {
      const pair = await this.#pairOf(image, request);
      const score = pair.agreement?.score ?? null;
      const isKept = minAgreement === undefined || (score !== null && score >= minAgreement);
      yield { pair, isKept };
    }
  }

  async #pairOf(made: GeneratedImage, request: PairRequest): Promise<GeneratedPair> {
    const { classifier, labeler, signal } = request;
    const { findings, image } = made;
    const read = await this.#report(made, request);
    signal?.throwIfAborted();
    const isJudged = findings !== null && (classifier !== undefined || labeler !== undefined);
    return {
      ...made,
      report: read?.written.report ?? null,
      agreement: isJudged
        ? joinReadings(await readImage(findings, image, classifier), read?.reading ?? UNREAD)
        : null,
      warnings: [...made.warnings, ...(read?.written.warnings ?? [])],
    };
  }

  async #report(made: GeneratedImage, request: PairRequest): Promise<ReadReport | undefined> {
    const { labeler, signal } = request;
    const report = settleReport(request);
    if (report === false) return undefined;
    const { image, latents, findings, seed } = made;
    // The published reader sees the finished picture, ours the latents that it was made of.
    const seen = report.preset === 'faithful' ? image : latents;
    const write = (own: number): Promise<WrittenReport> =>
      this.writer.write(seen, {
        ...report,
        ...{ findings: findings ?? undefined, seed: own, signal },
      });
    return findings === null || labeler === undefined
      ? { written: await write(seed), reading: UNREAD }
      : await writeUntilRead(write, findings, labeler, { seed, tries: settleReportTries(request) });
  }
}
