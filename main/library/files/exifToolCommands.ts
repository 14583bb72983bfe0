/**
 * @file Several ExifTool commands at a time. One that is sent alone waits longer for its turn, between the processes and
 * in exiftool-vendored, than ExifTool takes for a sidecar. Main process and CLI.
 */
import type { ExifTool } from 'exiftool-vendored';
import { LibraryError } from './libraryError.ts';

/** What ExifTool is told, an argument each: options, tags, files. */
export type ExifToolCommand = readonly string[];

export interface ExifToolAnswers {
  /** What each command printed, in their order. */
  readonly printed: readonly string[];
  /** Of all commands: lines that begin with "Error" or "Warning". */
  readonly complaints: readonly string[];
}

/** Over one photo, of which it is said in the report: the others go on. @param reason ExifTool's own words */
export function exifToolFailed(reason: string, cause?: unknown): LibraryError {
  const words = reason.trim().slice(0, 300);
  return new LibraryError(
    'EXIFTOOL_FAILED',
    `ExifTool failed (${words}); nothing was written.`,
    { reason: words },
    cause,
  );
}

/**
 * In one process, one command after the other; one that fails ends none of the others.
 * @throws LibraryError EXIFTOOL_FAILED where they take too long, or the process ends
 */
export async function runExifTool(exifTool: ExifTool, commands: readonly ExifToolCommand[]): Promise<ExifToolAnswers> {
  const { ExifToolTask } = await import('exiftool-vendored');
  class Commands extends ExifToolTask<ExifToolAnswers> {
    protected override parse(stdout: string): ExifToolAnswers {
      // On a line of its own, which no value is: JSON has line ends only between values.
      const printed = stdout.split(/^\{ready\d+\}\r?\n/m).slice(0, commands.length);
      return { printed, complaints: [...this.errors, ...this.warnings] };
    }
  }
  const charset = process.platform === 'win32' ? ['-charset', 'filename=utf8'] : [];
  const args = commands.flatMap((command, index) => [
    ...charset,
    '-ignoreMinorErrors',
    ...command,
    ...(index === commands.length - 1 ? [] : [`-execute${index + 1}`]),
  ]);
  try {
    return await exifTool.enqueueTask(() => new Commands(args), false);
  } catch (error) {
    throw exifToolFailed(error instanceof Error ? error.message : String(error), error);
  }
}
