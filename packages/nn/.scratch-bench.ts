import * as ort from 'onnxruntime-node';
import { Graph, serializeGraph, type Value } from '@cxrkit/nn';
export type Impl = [name: string, build: (g: Graph) => Value[]];
export async function bench(title: string, impls: Impl[], rounds = 15, threads = Number(process.env.THREADS ?? 1)) {
  const runs = [] as { name: string; s: ort.InferenceSession; feeds: any; ts: number[]; out?: any }[];
  for (const [name, build] of impls) {
    try {
    const g = new Graph('training');
    const outs = build(g);
    outs.forEach((v, i) => g.output('o' + i, v));
    const s = await ort.InferenceSession.create(serializeGraph(g).bytes, { intraOpNumThreads: threads, logSeverityLevel: 3 });
    const feeds: any = {};
    for (const n of s.inputNames) {
      const v = g.inputs.get(n)!; const dims = v.dims as number[]; const size = dims.reduce((a, b) => a * b, 1);
      let seed = 1; const rnd = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 1073741824 - 1);
      feeds[n] = v.type === 'int64' ? new ort.Tensor('int64', BigInt64Array.from({ length: size }, () => BigInt(Math.floor((rnd() + 1) * 1e6) % Number((v as any).bound ?? 8))), dims)
        : new ort.Tensor('float32', Float32Array.from({ length: size }, rnd), dims);
    }
    const out = await s.run(feeds);
    runs.push({ name, s, feeds, ts: [], out });
    } catch (e) { console.log('  FAILED', name, String(e).slice(0, 200)); }
  }
  for (let r = 0; r < rounds; r++) for (const run of runs) { const a = process.cpuUsage(); await run.s.run(run.feeds); const b = process.cpuUsage(a); run.ts.push((b.user + b.system) / 1000); }
  console.log(title);
  for (const run of runs) {
    run.ts.sort((a, b) => a - b);
    let diff = 0, scale = 0;
    for (const k of Object.keys(run.out)) { const a = run.out[k].data, b = runs[0].out[k].data; for (let i = 0; i < a.length; i++) { diff = Math.max(diff, Math.abs(a[i] - b[i])); scale = Math.max(scale, Math.abs(b[i])); } }
    console.log(`  ${run.name.padEnd(44)} median ${run.ts[run.ts.length >> 1].toFixed(2).padStart(9)} ms  min ${run.ts[0].toFixed(2).padStart(9)}  rel diff ${(diff / scale).toExponential(1)}`);
    await run.s.release();
  }
}
