import { createRandom, type LabelledImage, type TaskOptions } from '@cxrkit/core';
import type { Autoencoder } from '../../conditioning/autoencoder.js';
import { findingStates } from '../../conditioning/finding-states.js';
import type { FrozenEncoders } from '../../conditioning/frozen-encoders.js';
import { type FindingStates, formatFindings, promptOf } from '../../prompt/index.js';
import { cachedRows, pictureKey } from '../cache/cached-rows.js';
import { type LatentTable, latentTable } from '../cache/latents.js';
import { readScene } from '../shared/read-scene.js';
import type { VisionRules } from './vision-rules.js';

/** What a denoiser learns from, computed once. */
export interface VisionTable {
  readonly latents: LatentTable;
  /** Rows of `texts`: the ways in which each picture is prompted. */
  readonly prompts: readonly (readonly number[])[];
  /** Encoded prompts; row 0 is the empty one. */
  readonly texts: readonly Float32Array[];
  /** Encoded pictures; those of the train split are taken as references. */
  readonly references: readonly Float32Array[];
  /** Pictures of the train split with the same labels, in their order, the picture itself among them. */
  readonly sameLabels: readonly (readonly number[])[];
}

/** What {@link visionTable} takes. */
export interface VisionTableOptions extends TaskOptions {
  readonly items: readonly LabelledImage[];
  readonly autoencoder: Autoencoder;
  readonly encoders: FrozenEncoders;
  /** Names what the texts depend on beside the encoders. */
  readonly textKey: string;
  readonly cacheFolder: string;
  readonly rules: Pick<VisionRules, 'negatives' | 'reference'>;
  readonly seed: number;
}

/** Ways in which a picture is prompted where negatives are left out by chance. */
const WORDINGS = 4;
/** Chance that a negative finding is spoken of. */
const NEGATIVE_RATE = 0.25;

/** Encodes pictures, prompts and references, or reads them from the cache. */
export async function visionTable(options: VisionTableOptions): Promise<VisionTable> {
  const { items, autoencoder, encoders, cacheFolder, rules, seed, signal, onProgress } = options;
  const task = { signal, ...(onProgress && { onProgress }) };
  const latents = await latentTable(items, autoencoder, cacheFolder, task);
  const states = items.map(({ findings }) => findingStates(findings));
  const wordings = states.map((state, row) => wordingsOf(state, rules.negatives, [seed, row]));
  const known = [...new Set(['', ...wordings.flat()])];
  const places = new Map(known.map((prompt, place) => [prompt, place]));
  const { text } = await cachedRows({
    ...{ ...task, folder: cacheFolder, subject: 'prompts', unit: 'steps', items: known },
    model: `${encoders.origin.sha256} ${options.textKey}`,
    keyOf: (prompt) => prompt,
    compute: async (prompt) => ({ text: await encoders.encodePrompt(prompt, task) }),
  });
  const { reference = [] } =
    rules.reference === 'none' ? {} : await encodeReferences(options, items, task);
  const sameLabels = groupByLabels(items, states);
  const prompts = wordings.map((list) => list.map((prompt) => places.get(prompt) ?? 0));
  return { latents, prompts, texts: text, references: reference, sameLabels };
}

function encodeReferences(
  { encoders, cacheFolder }: VisionTableOptions,
  items: readonly LabelledImage[],
  task: TaskOptions,
): ReturnType<typeof cachedRows> {
  return cachedRows({
    ...{
      ...task,
      folder: cacheFolder,
      subject: 'references',
      unit: 'images',
      items,
      keyOf: pictureKey,
    },
    model: encoders.origin.sha256,
    compute: async (item) => ({
      reference: await encoders.encodePicture(await readScene(item), task),
    }),
  });
}

/** The prompts of a picture: all that is known; or what is positive, alone and with some of the negatives. */
function wordingsOf(
  states: FindingStates,
  negatives: VisionRules['negatives'],
  [seed, row]: readonly [number, number],
): string[] {
  if (negatives === 'all') return [promptOf(states)];
  const random = createRandom(seed, 0x3a7, row);
  const some = (rate: number): string =>
    promptOf(
      Object.fromEntries(
        Object.entries(states).filter(
          ([, state]) => state !== 'negative' || random.uniform() < rate,
        ),
      ),
    );
  return Array.from({ length: WORDINGS }, (_, i) => some(i === 0 ? 0 : NEGATIVE_RATE));
}

function groupByLabels(
  items: readonly LabelledImage[],
  states: readonly FindingStates[],
): (readonly number[])[] {
  const groups = new Map<string, number[]>();
  const keys = states.map(formatFindings);
  for (const [row, key] of keys.entries()) {
    if (items[row].split !== 'train') continue;
    const group = groups.get(key) ?? [];
    group.push(row);
    groups.set(key, group);
  }
  return keys.map((key) => groups.get(key) ?? []);
}
