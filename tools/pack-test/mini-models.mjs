// Loads every mini model from the installed tarball and runs each once on a synthetic picture.
import { loadClipClassifier } from '@cxrkit/clip-classifier';
import { loadDetector } from '@cxrkit/detector';
import { miniModelPath } from '@cxrkit/models-mini';
import { loadReportGenerator } from '@cxrkit/report-gen';

const image = {
  width: 320,
  height: 300,
  data: Uint8Array.from({ length: 320 * 300 }, (_, i) => (i * 7919) % 256),
};
const options = { device: /** @type {const} */ ('cpu'), threads: 1 };

const detector = await loadDetector({ model: miniModelPath('detector'), ...options });
const { regions, proposals } = await detector.detect(image);
const drawn = await detector.describe(image, [[20, 20, 140, 260]]);

const generator = await loadReportGenerator({
  model: miniModelPath('report-gen'),
  detector,
  ...options,
});
const { boxes } = await generator.generateReport(image, {
  boxes: [{ name: 'drawn', box: [20, 20, 140, 260] }],
});

const classifier = await loadClipClassifier({
  model: miniModelPath('clip-classifier'),
  ...options,
});
const { classes } = await classifier.classify(image, ['Pneumonia', 'No Finding']);

console.log(
  `detector: ${regions.length} regions, ${proposals} proposals, ${drawn[0].length} features; ` +
    `report-gen: ${JSON.stringify(boxes[0].sentence)}; ` +
    `clip-classifier: ${classes.map(({ label, probability }) => `${label} ${probability.toFixed(2)}`).join(', ')}`,
);
if (
  regions.length !== 29 ||
  !boxes[0].sentence ||
  !classes.every(({ probability }) => probability > 0 && probability < 1)
)
  process.exit(1);
await Promise.all([classifier.dispose(), generator.dispose(), detector.dispose()]);
