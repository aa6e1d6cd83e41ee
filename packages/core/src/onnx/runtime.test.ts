import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceError,
  DisposedError,
  float32,
  InvalidInputError,
  int64,
  ModelLoadError,
  type Tensor,
} from '../index.js';
import { type OnnxRuntime, openRuntime } from './index.js';
import { startProcess } from './process-transport.js';
import { OnnxRuntime as Runtime } from './runtime.js';
import { startThread } from './thread-transport.js';

type Value = readonly [
  name: string,
  type: keyof typeof TensorProto_DataType,
  ...dims: (number | string)[],
];

function value([name, type, ...dims]: Value): ValueInfoProto {
  const dim = dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof size === 'number'
          ? { case: 'dimValue', value: BigInt(size) }
          : { case: 'dimParam', value: size },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType[type],
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}

/** Serialises a graph; `nodes` are `[operator, inputs, outputs]`. */
function graph(
  inputs: Value[],
  nodes: (readonly [string, string[], string[]])[],
  outputs: Value[],
  initializer: TensorProto[] = [],
): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [create(OperatorSetIdProtoSchema, { version: 18n })],
      graph: create(GraphProtoSchema, {
        name: 'test',
        input: inputs.map(value),
        node: nodes.map(([opType, input, output]) =>
          create(NodeProtoSchema, { opType, input, output }),
        ),
        output: outputs.map(value),
        initializer,
      }),
    }),
  );
}

const RELU = graph([['x', 'FLOAT', 'N', 3]], [['Relu', ['x'], ['y']]], [['y', 'FLOAT', 'N', 3]]);
const COUNT = graph(
  [
    ['state', 'FLOAT', 'N'],
    ['step', 'FLOAT', 'N'],
  ],
  [
    ['Add', ['state', 'step'], ['next']],
    ['Neg', ['next'], ['minus']],
  ],
  [
    ['next', 'FLOAT', 'N'],
    ['minus', 'FLOAT', 'N'],
  ],
);
const HEAVY = graph(
  [['a', 'FLOAT', 'N', 'N']],
  Array.from(
    { length: 6 },
    (_, i) => ['MatMul', [i === 0 ? 'a' : `p${i}`, 'a'], [i === 5 ? 'b' : `p${i + 1}`]] as const,
  ),
  [['b', 'FLOAT', 'N', 'N']],
);
const SHIFT = graph(
  [['x', 'FLOAT', 2]],
  [['Add', ['x', 'w'], ['y']]],
  [['y', 'FLOAT', 2]],
  [
    create(TensorProtoSchema, {
      name: 'w',
      dataType: TensorProto_DataType.FLOAT,
      dims: [2n],
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [
        create(StringStringEntryProtoSchema, { key: 'location', value: 'weights.bin' }),
      ],
    }),
  ],
);
const heavyFeed = { a: float32(new Float32Array(1300 * 1300), [1300, 1300]) };

const TRANSPORTS = [
  ['thread', startThread],
  ['process', startProcess],
] as const;

describe.each(TRANSPORTS)('a runtime in a %s', { timeout: 30_000 }, (kind, startTransport) => {
  const start = (): Promise<OnnxRuntime> =>
    Runtime.start(startTransport(), { device: 'cpu', threads: 1, passedOver: [] });
  let runtime: OnnxRuntime;
  beforeAll(async () => {
    runtime = await start();
  });
  afterAll(() => runtime.dispose());

  it('says what a graph takes and gives', async () => {
    await using session = await runtime.load(RELU);
    expect(session.inputs).toEqual([{ name: 'x', type: 'float32', dims: ['N', 3] }]);
    expect(session.outputs).toEqual([{ name: 'y', type: 'float32', dims: ['N', 3] }]);
  });

  it('runs a graph and leaves the feeds usable', async () => {
    await using session = await runtime.load(RELU);
    const pool = Float32Array.of(9, -1, 2, -3, 9);
    const x = float32(pool.subarray(1, 4), [1, 3]);
    const { y } = await session.run({ x });
    expect(y).toEqual(float32([0, 2, 0], [1, 3]));
    expect([...pool]).toEqual([9, -1, 2, -3, 9]);
    expect(y.data.buffer.byteLength).toBe(12);
  });

  it('copies feeds at the call, not when their turn comes', async () => {
    await using session = await runtime.load(RELU);
    const data = Float32Array.of(1, 2, 3);
    const first = session.run({ x: float32([1, 1, 1], [1, 3]) });
    const second = session.run({ x: float32(data, [1, 3]) });
    data.fill(7);
    await first;
    expect([...(await second).y.data]).toEqual([1, 2, 3]);
  });

  it('accumulates state in a slot that two sessions share', async () => {
    await using session = await runtime.load(COUNT);
    await using other = await runtime.load(COUNT);
    await runtime.put({ total: float32([0, 10]) });
    const options = { from: { state: 'total' }, keep: { next: 'total' } };
    for (let i = 1; i <= 5; i++) {
      const outputs = await (i % 2 === 0 ? session : other).run({ step: float32([1, i]) }, options);
      expect(Object.keys(outputs)).toEqual(['minus']);
    }
    expect(await runtime.read(['total'])).toEqual({ total: float32([5, 25]) });
    const both = await session.run({ step: float32([1, 1]) }, { ...options, fetch: ['next'] });
    expect(both).toEqual({ next: float32([6, 26]) });
    const none = await session.run({ step: float32([1, 1]) }, { ...options, fetch: [] });
    expect(none).toEqual({});
    expect((await runtime.read(['total'])).total).toEqual(float32([7, 27]));
    await runtime.drop(['total', 'never']);
    await expect(runtime.read(['total'])).rejects.toThrow(
      'Expected a tensor for slot "total", got "nothing". Store one first',
    );
  });

  it.each([
    ['FLOAT16', { type: 'float16', dims: [2], data: Uint16Array.of(0xbc00, 0x4000) }],
    ['DOUBLE', { type: 'float64', dims: [2], data: Float64Array.of(-1e-300, 2) }],
    ['INT64', { type: 'int64', dims: [1, 2], data: BigInt64Array.of(-(2n ** 60n), 3n) }],
    ['INT32', { type: 'int32', dims: [2], data: Int32Array.of(-5, 6) }],
    ['INT8', { type: 'int8', dims: [2], data: Int8Array.of(-128, 127) }],
    ['UINT8', { type: 'uint8', dims: [2], data: Uint8Array.of(0, 255) }],
    ['BOOL', { type: 'bool', dims: [], data: Uint8Array.of(1) }],
    ['FLOAT', { type: 'float32', dims: [0, 4], data: new Float32Array(0) }],
  ] as [keyof typeof TensorProto_DataType, Tensor][])('carries %s both ways', async (type, x) => {
    const dims = x.dims.map((_size, axis) => `d${axis}`);
    const same = graph(
      [['x', type, ...dims]],
      [['Identity', ['x'], ['y']]],
      [['y', type, ...dims]],
    );
    await using session = await runtime.load(same);
    expect(await session.run({ x })).toEqual({ y: x });
  });

  it('computes in float16 and gathers by int64', async () => {
    const half = graph([['x', 'FLOAT16', 'N']], [['Relu', ['x'], ['y']]], [['y', 'FLOAT16', 'N']]);
    const gather = graph(
      [
        ['table', 'FLOAT', 'N', 2],
        ['rows', 'INT64', 'M'],
      ],
      [['Gather', ['table', 'rows'], ['picked']]],
      [['picked', 'FLOAT', 'M', 2]],
    );
    await using halfSession = await runtime.load(half);
    const x = { type: 'float16', dims: [2], data: Uint16Array.of(0xbc00, 0x4000) } as const;
    expect([...(await halfSession.run({ x })).y.data]).toEqual([0, 0x4000]);
    await using session = await runtime.load(gather);
    const feeds = { table: float32([1, 2, 3, 4, 5, 6], [3, 2]), rows: int64([2, 0]) };
    expect((await session.run(feeds)).picked).toEqual(float32([5, 6, 1, 2], [2, 2]));
  });

  it('rejects a waiting run at once and a running one with its result thrown away', async () => {
    await using session = await runtime.load(HEAVY);
    const reason = new Error('enough');
    const controller = new AbortController();
    const running = session.run(heavyFeed, { signal: controller.signal });
    const waiting = session.run(heavyFeed, { signal: controller.signal, keep: { b: 'lost' } });
    const after = session.run({ a: float32([2], [1, 1]) });
    let isAfterDone = false;
    void after.then(() => {
      isAfterDone = true;
    });
    setTimeout(() => controller.abort(reason), 50);
    await expect(running).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(isAfterDone).toBe(false);
    expect([...(await after).b.data]).toEqual([128]);
    // Through a pipe the cancellation may come after the run has begun.
    if (kind === 'thread') await expect(runtime.read(['lost'])).rejects.toThrow(InvalidInputError);
    await expect(session.run(heavyFeed, { signal: controller.signal })).rejects.toBe(reason);
    await expect(runtime.load(RELU, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('keeps the event loop ticking during a heavy run', async () => {
    await using session = await runtime.load(HEAVY);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 2);
    await session.run(heavyFeed);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('loads by path, with weights outside the graph as a file or as bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cxr-onnx-'));
    const weights = new Uint8Array(Float32Array.of(10, 20).buffer);
    await writeFile(join(folder, 'graph.onnx'), SHIFT);
    await writeFile(join(folder, 'weights.bin'), weights);
    const path = join(folder, 'graph.onnx');
    const file = { path: 'weights.bin', data: join(folder, 'weights.bin') };
    const sessions = [
      await runtime.load(path),
      await runtime.load(SHIFT, { externalData: [file] }),
      await runtime.load(SHIFT, { externalData: [{ ...file, data: weights }] }),
    ];
    expect(weights).toHaveLength(8);
    await rm(folder, { recursive: true });
    for (const session of sessions) {
      expect(await session.run({ x: float32([1, 2]) })).toEqual({ y: float32([11, 22]) });
      await session.dispose();
    }
    const lost = runtime.load(SHIFT, { externalData: [file] });
    await expect(lost).rejects.toThrow(/<bytes>: ENOENT.*weights.bin/);
  });

  it('names a graph that cannot be loaded', async () => {
    for (const damaged of [new Uint8Array(0), Uint8Array.of(1, 2, 3), RELU.subarray(0, 40)])
      await expect(runtime.load(damaged)).rejects.toThrow('Could not load the model at <bytes>: ');
    const missing = runtime.load('/nowhere/graph.onnx');
    await expect(missing).rejects.toThrow(ModelLoadError);
    await expect(missing).rejects.toMatchObject({ path: '/nowhere/graph.onnx' });
    const text = graph([['x', 'STRING', 1]], [['Identity', ['x'], ['y']]], [['y', 'STRING', 1]]);
    await expect(runtime.load(text)).rejects.toThrow('"x" has the element type string');
  });

  it('refuses wrong feeds by name before the run', async () => {
    await using session = await runtime.load(RELU);
    const x = float32([1, 2, 3], [1, 3]);
    const cases = [
      [{}, {}, 'Expected float32 [N, 3] for input "x", got undefined.'],
      [{ x, z: x }, {}, 'Expected only the inputs "x" for feeds, got "z".'],
      [{ x: int64([1, 2, 3], [1, 3]) }, {}, 'for input "x", got "int64 [1, 3]"'],
      [{ x: float32([1, 2, 3]) }, {}, 'for input "x", got "float32 [3]"'],
      [{ x: float32([1, 2], [1, 2]) }, {}, 'for input "x", got "float32 [1, 2]"'],
      [{ x: { ...x, dims: [2, 3] } }, {}, 'Expected 6 elements (dims [2, 3]) for input "x", got 3'],
      [{ x: { ...x, data: new Float64Array(3) } }, {}, 'a Float32Array as float32 data'],
      [{ x }, { from: { x: 'slot' } }, 'got "both a tensor and a slot"'],
      [{ x }, { fetch: ['q'] }, 'Expected only the outputs "y" for fetch and keep, got "q"'],
      [{ x }, { keep: { q: 'slot' } }, 'Expected only the outputs "y"'],
      [{ x }, { fetch: [] }, 'Expected one or more of the outputs "y"'],
      [{}, { from: { x: 'empty' } }, 'Expected a tensor for slot "empty"'],
    ] as const;
    for (const [feeds, options, message] of cases) {
      const run = session.run(feeds as Record<string, Tensor>, options);
      await expect(run).rejects.toThrow(InvalidInputError);
      await expect(run).rejects.toThrow(message);
    }
    await runtime.put({ wrong: float32([1]) });
    await expect(session.run({}, { from: { x: 'wrong' } })).rejects.toThrow(
      'Expected float32 [N, 3] for input "x" from slot "wrong", got "float32 [1]".',
    );
    await expect(runtime.put({ bad: { ...x, dims: [9] } })).rejects.toThrow('slot "bad"');
  });

  it('wraps what onnxruntime says of a run', async () => {
    await using session = await runtime.load(COUNT);
    const run = session.run({ state: float32([1, 2]), step: float32([1, 2, 3]) });
    await expect(run).rejects.toMatchObject({ code: 'MODEL_OUTPUT', cause: expect.any(Error) });
    await expect(run).rejects.toThrow(/The graph <bytes> failed to run: .*Add/);
  });

  it('refuses use after dispose, which may come twice', async () => {
    const short = await start();
    const session = await short.load(RELU);
    const other = await short.load(RELU);
    await session.dispose();
    await session.dispose();
    const x = float32([1, 2, 3], [1, 3]);
    await expect(session.run({ x })).rejects.toThrow(DisposedError);
    const heavy = (await short.load(HEAVY)).run(heavyFeed);
    const cut = expect(heavy).rejects.toThrow(DisposedError);
    await short.dispose();
    await short.dispose();
    await cut;
    await other.dispose();
    await expect(other.run({ x })).rejects.toThrow(DisposedError);
    await expect(short.load(RELU)).rejects.toThrow(DisposedError);
    await expect(short.put({ x })).rejects.toThrow(DisposedError);
    await expect(short.read(['x'])).rejects.toThrow(DisposedError);
  });

  it('rejects calls under way and later ones when the worker dies', async () => {
    const transport = startTransport();
    const dying = await Runtime.start(transport, { device: 'cpu', threads: 1, passedOver: [] });
    const session = await dying.load(HEAVY);
    const calls = [session.run(heavyFeed), session.run(heavyFeed), dying.load(RELU)];
    const settled = Promise.allSettled(calls);
    await transport.terminate();
    const message = expect.stringContaining('its worker stopped');
    // A thread ends after the run under way, a process amidst it.
    for (const result of (await settled).slice(1)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'DEVICE', message } });
    }
    await expect(session.run(heavyFeed)).rejects.toThrow(DeviceError);
    await expect(dying.load(RELU)).rejects.toThrow(DeviceError);
    await dying.dispose();
  });
});

describe('openRuntime', () => {
  it('runs on the CPU with the asked threads', async () => {
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    expect(runtime).toMatchObject({ device: 'cpu', passedOver: [] });
    await using session = await runtime.load(RELU, { optimization: 'disabled' });
    expect((await session.run({ x: float32([-1, 0, 1], [1, 3]) })).y.data[2]).toBe(1);
  });

  it('refuses unknown options and aborted signals', async () => {
    await expect(openRuntime({ device: 'gpu' as 'cpu' })).rejects.toThrow(InvalidInputError);
    await expect(openRuntime({ device: 'cpu', threads: 0 })).rejects.toThrow(InvalidInputError);
    const signal = AbortSignal.abort('stop');
    await expect(openRuntime({ device: 'cpu', signal })).rejects.toBe('stop');
  });
});
