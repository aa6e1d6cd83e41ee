import {
  ANATOMICAL_REGIONS,
  type Box,
  type DetectedRegion,
  DisposedError,
  float32,
  InvalidInputError,
  type RegionDetection,
  type RegionDetector,
  type TaskOptions,
  type Tensors,
} from '@cxrkit/core';
import { type GrayImage, toCanvas, toSource } from '@cxrkit/core/image';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import { detectionWarnings } from './detection-warnings.js';
import { cellAnchors, gridAnchors } from './geometry/anchors.js';
import { concatenate } from './geometry/concatenate.js';
import { filterProposals } from './geometry/proposals.js';
import { roiAlignMatrices } from './geometry/roi-align-matrices.js';
import { type TopRegion, topRegions } from './geometry/top-regions.js';
import type { DetectorConfig } from './network/config.js';
import { mapSide } from './network/graphs.js';
import { type PreparedImage, preprocess } from './preprocess.js';

/** What was found in one picture: all 29 regions in index order, with boxes in the picture's pixels. */
export interface Detection extends RegionDetection {
  /** Boxes the proposal network gave; 0 means that nothing could be detected. */
  readonly proposals: number;
}

export type DetectOptions = Pick<TaskOptions, 'signal'>;

/** Parts of a loaded detector. */
export interface DetectorParts {
  readonly config: DetectorConfig;
  /** Regions the weights were trained on; others are never reported as detected. */
  readonly trainedRegions: readonly string[];
  readonly runtime: OnnxRuntime;
  readonly ownsRuntime: boolean;
  readonly trunk: OnnxSession;
  readonly roi: OnnxSession;
}

/** Boxes pooled in one run; bounds memory at full size. */
const BOXES_A_RUN = 256;
let slots = 0;

/** A loaded detector; made by `loadDetector`. */
export class Detector implements RegionDetector, AsyncDisposable {
  readonly config: DetectorConfig;
  readonly #parts: DetectorParts;
  readonly #anchors: Float32Array;
  readonly #side: number;
  #disposed = false;

  constructor(parts: DetectorParts) {
    this.#parts = parts;
    this.config = parts.config;
    this.#side = mapSide(parts.config);
    this.#anchors = gridAnchors(
      cellAnchors(parts.config.anchors),
      this.#side,
      this.#side,
      parts.config.side / this.#side,
    );
  }

  /**
   * Finds the anatomical regions of a frontal chest X-ray of any size.
   *
   * @throws the signal's reason when aborted; {@link DisposedError} after `dispose()`.
   */
  async detect(image: GrayImage, { signal }: DetectOptions = {}): Promise<Detection> {
    const prepared = this.#prepare(image, signal);
    return await this.#withMap(prepared, signal, async (slot, outputs) => {
      const proposals = this.#propose(outputs);
      const count = proposals.length / 4;
      const head = await this.#readBoxes(proposals, slot, signal);
      const regions = topRegions({
        logits: head.logits,
        deltas: head.deltas,
        proposals,
        regionCount: ANATOMICAL_REGIONS.length,
        canvasWidth: this.config.side,
        canvasHeight: this.config.side,
      });
      const found = regions.map((region, i) => this.#toRegion(region, i, head.features, prepared));
      const warnings = detectionWarnings(found, this.#parts.trainedRegions);
      return { proposals: count, regions: found, warnings };
    });
  }

  /**
   * Gives the features of boxes drawn by the caller.
   *
   * @param boxes - In pixels of `image`.
   * @returns `[D]` for each box.
   * @throws {@link InvalidInputError} for an empty box or one outside the picture.
   */
  async describe(
    image: GrayImage,
    boxes: readonly Box[],
    { signal }: DetectOptions = {},
  ): Promise<Float32Array[]> {
    for (const box of boxes) checkBox(box, image);
    if (boxes.length === 0) return [];
    const prepared = this.#prepare(image, signal);
    const flat = Float32Array.from(boxes.flatMap((box) => [...toCanvas(box, prepared.placement)]));
    return await this.#withMap(prepared, signal, async (slot) => {
      const { features } = await this.#readBoxes(flat, slot, signal);
      const width = this.config.regionFeatures;
      return boxes.map((_, i) => features.slice(i * width, (i + 1) * width));
    });
  }

  /** Frees the sessions, and the runtime if this detector opened it. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.all([this.#parts.trunk.dispose(), this.#parts.roi.dispose()]);
    if (this.#parts.ownsRuntime) await this.#parts.runtime.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #prepare(image: GrayImage, signal: AbortSignal | undefined): PreparedImage {
    if (this.#disposed) throw new DisposedError('The detector');
    signal?.throwIfAborted();
    return preprocess(image, this.config);
  }

  /** Runs the trunk and keeps its map in the worker while `use` reads boxes from it. */
  async #withMap<T>(
    { pixels }: PreparedImage,
    signal: AbortSignal | undefined,
    use: (slot: string, outputs: Tensors) => Promise<T>,
  ): Promise<T> {
    const { side } = this.config;
    const slot = `detector/${slots++}`;
    const feeds = { pixel_values: float32(pixels, [1, 1, side, side]) };
    try {
      const options = { keep: { map: slot }, ...(signal ? { signal } : {}) };
      return await use(slot, await this.#parts.trunk.run(feeds, options));
    } finally {
      await this.#parts.runtime.drop([slot]);
    }
  }

  #propose({ objectness, deltas }: Tensors): Float32Array {
    const { side, proposals } = this.config;
    return filterProposals(
      {
        objectness: objectness.data as Float32Array,
        deltas: deltas.data as Float32Array,
        anchors: this.#anchors,
        featureWidth: this.#side,
        featureHeight: this.#side,
        canvasWidth: side,
        canvasHeight: side,
      },
      {
        maximumBeforeSuppression: proposals.beforeSuppression,
        maximumAfterSuppression: proposals.afterSuppression,
        iouThreshold: proposals.iouThreshold,
      },
    ).boxes;
  }

  async #readBoxes(
    boxes: Float32Array,
    slot: string,
    signal: AbortSignal | undefined,
  ): Promise<{
    readonly logits: Float32Array;
    readonly deltas: Float32Array;
    readonly features: Float32Array;
  }> {
    const parts: Tensors[] = [];
    for (let start = 0; start < boxes.length; start += 4 * BOXES_A_RUN)
      parts.push(
        await this.#readSome(boxes.subarray(start, start + 4 * BOXES_A_RUN), slot, signal),
      );
    const join = (name: string): Float32Array =>
      concatenate(parts.map((part) => part[name].data as Float32Array));
    return { logits: join('logits'), deltas: join('box_deltas'), features: join('features') };
  }

  async #readSome(
    boxes: Float32Array,
    slot: string,
    signal: AbortSignal | undefined,
  ): Promise<Tensors> {
    const { side, pooledSize } = this.config;
    const count = boxes.length / 4;
    const { vertical, horizontal } = roiAlignMatrices(boxes, {
      featureWidth: this.#side,
      featureHeight: this.#side,
      spatialScale: this.#side / side,
      pooledSize,
    });
    const dims = [1, count, pooledSize, this.#side];
    const feeds = { vertical: float32(vertical, dims), horizontal: float32(horizontal, dims) };
    const fetch = ['logits', 'box_deltas', 'features'];
    return await this.#parts.roi.run(feeds, {
      from: { map: slot },
      fetch,
      ...(signal ? { signal } : {}),
    });
  }

  #toRegion(
    top: TopRegion,
    index: number,
    features: Float32Array,
    { placement }: PreparedImage,
  ): DetectedRegion {
    const name = ANATOMICAL_REGIONS[index];
    const width = this.config.regionFeatures;
    if (!top.detected || top.box === null || !this.#parts.trainedRegions.includes(name))
      return { name, detected: false, score: 0, box: null, features: new Float32Array(width) };
    return {
      name,
      detected: true,
      score: top.score,
      box: toSource(top.box, placement),
      features: features.slice(top.proposalIndex * width, (top.proposalIndex + 1) * width),
    };
  }
}

function checkBox(box: Box, { width, height }: GrayImage): void {
  const [x0, y0, x1, y1] = box;
  if (!(x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height && x1 > x0 && y1 > y0))
    throw new InvalidInputError(
      'box',
      `[x0, y0, x1, y1] inside 0, 0, ${width}, ${height} with x0 < x1 and y0 < y1`,
      box,
    );
}
