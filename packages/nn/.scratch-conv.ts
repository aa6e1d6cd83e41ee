import { Graph, convolution, emit, matmul, reshape, transpose, transposeLast, reduceSum, concat, slice, pad, mul, int64List, type Value } from '@cxrkit/nn';
import { convolutionRules } from '/work/main/packages/nn/src/train/gradients/convolution.ts';
import { bench, type Impl } from './.scratch-bench.ts';
type Spec = { n: number; c: number; h: number; k: number; ks: number; stride: number; groups: number };
const specs: [string, Spec][] = [
  ['16x32x64x64 k3 64', { n: 16, c: 32, h: 64, k: 64, ks: 3, stride: 1, groups: 1 }],
  ['16x128x16x16 k3 128', { n: 16, c: 128, h: 16, k: 128, ks: 3, stride: 1, groups: 1 }],
  ['16x256x8x8 k3 256', { n: 16, c: 256, h: 8, k: 256, ks: 3, stride: 1, groups: 1 }],
  ['16x64x32x32 k3 128 s2', { n: 16, c: 64, h: 32, k: 128, ks: 3, stride: 2, groups: 1 }],
  ['16x256x16x16 k1 64', { n: 16, c: 256, h: 16, k: 64, ks: 1, stride: 1, groups: 1 }],
  ['16x64x32x32 k1 128 s2', { n: 16, c: 64, h: 32, k: 128, ks: 1, stride: 2, groups: 1 }],
  ['16x96x28x28 k3 depthwise', { n: 16, c: 96, h: 28, k: 96, ks: 3, stride: 1, groups: 96 }],
  ['16x96x28x28 k3 depthwise s2', { n: 16, c: 96, h: 28, k: 96, ks: 3, stride: 2, groups: 96 }],
  ['8x1x128x128 k7 32 s2 stem', { n: 8, c: 1, h: 128, k: 32, ks: 7, stride: 2, groups: 1 }],
];
const only = process.argv[2];
for (const [title, s] of specs) {
  if (only && !title.includes(only)) continue;
  const p = (s.ks - 1) >> 1;
  const inputs = (g: Graph) => {
    const x = g.input('x', 'float32', [s.n, s.c, s.h, s.h]);
    const w = g.input('w', 'float32', [s.k, s.c / s.groups, s.ks, s.ks]);
    const y = convolution(x, w, undefined, { stride: s.stride, padding: p, groups: s.groups });
    const d = g.input('d', 'float32', y.dims);
    return { x, w, y, d, node: g.nodes.at(-1)!, o: y.dims[2] as number };
  };
  const rule = (g: Graph, i: number): Value[] => { const { node, d } = inputs(g); return [convolutionRules.Conv(node, d, (k) => k === i)[i]!]; };
  const windows = (x: Value, o: number) => {
    const padded = p ? pad(x, [0, 0, p, p], [0, 0, p, p]) : x;
    return Array.from({ length: s.ks ** 2 }, (_, i) => { const a = Math.floor(i / s.ks), b = i % s.ks; const end = (st: number) => st + (o - 1) * s.stride + 1;
      return s.ks===1&&s.stride===1? padded : slice(padded, [{ axis: 2, start: a, end: end(a), step: s.stride }, { axis: 3, start: b, end: end(b), step: s.stride }]); });
  };
  await bench(`${title}: forward`, [['Conv', (g) => [inputs(g).y]]]);
  const gemm = (g: Graph) => {
    const { x, d, o } = inputs(g); const P = s.n * o * o;
    const xt = transpose(x, [1, 0, 2, 3]); // [C,N,H,W]
    const cols = windows(xt, o).map((v) => reshape(v, [s.c, P])) as [Value, ...Value[]];
    const A = cols.length > 1 ? concat(cols, 0) : cols[0]; // [kk*C, P]
    const D = reshape(transpose(d, [1, 0, 2, 3]), [s.k, P]);
    const dw = emit('Gemm', [D, A], [s.k, s.ks ** 2 * s.c], { transB: 1 });
    return [reshape(transpose(reshape(dw, [s.k, s.ks ** 2, s.c]), [0, 2, 1]), [s.k, s.c, s.ks, s.ks])];
  };
  const perWindow = (g: Graph) => {
    const { x, d, o } = inputs(g); const P = o * o;
    const D = reshape(d, [s.n, s.k, P]);
    const parts = windows(x, o).map((v) => reshape(reduceSum(matmul(D, transposeLast(reshape(v, [s.n, s.c, P]))), { axes: [0] }), [s.k, s.c, 1])) as [Value, ...Value[]];
    return [reshape(parts.length > 1 ? concat(parts, 2) : parts[0], [s.k, s.c, s.ks, s.ks])];
  };
  const batchedDT = (g: Graph) => { // D [N,K,P] x unfolded^T
    const { x, d, o } = inputs(g); const P = o * o;
    const cols = windows(x, o).map((v) => reshape(v, [s.n, s.c, P])) as [Value, ...Value[]];
    const A = cols.length > 1 ? concat(cols, 1) : cols[0];
    const sum = reduceSum(matmul(reshape(d, [s.n, s.k, P]), transposeLast(A)), { axes: [0] });
    return [reshape(transpose(reshape(sum, [s.k, s.ks ** 2, s.c]), [0, 2, 1]), [s.k, s.c, s.ks, s.ks])];
  };
  const dilated = (g: Graph) => { // Conv of x^T [C,N,H,W] with d^T [K,N,o,o], dilation=stride
    const { x, d, o } = inputs(g);
    const need = s.ks; // output size
    const full = s.h + 2 * p - ((o - 1) * s.stride + 1) + 1;
    const y = emit('Conv', [transpose(x, [1, 0, 2, 3]), transpose(d, [1, 0, 2, 3])], [s.c, s.k, full, full], { kernel_shape: [o, o], pads: [p, p, p, p], dilations: [s.stride, s.stride] });
    const cut = full > need ? slice(y, [{ axis: 2, start: 0, end: need }, { axis: 3, start: 0, end: need }]) : y;
    return [transpose(cut, [1, 0, 2, 3])];
  };
  const dilatedDepth = (g: Graph) => { // reshape [1,N*C,..] grouped conv N*C, then sum over N
    const { x, d, o } = inputs(g);
    const full = s.h + 2 * p - ((o - 1) * s.stride + 1) + 1;
    const y = emit('Conv', [reshape(x, [1, s.n * s.c, s.h, s.h]), reshape(d, [s.n * s.c, 1, o, o])], [1, s.n * s.c, full, full], { kernel_shape: [o, o], pads: [p, p, p, p], dilations: [s.stride, s.stride], group: s.n * s.c });
    const cut = full > s.ks ? slice(y, [{ axis: 2, start: 0, end: s.ks }, { axis: 3, start: 0, end: s.ks }]) : y;
    return [reshape(reduceSum(reshape(cut, [s.n, s.c, s.ks * s.ks]), { axes: [0] }), [s.c, 1, s.ks, s.ks])];
  };
  const dwImpls: Impl[] = s.groups === 1
    ? [['dW current rule', (g) => rule(g, 1)], ['dW batched d x unfolded^T', batchedDT], ['dW one Gemm [C,N*P]', gemm], ['dW product per kernel element', perWindow], ['dW Conv dilated kernel', dilated]]
    : [['dW current rule', (g) => rule(g, 1)], ['dW grouped Conv, image by image', dilatedDepth]];
  await bench(`${title}: dW`, dwImpls, 9);
  const swap = (g: Graph, w: Value) => {
    const wt = s.groups === 1 ? transpose(w, [1, 0, 2, 3]) : w;
    if (s.ks === 1) return wt;
    const a = wt.dims[0] as number, b = wt.dims[1] as number;
    const rev = g.constant({ type: 'int64', dims: [s.ks ** 2], data: BigInt64Array.from({ length: s.ks ** 2 }, (_, i) => BigInt(s.ks ** 2 - 1 - i)) });
    const flat = reshape(wt, [a, b, s.ks ** 2]);
    return reshape(emit('Gather', [flat, rev], flat.dims, { axis: 2 }), [a, b, s.ks, s.ks]);
  };
  const transposeConv = (g: Graph) => {
    const { x, w, d, o } = inputs(g); const left = s.h - ((o - 1) * s.stride - 2 * p + s.ks);
    return [emit('ConvTranspose', [d, w], x.dims, { kernel_shape: [s.ks, s.ks], strides: [s.stride, s.stride], pads: [p, p, p, p], group: s.groups, output_padding: [left, left] })];
  };
  const dilate = (d: Value, o: number): Value => { // zero-insertion
    if (s.stride === 1) return d;
    const ch = d.dims[1] as number;
    const e = reshape(d, [s.n, ch, o, 1, o, 1]);
    const pd = emit('Pad', [e, int64List(d, [0, 0, 0, 0, 0, 0, 0, 0, 0, s.stride - 1, 0, s.stride - 1])], [s.n, ch, o, s.stride, o, s.stride]);
    return reshape(pd, [s.n, ch, o * s.stride, o * s.stride]);
  };
  const zeroInsert = (g: Graph) => {
    const { x, w, d, o } = inputs(g);
    const size = o * s.stride; // dilated size incl trailing zeros
    const before = s.ks - 1 - p; const after = s.h - size + s.ks - 1 - before;
    return [emit('Conv', [dilate(d, o), swap(g, w)], x.dims, { kernel_shape: [s.ks, s.ks], pads: [before, before, after, after], group: s.groups })];
  };
  const colsForm = (g: Graph) => { // 1x1 strided: matmul/conv small then zero-insert
    const { x, w, d, o } = inputs(g);
    const small = emit('Conv', [d, transpose(w, [1, 0, 2, 3])], [s.n, s.c, o, o], { kernel_shape: [1, 1] });
    const up = dilate(small, o);
    const dims = up.dims[2] as number;
    return [dims === s.h ? up : dims > s.h ? slice(up, [{ axis: 2, start: 0, end: s.h }, { axis: 3, start: 0, end: s.h }]) : pad(up, [0, 0, 0, 0], [0, 0, s.h - dims, s.h - dims])];
  };
  const dx: Impl[] = [['dX current rule', (g) => rule(g, 0)], ['dX ConvTranspose', transposeConv], ['dX Conv turned (+ zero-insertion)', zeroInsert]];
  if (s.ks === 1 && s.stride > 1) dx.push(['dX Conv then zero-insertion', colsForm]);
  await bench(`${title}: dX`, dx, 9);
}
