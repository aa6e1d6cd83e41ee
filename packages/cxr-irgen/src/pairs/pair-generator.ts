import { InvalidInputError } from '@cxrkit/core';
import { checkReportOptions } from '../language/report-options.js';
import type { ReportWriter } from '../language/report-writer.js';
import type { ImageGenerator, ImageRequest } from '../vision/image-generator.js';
import type { GeneratedImage } from '../vision/image-options.js';
import { judgeAgreement } from './agreement.js';
import { checkPairMaking, type GeneratedPair, type PairMaking } from './pair-options.js';

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
    const { report = {}, minAgreement } = request;
    checkPairMaking(request);
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
    const { report = {}, signal } = request;
    const { image, latents, seed } = made;
    const findings = made.findings ?? undefined;
    // The published reader sees the finished picture, ours the latents that it was made of.
    const seen = report !== false && report.preset === 'faithful' ? image : latents;
    const written =
      report === false
        ? undefined
        : await this.writer.write(seen, { ...report, findings, seed, signal });
    signal?.throwIfAborted();
    const text = written?.report ?? null;
    return {
      ...made,
      report: text,
      agreement: await judgeAgreement(made.findings, { image, report: text }, request),
      warnings: [...made.warnings, ...(written?.warnings ?? [])],
    };
  }
}
