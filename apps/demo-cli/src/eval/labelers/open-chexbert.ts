import { int64, ModelLoadError, type Tensor } from '@cxrkit/core';
import { checkGraphSignature, type ModelFolder, openModelFolder } from '@cxrkit/core/model';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { CHEXBERT_HEADS, type ChexbertModel, chexbertLabeler } from '@cxrkit/eval';
import type { LabelerOptions, OpenLabeler } from './open-labeler.js';

/** Stage of the model folder, and name of its graph. */
const CHEXBERT = 'chexbert';

/**
 * Opens a CheXbert that the caller has: a model folder of stage `chexbert` with the graph `chexbert` (`input_ids`,
 * `attention_mask` and perhaps `token_type_ids`, `[B, T]`, to the logits of 14 heads), the tokenizer of
 * bert-base-uncased, and in `labels` the findings of the heads in the order of the graph's outputs.
 *
 * @throws {@link ModelLoadError} if the folder is missing, damaged or holds another model; {@link DownloadError}.
 */
export async function openChexbert(
  source: string,
  { device, threads, offline, signal, onProgress }: LabelerOptions,
): Promise<OpenLabeler> {
  const folder = await openModelFolder(source, { stage: CHEXBERT, offline, signal, onProgress });
  const outputs = outputsByHead(folder);
  const tokenizer = await openTokenizer(folder);
  const runtime = await openRuntime({ device, signal, ...(threads !== undefined && { threads }) });
  try {
    const run = runnerOf(await openGraph(folder, runtime, signal), outputs);
    const { name, version } = folder.manifest;
    const labeler = chexbertLabeler({
      ...{ name: `${name}@${version}`, run },
      encode: (text) => tokenizer.encode(text),
    });
    return { ...labeler, [Symbol.asyncDispose]: () => runtime.dispose() };
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

/** Names of the outputs in the order of {@link CHEXBERT_HEADS}. */
function outputsByHead({ path, manifest }: ModelFolder): readonly string[] {
  const { labels = [], graphs } = manifest;
  const { outputs = [] } = graphs[CHEXBERT] ?? {};
  const missing = CHEXBERT_HEADS.filter((finding) => !labels.includes(finding));
  if (missing.length > 0 || labels.length !== outputs.length)
    throw new ModelLoadError(
      path,
      `expected the ${CHEXBERT_HEADS.length} CheXpert findings in "labels" of its model.json, one an output of the graph "${CHEXBERT}", got ${labels.length} for ${outputs.length} outputs${missing.length > 0 ? ` without ${missing.join(', ')}` : ''}.`,
    );
  return CHEXBERT_HEADS.map((finding) => outputs[labels.indexOf(finding)].name);
}

async function openTokenizer({ path, manifest, file }: ModelFolder): Promise<Tokenizer> {
  const tokenizer = await loadTokenizer(await file(manifest.tokenizer ?? 'tokenizer'));
  const ends = tokenizer.encode('').length;
  if (ends !== 2)
    throw new ModelLoadError(
      path,
      `its tokenizer adds ${ends} tokens to a text, not [CLS] and [SEP]. Write the tokenizer.json with its post-processor.`,
    );
  return tokenizer;
}

async function openGraph(
  { manifest, graph }: ModelFolder,
  runtime: OnnxRuntime,
  signal: AbortSignal | undefined,
): Promise<OnnxSession> {
  const file = await graph(CHEXBERT);
  const session = await runtime.load(file, { signal });
  checkGraphSignature(file, manifest.graphs[CHEXBERT], session.inputs, session.outputs);
  const stranger = session.outputs.find(({ type }) => type !== 'float32');
  if (stranger !== undefined)
    throw new ModelLoadError(
      file,
      `expected logits in float32, got ${stranger.type} for "${stranger.name}".`,
    );
  return session;
}

function runnerOf(session: OnnxSession, outputs: readonly string[]): ChexbertModel['run'] {
  return async (ids) => {
    const row = (values: readonly number[]): Tensor => int64(values, [1, ids.length]);
    const all: Readonly<Record<string, Tensor>> = {
      input_ids: row(ids),
      attention_mask: row(ids.map(() => 1)),
      token_type_ids: row(ids.map(() => 0)),
    };
    const taken = session.inputs.filter(({ name }) => name in all);
    const logits = await session.run(
      Object.fromEntries(taken.map(({ name }) => [name, all[name]])),
    );
    return outputs.map((name) => Float32Array.from(logits[name].data, Number));
  };
}
