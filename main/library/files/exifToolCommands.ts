/**
 * @file Several ExifTool commands at a time. One that is sent alone waits longer for its turn, between the processes and
 * in exiftool-vendored, than ExifTool takes for a sidecar. Main process and CLI.
 */
import type { ExifTool } from 'exiftool-vendored';

/** What ExifTool is told, an argument each: options, tags, files. */
export type ExifToolCommand = readonly string[];

export interface ExifToolAnswers {
  /** What each command printed, in their order. */
  readonly printed: readonly string[];
  /** Of all commands: lines that begin with "Error" or "Warning". */
  readonly complaints: readonly string[];
}

/** In one process, one command after the other; one that fails ends none of the others. @throws Error where they take too long */
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
  return await exifTool.enqueueTask(() => new Commands(args), false);
}
