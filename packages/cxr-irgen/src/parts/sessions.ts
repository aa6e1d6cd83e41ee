import { DisposedError, InvalidInputError } from '@cxrkit/core';
import { checkGraphSignature, type ModelFolder } from '@cxrkit/core/model';
import type { LoadOptions, OnnxRuntime, OnnxSession, WeightsInMemory } from '@cxrkit/core/onnx';
import { type Graph, likeliestTokensGraph, serializeGraph } from '@cxrkit/nn';
import { bartCacheNames } from '../network/index.js';
import type { PartSet } from './part-set.js';

/** Names of the graphs that inference runs, by part. */
export type GraphName =
  | 'text'
  | 'image'
  | 'vae-encoder'
  | 'vae-decoder'
  | 'denoiser'
  | 'typical'
  | 'prior'
  | 'memory'
  | 'step'
  | 'likeliest';

interface FolderGraph {
  readonly folder: ModelFolder;
  /** Name in its folder. */
  readonly graph: string;
  readonly load?: LoadOptions;
}

/** A graph without weights, in no folder. */
interface BuiltGraph {
  readonly build: () => Graph;
  readonly load?: LoadOptions;
}

type GraphSource = FolderGraph | BuiltGraph;

/** Graphs that each image or report needs; the others are loaded when first asked for. */
const AT_ONCE: readonly GraphName[] = [
  'text',
  'denoiser',
  'vae-decoder',
  'prior',
  'memory',
  'step',
];

/** Weights of a decoder step below which a second core only costs time. */
const SMALL_STEP = 8e6;

/** The graphs of a set in one runtime; each is verified, and loaded once. */
export class SetSessions implements AsyncDisposable {
  readonly runtime: OnnxRuntime;
  readonly #sources: ReadonlyMap<GraphName, GraphSource>;
  readonly #sessions = new Map<GraphName, Promise<OnnxSession>>();
  #isDisposed = false;

  /** `weights`: how those of the denoiser lie in memory; by default as stored where they have a file of their own. */
  constructor(set: PartSet, runtime: OnnxRuntime, weights?: WeightsInMemory) {
    this.runtime = runtime;
    this.#sources = graphSources(set, weights);
  }

  /** Verifies every graph and loads those that are always needed; `onLoaded` counts them. */
  async loadAtOnce(
    onLoaded: (name: GraphName, completed: number, total: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (const source of this.#sources.values()) {
      signal?.throwIfAborted();
      if ('folder' in source) await source.folder.graph(source.graph);
    }
    const names = AT_ONCE.filter((name) => this.#sources.has(name));
    for (const [i, name] of names.entries()) {
      signal?.throwIfAborted();
      await this.get(name);
      onLoaded(name, i + 1, names.length);
    }
  }

  /** Whether the set has a graph; some are optional. */
  has(name: GraphName): boolean {
    return this.#sources.has(name);
  }

  /**
   * @returns The session of a graph; one that failed to load is tried again.
   * @throws {@link DisposedError}.
   */
  async get(name: GraphName): Promise<OnnxSession> {
    if (this.#isDisposed) throw new DisposedError('The set of models');
    const known = this.#sessions.get(name) ?? this.#load(name);
    this.#sessions.set(name, known);
    try {
      return await known;
    } catch (error) {
      this.#sessions.delete(name);
      throw error;
    }
  }

  /** Frees the graphs; the runtime stays. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const loaded = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of loaded) await (await session.catch(() => undefined))?.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #load(name: GraphName): Promise<OnnxSession> {
    const source = this.#sources.get(name);
    if (source === undefined) throw new InvalidInputError('graph', 'one of the loaded parts', name);
    const { load = {} } = source;
    if ('build' in source)
      return await this.runtime.load(serializeGraph(source.build()).bytes, load);
    const { folder, graph } = source;
    const path = await folder.graph(graph);
    const session = await this.runtime.load(path, load);
    try {
      checkGraphSignature(path, folder.manifest.graphs[graph], session.inputs, session.outputs);
      return session;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }
}

function graphSources(
  { encoders, vae, vision, reports }: PartSet,
  asked: WeightsInMemory | undefined,
): Map<GraphName, GraphSource> {
  const isLarge = vision.folder.manifest.graphs.denoiser?.externalData !== undefined;
  const weights = asked ?? (isLarge ? 'as-stored' : 'unpacked');
  const sources = new Map<GraphName, GraphSource>([
    ['text', { folder: encoders.folder, graph: 'text', load: { threads: 1 } }],
    ['image', { folder: encoders.folder, graph: 'image' }],
    ['vae-encoder', { folder: vae.folder, graph: 'encoder' }],
    ['vae-decoder', { folder: vae.folder, graph: 'decoder' }],
    ['denoiser', { folder: vision.folder, graph: 'denoiser', load: { weights } }],
  ]);
  if ('typical' in vision.folder.manifest.graphs)
    sources.set('typical', { folder: vision.folder, graph: 'typical', load: { threads: 1 } });
  if (reports === undefined) return sources;
  const { language, prior } = reports;
  const { vocabulary, width, mlp, decoderLayers } = language.architecture;
  const stepWeights = decoderLayers * (5 * width ** 2 + 2 * width * mlp) + vocabulary * width;
  const threads = stepWeights < SMALL_STEP ? 1 : undefined;
  const resident = (side: 'past' | 'present'): string[] =>
    bartCacheNames(side, language.architecture);
  const { folder } = language;
  return sources
    .set('prior', { folder: prior.folder, graph: 'prior' })
    .set('memory', {
      ...{ folder, graph: 'bart_memory' },
      load: { threads, residentOutputs: resident('past') },
    })
    .set('step', {
      ...{ folder, graph: 'bart_step' },
      load: { threads, residentOutputs: resident('present') },
    })
    .set('likeliest', { build: likeliestTokensGraph, load: { threads } });
}
