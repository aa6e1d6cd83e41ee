import type { TensorSignature } from '../manifest.js';
import type { ModelFolderContents } from '../write-model-folder.js';

/** Input or output of {@link reluGraph}: `[B, 4]` float32. */
export function reluTensor(name: string): TensorSignature {
  return { name, type: 'float32', dims: ['B', 4] };
}

/** Encodes a real ONNX graph `y = Relu(x)`, field numbers from onnx.proto3 (opset 18, IR version 8). */
export function reluGraph(output = 'y'): Uint8Array {
  const node = [...field(1, text('x')), ...field(2, text(output)), ...field(4, text('Relu'))];
  const graph = [
    ...field(1, node),
    ...field(2, text('g')),
    ...field(11, valueInfo('x')),
    ...field(12, valueInfo(output)),
  ];
  const opset = [...varint(2, 18)];
  return Uint8Array.from([...varint(1, 8), ...field(7, graph), ...field(8, opset)]);
}

/** A small valid model; `weights` are bytes of its external data file, if given. */
export function sampleContents(stage = 'detector', weights?: Uint8Array): ModelFolderContents {
  return {
    manifest: {
      name: 'sample',
      version: '1.2.0',
      stage,
      architecture: { side: 64 },
      preprocessing: { mean: 0.5 },
      labels: ['Pneumonia'],
      thresholds: { Pneumonia: 0.4 },
      tokenizer: 'tokenizer',
      licence: {
        weights: 'CC-BY-4.0',
        data: [
          {
            name: 'Some | set',
            licence: 'CC0-1.0',
            attribution: 'A. Uthor, 2020',
            url: 'https://example.org/set',
          },
        ],
      },
      provenance: {
        command: 'cxr train detector --seed 7',
        date: '2026-01-31',
        seed: 7,
        trainingData: ['Some | set'],
        wallTimeSeconds: 5400,
      },
      scores: [
        {
          metric: 'mean IoU',
          value: 0.87654,
          ci95: [0.86, 0.89],
          n: 200,
          split: 'val',
          dataset: 'Some set',
          command: 'cxr evaluate detector',
        },
      ],
      card: { summary: 'Finds lungs.', limits: ['Lateral pictures are not understood.'] },
      intendedUse: 'Research.',
      notAMedicalDevice: true,
    },
    graphs: {
      relu: {
        bytes: reluGraph(),
        inputs: [reluTensor('x')],
        outputs: [reluTensor('y')],
        ...(weights && { externalData: [{ file: 'relu.onnx.data', bytes: weights }] }),
      },
      other: { bytes: reluGraph('z'), inputs: [reluTensor('x')], outputs: [reluTensor('z')] },
    },
    files: { tokenizer: { file: 'text/tokenizer.json', bytes: Buffer.from('{"model":{}}') } },
  };
}

function valueInfo(name: string): number[] {
  const dims = [...field(1, field(2, text('B'))), ...field(1, varint(1, 4))];
  const tensor = [...varint(1, 1), ...field(2, dims)];
  return [...field(1, text(name)), ...field(2, field(1, tensor))];
}

function field(number: number, bytes: readonly number[]): number[] {
  return [(number << 3) | 2, bytes.length, ...bytes];
}

function varint(number: number, value: number): number[] {
  return [number << 3, value];
}

function text(value: string): number[] {
  return [...Buffer.from(value)];
}
