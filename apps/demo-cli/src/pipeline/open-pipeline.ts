import { loadClipClassifier } from '@cxrkit/clip-classifier';
import { CHEXPERT_FINDINGS, type TaskOptions } from '@cxrkit/core';
import type { HubOptions } from '@cxrkit/core/model';
import { type Device, type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { loadDetector } from '@cxrkit/detector';
import { loadReportGenerator } from '@cxrkit/report-gen';
import { STAGES, type Stage } from '../result/analysis.js';
import type { ModelSources } from './model-sources.js';
import { type OpenedModel, openStage } from './open-stage.js';
import { Pipeline } from './pipeline.js';

/** What {@link openPipeline} takes. */
export interface OpenPipelineOptions
  extends TaskOptions,
    Pick<HubOptions, 'cacheDir' | 'offline' | 'accessToken'> {
  /** @defaultValue the small models of `@cxrkit/models-mini` */
  readonly models?: ModelSources | undefined;
  /** Stages to load; `report-gen` needs `detector`. @defaultValue all three */
  readonly stages?: readonly Stage[] | undefined;
  /** @defaultValue 'auto' */
  readonly device?: Device | undefined;
  /** Threads of one running operator. @defaultValue the cores this process may use */
  readonly threads?: number | undefined;
}

/**
 * Loads the stages into one worker.
 *
 * @throws {@link ModelLoadError} if a model is missing, damaged or of another stage; {@link DownloadError};
 *   {@link DeviceError} if the device cannot start; the signal's reason.
 *
 * @example
 * ```ts
 * await using pipeline = await openPipeline();
 * const { report, classification } = await pipeline.analyze('chest.png');
 * ```
 */
export async function openPipeline(options: OpenPipelineOptions = {}): Promise<Pipeline> {
  const { stages = STAGES, device, threads, signal } = options;
  const models: OpenedModel[] = [];
  for (const stage of stages) models.push(await openStage(stage, options));
  const runtime = await openRuntime({
    signal,
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
  });
  try {
    return await loadStages(models, runtime, options);
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

async function loadStages(
  models: readonly OpenedModel[],
  runtime: OnnxRuntime,
  { signal, onProgress }: OpenPipelineOptions,
): Promise<Pipeline> {
  type Loader<T> = (options: {
    readonly model: string;
    readonly runtime: OnnxRuntime;
    readonly signal?: AbortSignal;
  }) => Promise<T>;
  const load = async <T>(stage: Stage, loader: Loader<T>): Promise<T | undefined> => {
    const index = models.findIndex((model) => model.stage === stage);
    if (index < 0) return undefined;
    const part = await loader({ model: models[index].path, runtime, ...(signal && { signal }) });
    const [completed, total] = [index + 1, models.length];
    onProgress?.({ phase: 'load', completed, total, unit: 'files', subject: stage });
    return part;
  };
  const infos = models.map(({ stage, info }) => [stage, info] as const);
  const labels = models.find(({ stage }) => stage === 'clip-classifier')?.labels;
  return Pipeline.of({
    runtime,
    model: { device: runtime.device, ...Object.fromEntries(infos) },
    detector: await load('detector', loadDetector),
    generator: await load('report-gen', loadReportGenerator),
    classifier: await load('clip-classifier', loadClipClassifier),
    labels: labels ?? CHEXPERT_FINDINGS,
  });
}
