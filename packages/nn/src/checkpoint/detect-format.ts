import { type ByteSource, readRange } from './byte-source.js';
import type { Checkpoint } from './checkpoint.js';
import { FormatError } from './format-error.js';

const RESAVE =
  'In Python (PyTorch 1.6 or later): torch.save(torch.load(path, map_location="cpu"), "weights.pt").';

/** How files that people mistake for checkpoints begin (as Latin-1 text, from `offset` on), and what to do. */
const MISTAKEN: readonly { magic: string; offset?: number; reason: string }[] = [
  {
    magic: '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19',
    reason: `it was written by PyTorch before 1.6 (or in its old format), which is not read. ${RESAVE}`,
  },
  { magic: '\x80', reason: `it is a bare Python pickle, not a torch.save archive. ${RESAVE}` },
  {
    magic: 'ustar',
    offset: 257,
    reason: `it is a tar archive; if PyTorch wrote it, it is older than 0.2. ${RESAVE}`,
  },
  { magic: '\x1f\x8b', reason: 'it is compressed with gzip; unpack it first' },
  {
    magic: '\x89HDF',
    reason: 'it is an HDF5 (Keras) file; only safetensors and PyTorch files are read',
  },
  {
    magic: 'version https://git-lfs',
    reason: 'it is a Git LFS pointer; fetch the real file with git lfs pull',
  },
];

/**
 * Tells a checkpoint's format by its first bytes, never by its name.
 *
 * @throws {@link FormatError} if it is neither, saying what it is instead where that is known.
 */
export async function detectFormat(source: ByteSource): Promise<Checkpoint['format']> {
  if (source.size === 0) throw new FormatError('it is empty');
  const head = await readRange(source, 0, Math.min(source.size, 512));
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'pytorch';
  // The header's length comes first, so any magic below may also be that of a safetensors file.
  if (text[8] === '{') return 'safetensors';
  for (const { magic, offset, reason } of MISTAKEN)
    if (text.startsWith(magic, offset)) throw new FormatError(reason);
  if (/^\s*<(!doctype|html|\?xml)/i.test(text))
    throw new FormatError('it is a web page; the download failed or asks for a confirmation');
  throw new FormatError('it is neither a safetensors file nor a PyTorch checkpoint');
}
