import { Autoencoder } from '@cxrkit/cxr-irgen/train';
import { type Metric, mergeStats, psnr, ssim } from '@cxrkit/eval';
import { readScene } from '../../datasets/read-scene.js';
import { bySource, loaderOptions, type Measure, visit } from './measurement.js';
import { measured } from './score.js';

type ImagePair = Parameters<ReturnType<typeof psnr>['stats']>[0];

/** PSNR and SSIM of pictures against their reconstructions from the mean, per data set; means over pictures. */
export const measureVae: Measure = async ({ items, model, options, context, task }) => {
  await using autoencoder = await Autoencoder.open({ model, ...loaderOptions(options) });
  const metrics: readonly (readonly [string, Metric<ImagePair>])[] = [
    ['PSNR (dB)', psnr()],
    ['SSIM', ssim()],
  ];
  const cases = await visit(items, task, async (item) => {
    const { square, reconstruction } = await autoencoder.reconstruct(await readScene(item), task);
    const pair = { image: reconstruction, reference: square };
    return { item, stats: metrics.map(([, metric]) => metric.stats(pair)) };
  });
  return [...bySource(items)].flatMap(([source, own]) => {
    const known = new Set(own);
    const ofSource = cases.filter(({ item }) => known.has(item));
    return metrics.flatMap(([name, metric], i) =>
      measured(
        name,
        source,
        ofSource,
        (sample) =>
          finalised(
            metric,
            sample.map(({ stats }) => stats[i]),
          ),
        context,
      ),
    );
  });
};

function finalised(metric: Metric<ImagePair>, all: readonly Float64Array[]): number | null {
  return metric.finalise(all.reduce(mergeStats, new Float64Array(metric.length)));
}
