import { ModelLoadError } from '@cxrkit/core';
import { checkGraphSignature, type ModelFolder } from '@cxrkit/core/model';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import type { ClipEncoders, EncodeOptions, ImageEncoding } from './encoders.js';
import {
  type ClipPreprocessing,
  clipConfigSchema,
  clipPreprocessingSchema,
} from './network/config.js';
import { preprocess } from './preprocess.js';

/** Texts encoded in one run. */
const TEXTS_A_RUN = 64;

/**
 * Opens the encoders of a CXRKit model folder.
 *
 * @throws {@link ModelLoadError} if the manifest does not describe a CLIP model.
 */
export async function modelFolderEncoders(
  folder: ModelFolder,
  runtime: OnnxRuntime,
  signal?: AbortSignal,
): Promise<ClipEncoders> {
  const { manifest, path } = folder;
  const config = clipConfigSchema.safeParse(manifest.architecture);
  const preprocessing = clipPreprocessingSchema.safeParse(manifest.preprocessing);
  if (!config.success || !preprocessing.success)
    throw new ModelLoadError(
      path,
      `its manifest describes no CLIP model: ${config.error?.message ?? preprocessing.error?.message}`,
    );
  const tokenizer = await loadTokenizer(await folder.file(manifest.tokenizer ?? 'tokenizer'));
  const load = async (name: string, stop?: AbortSignal): Promise<OnnxSession> => {
    const file = await folder.graph(name);
    const session = await runtime.load(file, stop ? { signal: stop } : {});
    try {
      checkGraphSignature(file, manifest.graphs[name], session.inputs, session.outputs);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return session;
  };
  const image = await load('image', signal);
  // Text vectors of known labels are often cached: the graph is loaded when first needed.
  const text = lazily(() => load('text'));
  return {
    id: `${manifest.name}@${manifest.version}`,
    temperature: manifest.thresholds?.temperature,
    maxLength: config.data.text.maxLength,
    encodeImage: (picture, options) => encodeImage(image, picture, preprocessing.data, options),
    encodeTexts: textEncoder(text.get, tokenizer, config.data.text.maxLength),
    [Symbol.asyncDispose]: async () => {
      await image.dispose();
      await text.dispose();
    },
  };
}

/** A session that is loaded at the first call; a failed load is tried again at the next. */
function lazily(load: () => Promise<OnnxSession>): {
  readonly get: () => Promise<OnnxSession>;
  readonly dispose: () => Promise<void>;
} {
  let session: Promise<OnnxSession> | undefined;
  return {
    get: async () => {
      session ??= load();
      try {
        return await session;
      } catch (error) {
        session = undefined;
        throw error;
      }
    },
    dispose: async () => await (await session)?.dispose(),
  };
}

async function encodeImage(
  session: OnnxSession,
  picture: Parameters<ClipEncoders['encodeImage']>[0],
  preprocessing: ClipPreprocessing,
  { signal }: EncodeOptions = {},
): Promise<ImageEncoding> {
  const outputs = await session.run(
    { pixel_values: preprocess(picture, preprocessing) },
    signal ? { signal } : {},
  );
  return {
    embedding: outputs.embedding.data as Float32Array,
    features: outputs.features.data as Float32Array,
  };
}

function textEncoder(
  load: () => Promise<OnnxSession>,
  tokenizer: Tokenizer,
  maxLength: number,
): ClipEncoders['encodeTexts'] {
  return async (texts, { signal } = {}) => {
    const loaded = await load();
    const embeddings: Float32Array[] = [];
    const truncated: number[] = [];
    for (let start = 0; start < texts.length; start += TEXTS_A_RUN) {
      signal?.throwIfAborted();
      const part = texts.slice(start, start + TEXTS_A_RUN);
      const batch = tokenizer.encodeBatch(part, { maxLength });
      const { embedding } = await loaded.run(
        { input_ids: batch.ids, attention_mask: batch.mask },
        { fetch: ['embedding'], ...(signal && { signal }) },
      );
      const width = embedding.dims[1];
      const data = embedding.data as Float32Array;
      embeddings.push(...part.map((_, i) => data.slice(i * width, (i + 1) * width)));
      truncated.push(...batch.truncated.map((i) => i + start));
    }
    return { embeddings, truncated };
  };
}
