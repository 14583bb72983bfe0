/** @file Which photos' own files may be written into: plain files of formats that can be checked afterwards. Main process, CLI. */
import { access, constants, lstat } from 'node:fs/promises';
import { fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { isRawPhoto } from '../photos/photoKinds.ts';

/** Those whose coded picture `codedPicture` finds, so that it can be seen to be unchanged. ExifTool's names. */
const formats = /^(?:JPEG|A?PNG|(?:Extended )?WEBP(?: \(.*\))?|MPO|GIF|TIFF|HEIC|HEIF|AVIF)$/;

const maxBytes = 1e9;

/** Before the file is read. @throws LibraryError EMBED_…, PATH_NOT_FOUND, PATH_NOT_A_FILE */
export async function assertEmbeddable(file: string): Promise<void> {
  const stats = await lstat(file).catch((error: unknown) => {
    const message = `Its file cannot be read: ${fileSystemReason(error)}.`;
    throw new LibraryError('PATH_NOT_FOUND', message, { path: file }, error);
  });
  if (stats.isSymbolicLink() || stats.nlink > 1) {
    const message = stats.isSymbolicLink()
      ? 'Its file is a link to another file; nothing was written.'
      : 'Its file has several names (hard links), which would part; nothing was written.';
    throw new LibraryError('EMBED_LINK', message, { path: file });
  }
  if (!stats.isFile()) throw new LibraryError('PATH_NOT_A_FILE', 'It is not a regular file.', { path: file });
  if (isRawPhoto(file)) throw unsupported(file, 'RAW');
  if (stats.size > maxBytes) {
    const message = `Its file is larger than ${maxBytes / 1e9} GB; nothing was written.`;
    throw new LibraryError('EMBED_TOO_LARGE', message, { path: file, sizeBytes: stats.size, maxBytes });
  }
  const isWritable = await access(file, constants.W_OK).then(
    () => (stats.mode & 0o222) !== 0,
    () => false,
  );
  if (!isWritable) {
    throw new LibraryError('EMBED_READ_ONLY', 'Its file is write-protected; nothing was written.', { path: file });
  }
}

/** By what ExifTool says of the file. @throws LibraryError EMBED_FORMAT, EMBED_SIGNED */
export function assertFormat(file: string, tags: ReadonlyMap<string, unknown>): void {
  const format = String(tags.get('File:FileType') ?? 'unknown');
  if (!formats.test(format)) throw unsupported(file, format);
  if ([...tags.keys()].some((key) => key.startsWith('JUMBF:') || key.startsWith('CBOR:'))) {
    const message = 'Its file carries Content Credentials (C2PA), which any change would break; nothing was written.';
    throw new LibraryError('EMBED_SIGNED', message, { path: file });
  }
}

function unsupported(file: string, format: string): LibraryError {
  const message = `Nothing is written into files of this format (${format}); use an XMP sidecar.`;
  return new LibraryError('EMBED_FORMAT', message, { path: file, format });
}
