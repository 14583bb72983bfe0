/** @file The text of a file that is imported, piece by piece: it may be large, and in an encoding of Windows'. Main process, CLI. */
import { TextDecoder } from 'node:util';
import { openForeignFile } from '../../../../native-models/foreignFile.ts';
import { fileSystemReason } from '../../files/fileSystemError.ts';
import { ImportError } from './importError.ts';

/** What is read of it is kept in memory until it is imported. */
export const maxDocumentBytes = 512 << 20;
const pieceBytes = 256 << 10;

export interface ImportTextOptions {
  readonly signal?: AbortSignal | undefined;
  readonly maxBytes?: number | undefined;
}

/**
 * UTF-8, or UTF-16 where a byte order mark says so; the mark is left out. What is neither is refused, not guessed at.
 *
 * @throws ImportError IMPORT_UNREADABLE, IMPORT_TOO_LARGE, IMPORT_ENCODING_UNKNOWN; the signal's reason
 */
export async function* importText(file: string, options: ImportTextOptions = {}): AsyncGenerator<string, void> {
  const { signal, maxBytes = maxDocumentBytes } = options;
  await using opened = await openForeignFile(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (opened.stats.size > maxBytes) throw tooLarge(file, maxBytes);
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let decoder: TextDecoder | undefined;
  let readBytes = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await opened.handle.read(buffer).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    readBytes += bytesRead;
    // A file may grow while it is read, and some systems say 0.
    if (readBytes > maxBytes) throw tooLarge(file, maxBytes);
    const piece = buffer.subarray(0, bytesRead);
    decoder ??= decoderFor(piece);
    yield decoded(decoder, piece, bytesRead > 0, file);
    if (bytesRead === 0) return;
  }
}

/** By the byte order mark, which the decoder leaves out. */
function decoderFor([first, second]: Uint8Array): TextDecoder {
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true });
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, stream: boolean, file: string): string {
  let text: string;
  try {
    text = decoder.decode(bytes, { stream });
  } catch (cause) {
    throw encodingUnknown(file, cause);
  }
  // UTF-16 without its mark is valid UTF-8 as long as the text is English, with a NUL at every other place.
  if (text.includes('\0')) throw encodingUnknown(file);
  return text;
}

function encodingUnknown(file: string, cause?: unknown): ImportError {
  return new ImportError(
    'IMPORT_ENCODING_UNKNOWN',
    `${file} is not in UTF-8, nor in UTF-16 with a byte order mark. Save it as UTF-8.`,
    { file },
    cause,
  );
}

export function tooLarge(file: string, maxBytes: number): ImportError {
  const limit = `${Math.floor(maxBytes / (1 << 20))} MiB`;
  return new ImportError('IMPORT_TOO_LARGE', `${file} is larger than ${limit}. Import it in parts.`, {
    file,
    maxBytes,
  });
}

export function unreadable(file: string, cause: unknown): ImportError {
  return new ImportError('IMPORT_UNREADABLE', `${file} cannot be read: ${fileSystemReason(cause)}.`, { file }, cause);
}
