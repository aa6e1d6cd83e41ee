import { ModelLoadError, type RegionDetector } from '@cxrkit/core';
import {
  checkGraphSignature,
  type ModelFolder,
  type OpenModelOptions,
  openModelFolder,
} from '@cxrkit/core/model';
import { type Device, type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { likeliestTokensGraph, serializeGraph } from '@cxrkit/nn';
import { lexicalSimilarity } from './assembly/lexical-similarity.js';
import type { SentenceSimilarity } from './assembly/sentence-similarity.js';
import { parseConfig, type ReportGeneratorConfig } from './network/config.js';
import { cacheNames, GRAPH_NAMES, type GraphName } from './network/graphs.js';
import { ReportGenerator } from './report-generator.js';
import { STAGE } from './stage.js';

/** What {@link loadReportGenerator} takes; options of the hub matter to `hf:` models only. */
export interface LoadReportGeneratorOptions extends Omit<OpenModelOptions, 'stage'> {
  /** Path, `npm:package/model` or `hf:owner/name` of a model folder of stage `report-gen`. */
  readonly model: string;
  /** Finds the regions when a picture is given. */
  readonly detector?: RegionDetector | undefined;
  /** Finds sentences that say the same. @defaultValue {@link lexicalSimilarity} */
  readonly similarity?: SentenceSimilarity | undefined;
  /** Where the graphs run; it stays the caller's to dispose. @defaultValue one of its own */
  readonly runtime?: OnnxRuntime | undefined;
  /** Of an own runtime. @defaultValue 'auto' */
  readonly device?: Device | undefined;
  /** Of an own runtime. @defaultValue the cores this process may use */
  readonly threads?: number | undefined;
}

/**
 * Loads a report generator.
 *
 * @throws {@link ModelLoadError} if the folder is missing, damaged, of another stage or of an invalid configuration;
 *   {@link DeviceError} if the device cannot start; the signal's reason.
 */
export async function loadReportGenerator(
  options: LoadReportGeneratorOptions,
): Promise<ReportGenerator> {
  const { model, detector, similarity = lexicalSimilarity, signal } = options;
  const folder = await openModelFolder(model, { ...options, stage: STAGE });
  const config = readConfig(folder);
  const tokenizer = await readTokenizer(folder, config);
  const ownsRuntime = options.runtime === undefined;
  const runtime = options.runtime ?? (await openOwnRuntime(options));
  try {
    const { classifiers, image_kv, lm_step, likeliest } = await loadGraphs(
      folder,
      runtime,
      config,
      options,
    );
    signal?.throwIfAborted();
    return ReportGenerator.of({
      manifest: folder.manifest,
      config,
      tokenizer,
      classifiers,
      sessions: { runtime, start: image_kv, step: lm_step, likeliest },
      detector,
      similarity,
      ownsRuntime,
    });
  } catch (error) {
    if (ownsRuntime) await runtime.dispose();
    throw error;
  }
}

function readConfig({ path, manifest }: ModelFolder): ReportGeneratorConfig {
  const { selection, abnormality } = manifest.thresholds ?? {};
  const value = {
    ...manifest.architecture,
    // The manifest's own thresholds may be tuned after training.
    ...(selection !== undefined && { selectionThreshold: selection }),
    ...(abnormality !== undefined && { abnormalityThreshold: abnormality }),
  };
  const refuse = (problem: string): Error =>
    new ModelLoadError(path, `its architecture is not valid: ${problem}.`);
  return parseConfig(value, refuse);
}

async function readTokenizer(
  folder: ModelFolder,
  config: ReportGeneratorConfig,
): Promise<Tokenizer> {
  const { path, manifest } = folder;
  if (manifest.tokenizer === undefined)
    throw new ModelLoadError(path, 'expected a tokenizer, its model.json names none.');
  const tokenizer = await loadTokenizer(await folder.file(manifest.tokenizer));
  if (tokenizer.vocabularySize > config.vocabulary)
    throw new ModelLoadError(
      path,
      `its tokenizer has ${tokenizer.vocabularySize} tokens, expected at most the model's ${config.vocabulary}. They do not belong together.`,
    );
  return tokenizer;
}

async function openOwnRuntime({
  device,
  threads,
  signal,
}: LoadReportGeneratorOptions): Promise<OnnxRuntime> {
  return await openRuntime({
    signal,
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
  });
}

/** A graph of the folder, or the one that finds the likeliest tokens. */
type LoadedName = GraphName | 'likeliest';

/** Weights of a decoder step below which a second core only costs time. */
const SMALL_STEP = 8e6;

/** @returns Cores for the decoder's graphs; `undefined` = all of the runtime. */
function stepThreads({ layers, width, vocabulary }: ReportGeneratorConfig): number | undefined {
  return 12 * layers * width ** 2 + vocabulary * width < SMALL_STEP ? 1 : undefined;
}

async function loadGraphs(
  folder: ModelFolder,
  runtime: OnnxRuntime,
  config: ReportGeneratorConfig,
  { signal, onProgress }: LoadReportGeneratorOptions,
): Promise<Record<LoadedName, OnnxSession>> {
  const caches = (side: 'past' | 'present'): string[] =>
    Array.from({ length: config.layers }, (_, i) => Object.values(cacheNames(side, i))).flat();
  const resident: Record<GraphName, readonly string[]> = {
    classifiers: [],
    image_kv: caches('past'),
    lm_step: caches('present'),
  };
  const threads = stepThreads(config);
  const sessions: [LoadedName, OnnxSession][] = [];
  try {
    for (const name of GRAPH_NAMES) {
      const path = await folder.graph(name);
      const load = { signal, residentOutputs: resident[name], threads };
      const session = await runtime.load(path, load);
      sessions.push([name, session]);
      checkGraphSignature(path, folder.manifest.graphs[name], session.inputs, session.outputs);
      const [completed, total] = [sessions.length, GRAPH_NAMES.length];
      onProgress?.({ phase: 'load', completed, total, unit: 'files', subject: name });
    }
    const { bytes } = serializeGraph(likeliestTokensGraph());
    sessions.push(['likeliest', await runtime.load(bytes, { signal, threads })]);
  } catch (error) {
    for (const [, session] of sessions) await session.dispose();
    throw error;
  }
  return Object.fromEntries(sessions) as Record<LoadedName, OnnxSession>;
}
