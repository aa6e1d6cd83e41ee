import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { type ByteListener, type ByteSource, readRange } from '../byte-source.js';
import { FormatError } from '../format-error.js';

/** A file of records, as torch.save writes it: a zip without compression. */
export interface ZipArchive {
  /** Bytes by record name. */
  readonly sizes: ReadonlyMap<string, number>;
  /**
   * Reads bytes [`start`, `end`) of a record.
   *
   * @throws {@link FormatError} if there is no such range, the record is compressed or encrypted, or a
   *   whole record's checksum is wrong.
   */
  read(
    name: string,
    start: number,
    end: number,
    onBytes?: ByteListener,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

const MAX_ENTRIES = 1_000_000;

/**
 * Opens a zip; no content is read yet.
 *
 * @throws {@link FormatError} if it is damaged or has equally named entries.
 */
export async function openZipArchive(source: ByteSource): Promise<ZipArchive> {
  const zip = await zipped(() =>
    fromRandomAccessReaderPromise(new SourceReader(source), source.size, { autoClose: false }),
  );
  const entries = await zipped(() => listEntries(zip));
  return {
    sizes: new Map([...entries].map(([name, entry]) => [name, entry.uncompressedSize])),
    read: async (name, start, end, onBytes) => {
      const entry = entries.get(name);
      if (entry === undefined || !(start >= 0 && start <= end && end <= entry.uncompressedSize))
        throw new FormatError(`it lacks the record ${name} or a part of it`);
      if (entry.compressionMethod !== 0 || entry.isEncrypted())
        throw new FormatError(
          `its record ${name} is compressed or encrypted, which torch.save never does; save it again with torch.save`,
        );
      const header = await zipped(() => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
      const bytes = await readRange(source, header.fileDataStart + start, end - start, onBytes);
      if (bytes.byteLength === entry.uncompressedSize && crc32(bytes) !== entry.crc32)
        throw new FormatError(`the checksum of record ${name} is wrong; download the file again`);
      return bytes;
    },
  };
}

/** Lets yauzl read through our source; its own file handling is not used. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    readRange(this.#source, position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null);
    }, callback);
  }
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES)
    throw new FormatError(`it has ${zip.entryCount} records; at most ${MAX_ENTRIES} are read`);
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName))
      throw new FormatError(`it has two records named ${entry.fileName}`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

// yauzl throws bare errors; whatever it says is about the file.
async function zipped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof Error) || 'syscall' in error)
      throw error;
    throw new FormatError(`its zip structure is damaged (${error.message})`, { cause: error });
  }
}
