// Makes one pair with each denoiser of the mini set from the installed tarball, in few steps.
import { DENOISERS, loadCxrIrgen, parseFindings } from '@cxrkit/cxr-irgen';
import { miniModelPath } from '@cxrkit/models-mini';

for (const vision of DENOISERS) {
  const irgen = await loadCxrIrgen({
    ...{ model: miniModelPath('cxr-irgen'), encoders: miniModelPath('clip-classifier') },
    ...{ vision, device: 'cpu', threads: 1 },
  });
  const findings = parseFindings('Cardiomegaly,-Pneumothorax');
  const { image, report } = await irgen.generatePair({ findings, seed: 1, steps: 4 });
  await irgen.dispose();
  console.log(`${vision}: ${image.width} x ${image.height}, ${JSON.stringify(report)}`);
  if (image.width !== 256 || !report || new Set(image.data).size < 50) process.exit(1);
}
