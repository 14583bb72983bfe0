/** @file ExifTool, which reads and writes the metadata of photos and sidecars; exiftool-vendored brings it. Main process and CLI. */
import { ExifTool } from 'exiftool-vendored';
import { LibraryError } from '../libraryError.ts';

/**
 * Starts it and finds out right away whether it runs here.
 *
 * @param whatNeedsIt begins the sentence of the error: "XMP sidecars need"
 * @throws LibraryError EXIFTOOL_UNAVAILABLE
 */
export async function startExifTool(whatNeedsIt: string): Promise<ExifTool> {
  const exifTool = new ExifTool({ maxProcs: 1 });
  try {
    await exifTool.version();
    return exifTool;
  } catch (error) {
    await exifTool.end();
    const message = `${whatNeedsIt} ExifTool, and it does not start here (on Linux it needs perl).`;
    throw new LibraryError('EXIFTOOL_UNAVAILABLE', message, {}, error);
  }
}
