/** Picture formats {@link readImage} takes. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'tiff';

interface Signature {
  readonly format: ImageFormat;
  readonly magic: string;
}

// First bytes as Latin-1. PNG: RFC 2083 3.1; JPEG: T.81 B.1.1.3; TIFF 6.0 section 2 and BigTIFF.
const SIGNATURES: readonly Signature[] = [
  { format: 'png', magic: '\x89PNG\r\n\x1a\n' },
  { format: 'jpeg', magic: '\xff\xd8\xff' },
  { format: 'tiff', magic: 'II*\0' },
  { format: 'tiff', magic: 'MM\0*' },
  { format: 'tiff', magic: 'II+\0' },
  { format: 'tiff', magic: 'MM\0+' },
];

/**
 * Tells the format from the content; file names are not asked. Other decoders of libvips (SVG, PDF)
 * are thereby never reached by foreign bytes.
 *
 * @returns `undefined` when it is none of ours.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (latin1(bytes, 0, 4) === 'RIFF' && latin1(bytes, 8, 12) === 'WEBP') return 'webp';
  return SIGNATURES.find(({ magic }) => latin1(bytes, 0, magic.length) === magic)?.format;
}

/** Says what bytes of no known format seem to be, for an error message. */
export function describeForeignBytes(bytes: Uint8Array): string {
  if (latin1(bytes, 128, 132) === 'DICM') return 'a DICOM file; export it as 16-bit PNG first';
  if (latin1(bytes, 0, 4) === 'GIF8') return 'a GIF; save it as PNG';
  if (latin1(bytes, 0, 5) === '%PDF-') return 'a PDF; export its page as PNG';
  if (isText(bytes.subarray(0, 512))) return 'text, whatever its file name says';
  return 'bytes of an unknown kind';
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
