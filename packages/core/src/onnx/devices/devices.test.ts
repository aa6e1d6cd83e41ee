import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DeviceError, type Tensor } from '../../index.js';
import { describeDevices, installCuda, openRuntime } from '../index.js';
import { unaryGraph } from '../worker/unary-graph.js';
import { findCudaLibraryObstacle, findCudaObstacle } from './cuda.js';
import { findVulkan, findWebgpuObstacle, isSoftwareDriver } from './vulkan.js';

const webgpu = await openRuntime({ device: 'webgpu' }).catch((error: unknown) => {
  if (error instanceof DeviceError) return undefined;
  throw error;
});
afterAll(() => webgpu?.dispose());

const isLinux = process.platform === 'linux';
const hasCudaLibraries = findCudaLibraryObstacle() === undefined;

describe.skipIf(!isLinux)('Vulkan on Linux', () => {
  let folder: string;
  const driver = (name: string, library: string): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ ICD: { library_path: library } }));
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cxr-vulkan-'));
    writeFileSync(join(folder, 'libvulkan.so.1'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds the loader and the drivers the environment names', () => {
    const a = driver('a.json', 'libGLX_nvidia.so.0');
    const environment = {
      LD_LIBRARY_PATH: `/nowhere:${folder}`,
      VK_DRIVER_FILES: `${a}:/x/b.json`,
    };
    expect(findVulkan(environment)).toEqual({
      loader: join(folder, 'libvulkan.so.1'),
      drivers: [a, '/x/b.json'],
    });
  });

  it('passes software rasterisers over, by file name or library', () => {
    const swift = driver('vk_icd.json', './libvk_swiftshader.so');
    expect(isSoftwareDriver(swift)).toBe(true);
    expect(isSoftwareDriver('/usr/share/vulkan/icd.d/lvp_icd.x86_64.json')).toBe(true);
    expect(isSoftwareDriver(driver('nvidia_icd.json', 'libGLX_nvidia.so.0'))).toBe(false);
    const reason = findWebgpuObstacle({ LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: swift });
    expect(reason).toContain('software rasterisers');
    expect(reason).toContain(swift);
  });
});

describe('devices', { timeout: 30_000 }, () => {
  it('auto opens with a reason for every device it passed over', async () => {
    await using runtime = await openRuntime({ device: 'auto' });
    const order = ['cuda', 'webgpu', 'cpu'];
    const passed = runtime.passedOver.map(({ device }) => device);
    expect(passed).toEqual(order.slice(0, order.indexOf(runtime.device)));
    for (const { reason } of runtime.passedOver) expect(reason.length).toBeGreaterThan(10);
  });

  it.skipIf(findCudaObstacle() === undefined || !findWebgpuObstacle())(
    'auto falls to the CPU where no GPU is (skipped on a machine with one)',
    async () => {
      await using runtime = await openRuntime();
      expect(runtime.device).toBe('cpu');
      expect(runtime.passedOver).toEqual([
        { device: 'cuda', reason: findCudaObstacle() },
        { device: 'webgpu', reason: findWebgpuObstacle() },
      ]);
    },
  );

  it.skipIf(hasCudaLibraries)(
    'an explicit cuda is a typed error (skipped where the CUDA provider is installed)',
    async () => {
      const opening = openRuntime({ device: 'cuda' });
      await expect(opening).rejects.toThrow(DeviceError);
      await expect(opening).rejects.toMatchObject({ device: 'cuda', code: 'DEVICE' });
    },
  );

  it('describes each device by a real trial', { timeout: 120_000 }, async () => {
    const reports = await describeDevices();
    expect(reports.map(({ device }) => device)).toEqual(['cpu', 'cuda', 'webgpu']);
    for (const report of reports) {
      expect(report.onnxruntime).toMatch(/^1\.\d+\.\d+/);
      if (!report.available) expect(report.reason).toContain(report.device);
    }
    expect(reports[0]).toMatchObject({ available: true });
    expect(reports[0].libraries.some((path) => path.includes('onnxruntime'))).toBe(true);
  });
});

describe('WebGPU', { timeout: 30_000 }, () => {
  it.skipIf(webgpu !== undefined)('says why it cannot start (skipped where it can)', async () => {
    await expect(openRuntime({ device: 'webgpu' })).rejects.toThrow(
      /^Device "webgpu" cannot be used: .{10}/,
    );
  });

  it.skipIf(webgpu === undefined)(
    'keeps state in GPU memory and reads it (skipped without a Vulkan, Metal or D3D12 driver)',
    async () => {
      if (webgpu === undefined) return;
      const x: Tensor = { type: 'float16', dims: [2], data: Uint16Array.of(0xbc00, 0x4000) };
      const session = await webgpu.load(unaryGraph('Relu', 10), { residentOutputs: ['y'] });
      await webgpu.put({ state: x });
      const options = { from: { x: 'state' }, keep: { y: 'state' } };
      for (let i = 0; i < 3; i++) expect(await session.run({}, options)).toEqual({});
      const relu: Tensor = { ...x, data: Uint16Array.of(0, 0x4000) };
      expect(await session.run({}, { ...options, fetch: ['y'] })).toEqual({ y: relu });
      expect(await session.run({ x })).toEqual({ y: relu });
      expect(await webgpu.read(['state'])).toEqual({ state: relu });
      await session.dispose();
      expect(await webgpu.read(['state'])).toEqual({ state: relu });
      await webgpu.drop(['state']);
    },
  );

  it.skipIf(webgpu === undefined)('starts twice at once (skipped without a driver)', async () => {
    const runtimes = await Promise.all([1, 2].map(() => openRuntime({ device: 'webgpu' })));
    await Promise.all(runtimes.map((runtime) => runtime.dispose()));
  });
});

describe.skipIf(hasCudaLibraries)('installCuda', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('fails with the words of the script, or of the platform', { timeout: 60_000 }, async () => {
    // A proxy nobody listens at: the test must not fetch 300 MB where there is a network.
    vi.stubEnv('GLOBAL_AGENT_HTTPS_PROXY', 'http://127.0.0.1:9');
    const events: number[] = [];
    const installing = installCuda({ onProgress: ({ completed }) => events.push(completed) });
    await expect(installing).rejects.toThrow(DeviceError);
    await expect(installing).rejects.toThrow(/ECONNREFUSED|linux x64 only/);
    expect(events.every((completed) => completed === 0)).toBe(true);
    expect(findCudaLibraryObstacle()).toBeDefined();
  });

  it('stops at an abort', async () => {
    await expect(installCuda({ signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });
});
