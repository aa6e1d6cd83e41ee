import { type FeatureMatrix, fid, kid, precisionRecallDensityCoverage } from '@cxrkit/eval';
import { type Draw, halvings } from './halvings.js';
import type { RealPicture } from './real-pictures.js';
import type { SeenSynthetic } from './synthetic-pictures.js';

/** How far one set of pictures lies from another. */
export interface Distances {
  readonly fid: number;
  readonly kid: number;
  /** Absent where there are too few pictures for a neighbourhood. */
  readonly precision?: number;
  readonly recall?: number;
  readonly density?: number;
  readonly coverage?: number;
}

/** How far synthetic pictures lie from real ones, and real ones from each other. */
export interface Distribution {
  /** Pictures of each side in every draw. */
  readonly n: number;
  /** One a draw: synthetic pictures against a half of the real ones. */
  readonly synthetic: readonly Distances[];
  /** One a draw: the other half against the same. */
  readonly real: readonly Distances[];
}

/** Random halvings of the real pictures. */
const DRAWS = 10;
/** Neighbours of precision, recall, density and coverage (Naeem et al. 2020). */
const NEIGHBOURS = 5;

/**
 * Compares the features of synthetic and real pictures, and of two halves of the real ones at the same n: see
 * {@link halvings}.
 *
 * @throws {@link InvalidInputError} if there are too few.
 */
export function distribution(
  synthetic: readonly SeenSynthetic[],
  real: readonly RealPicture[],
  { seed, extractor }: { readonly seed: number; readonly extractor: string },
): Distribution {
  const sides = { synthetic, real: real.map(({ item }) => item) };
  const draws = halvings(sides, { seed, count: DRAWS });
  const matrix = (rows: readonly number[], from: readonly { readonly seen: Features }[]) =>
    featureMatrix(
      rows.map((row) => from[row].seen.features),
      extractor,
    );
  const compared = draws.map(({ synthetic: made, reference, other }: Draw) => {
    const half = matrix(reference, real);
    return [distances(half, matrix(made, synthetic)), distances(half, matrix(other, real))];
  });
  return {
    n: draws[0].reference.length,
    synthetic: compared.map(([made]) => made),
    real: compared.map(([, other]) => other),
  };
}

interface Features {
  readonly features: Float32Array;
}

/** @returns `[n, F]`. */
export function featureMatrix(rows: readonly Float32Array[], extractor: string): FeatureMatrix {
  const width = rows[0]?.length ?? 1;
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row, i * width);
  return { dims: [rows.length, width], data, extractor };
}

function distances(reference: FeatureMatrix, other: FeatureMatrix): Distances {
  const basic = {
    fid: fid(reference, other).value ?? Number.NaN,
    kid: kid(reference, other, { subsets: 'whole' }).score.value ?? Number.NaN,
  };
  if (reference.dims[0] <= NEIGHBOURS) return basic;
  const { precision, recall, density, coverage } = precisionRecallDensityCoverage(
    reference,
    other,
    { k: NEIGHBOURS },
  );
  const shares = Object.entries({ precision, recall, density, coverage });
  return { ...basic, ...Object.fromEntries(shares.map(([name, { value }]) => [name, value])) };
}
