import { elementCount } from '@cxrkit/core';
import { type Kernel, numberAttribute } from './kernel.js';
import { broadcastOffsets, broadcastShape, type NdArray, ndArray } from './nd-array.js';

function product(a: NdArray, b: NdArray): NdArray {
  const [m, k] = a.dims.slice(-2);
  const n = b.dims[b.dims.length - 1];
  if (b.dims[b.dims.length - 2] !== k) throw new RangeError(`[${a.dims}] x [${b.dims}]`);
  const [leadA, leadB] = [a, b].map((x) => x.dims.slice(0, -2));
  const lead = broadcastShape(leadA, leadB);
  const [batchA, batchB] = [leadA, leadB].map((dims) => broadcastOffsets(dims, lead));
  const result = ndArray([...lead, m, n]);
  for (let batch = 0; batch < elementCount(lead); batch++)
    for (let row = 0; row < m; row++)
      for (let inner = 0; inner < k; inner++) {
        const left = a.data[(batchA[batch] * m + row) * k + inner];
        for (let column = 0; column < n; column++)
          result.data[(batch * m + row) * n + column] +=
            left * b.data[(batchB[batch] * k + inner) * n + column];
      }
  return result;
}

function transposed({ dims: [rows, columns], data }: NdArray): NdArray {
  return ndArray(
    [columns, rows],
    data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]),
  );
}

/** Gemm as we emit it: no third operand, alpha 1. */
const gemm: Kernel = ([a, b], node) => [
  product(
    numberAttribute(node, 'transA', 0) ? transposed(a) : a,
    numberAttribute(node, 'transB', 0) ? transposed(b) : b,
  ),
];

export const linearAlgebraKernels: Readonly<Record<string, Kernel>> = {
  MatMul: ([a, b]) => [product(a, b)],
  Gemm: gemm,
};
