import sharp from 'sharp';

/**
 * Makes a small picture for a page that asks nothing of the network.
 *
 * @param size - Pixels of one side; the other follows.
 * @returns A data URL; `undefined` if the file is no picture that can be read.
 */
export async function thumbnail(
  path: string,
  size: { readonly width: number } | { readonly height: number },
): Promise<string | undefined> {
  try {
    const bytes = await sharp(path).resize(size).webp({ quality: 72 }).toBuffer();
    return `data:image/webp;base64,${bytes.toString('base64')}`;
  } catch {
    return undefined;
  }
}
