/**
 * @typedef {object} Tarball
 * @property {import('./workspaces.mjs').Manifest} manifest
 * @property {{ path: string, size: number }[]} files - Paths inside the package, sizes in bytes.
 * @property {number} packedBytes
 *
 * @typedef {object} Limits
 * @property {number} packedBytes
 * @property {number} weightBytes - Of all weight files together, unpacked.
 */

const kB = 1000;
const MB = 1000 * kB;

/** @type {Limits} Code: what a reader of the source would download gladly. */
const codeLimits = { packedBytes: 500 * kB, weightBytes: 0 };

/** @type {Record<string, Limits>} */
const limitsByPackage = {
  // The synonyms of METEOR take 345 kB.
  '@cxrkit/eval': { packedBytes: 900 * kB, weightBytes: 0 },
  '@cxrkit/models-mini': { packedBytes: 50 * MB, weightBytes: 48 * MB },
};

const alwaysRequired = ['package.json', 'README.md', 'LICENSE'];

/** Files that serve the repository and not the package's user. */
const forbidden = [
  { what: 'test', pattern: /\.(test|spec|test-d|bench)\.|(^|\/)(test|tests|__tests__)\// },
  { what: 'fixture', pattern: /(^|\/)(__fixtures__|fixtures)\// },
  {
    what: 'configuration of the repository',
    pattern: /(^|\/)(tsconfig|vitest\.config|biome\.json|\.env|\.npmrc)/,
  },
  {
    what: 'build leftover',
    pattern: /\.(tsbuildinfo|log|tgz|tmp)$|(^|\/)(node_modules|coverage|out-tsc)\//,
  },
  { what: 'personal file', pattern: /(^|\/)(\.DS_Store|\.git|\.idea|\.vscode)(\/|$)/ },
];

const weightFile = /\.(onnx|onnx_data|safetensors|pt|pth|bin|npz?)$/;

/** A folder of the machine that built the package. The group is what is shown. */
const machinePath =
  /(?<![\w.~-])((?:\/(?:home|root|Users|workspace|work|mnt|private|build)\/|[A-Z]:\\)[\w.-]+[\w./\\-]*)/;

/**
 * Lists what is wrong with a package's contents.
 *
 * @param {Tarball} tarball
 * @returns {string[]} One sentence a fault.
 */
export function judgeContents({ manifest, files, packedBytes }) {
  const paths = new Set(files.map((file) => file.path));
  const limits = limitsByPackage[manifest.name] ?? codeLimits;
  const weightBytes = files
    .filter((file) => weightFile.test(file.path))
    .reduce((sum, file) => sum + file.size, 0);
  return [
    ...[...alwaysRequired, ...entryFiles(manifest)]
      .filter((path) => !paths.has(path))
      .map((path) => `expected ${path} in the package, got none`),
    ...[...paths].flatMap(misplaced),
    ...above('the package', packedBytes, limits.packedBytes),
    ...above('its weight files', weightBytes, limits.weightBytes),
  ];
}

/**
 * Finds the folder of a machine in a text file.
 *
 * @param {string} text
 * @param {string} root - The repository's folder, which may lie anywhere.
 * @returns {string | undefined} What was found.
 */
export function findMachinePath(text, root) {
  return text.includes(root) ? root : machinePath.exec(text)?.[1];
}

/** @param {string} path */
function misplaced(path) {
  const kind = forbidden.find(({ pattern }) => pattern.test(path));
  return kind === undefined ? [] : [`${path} is a ${kind.what}`];
}

/**
 * Lists the files that a manifest promises: every target of `exports` and `bin`, types and source included.
 *
 * @param {import('./workspaces.mjs').Manifest} manifest
 * @returns {string[]}
 */
function entryFiles({ exports = {}, bin = {} }) {
  const targets = [...Object.values(exports), ...Object.values(bin)]
    .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
    .map((target) => target.replace(/^\.\//, ''));
  return [...new Set(targets)].filter(
    (target) => target !== 'package.json' && !target.includes('*'),
  );
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} limit
 */
function above(what, bytes, limit) {
  if (bytes <= limit) return [];
  return [`expected ${what} to take at most ${limit / kB} kB, got ${Math.ceil(bytes / kB)} kB`];
}
