import { expect, it } from 'vitest';
import { isSupported } from './node-version.mjs';

it.each([
  ['20.19.0', true],
  ['20.20.2', true],
  ['22.0.0', true],
  ['20.18.3', false],
  ['18.20.4', false],
])('judges Node %s against >=20.19', (version, expected) => {
  expect(isSupported(version, '>=20.19')).toBe(expected);
});
