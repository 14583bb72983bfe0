/** @file When photos were taken, in words for a prompt. Main process and CLI. */
import { stat } from 'node:fs/promises';
import type { ExifTool } from 'exiftool-vendored';
import * as z from 'zod';
import { startExifTool } from '../files/exifTool.ts';

const tagsSchema = z.object({ DateTimeOriginal: z.unknown().optional(), CreateDate: z.unknown().optional() });

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Holds an ExifTool process; dispose of it. */
export class TakenDates implements AsyncDisposable {
  readonly #exifTool: ExifTool;

  private constructor(exifTool: ExifTool) {
    this.#exifTool = exifTool;
  }

  /** Finds out right away whether ExifTool runs here: without it, dates would silently be others. */
  static async start(): Promise<TakenDates> {
    return new TakenDates(await startExifTool('The dates of photos need'));
  }

  /** "3 May 2024": when the camera says the photo was taken, else when its file was last changed; "" for no file. */
  async of(file: string): Promise<string> {
    return (await this.#recorded(file)) ?? (await lastChanged(file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exifTool.end();
  }

  /** Undefined for a file that ExifTool cannot read: whoever opens the photo will say what is wrong with it. */
  async #recorded(file: string): Promise<string | undefined> {
    let raw: unknown;
    try {
      raw = await this.#exifTool.readRaw(file, ['-DateTimeOriginal', '-CreateDate']);
    } catch {
      return undefined;
    }
    const { DateTimeOriginal, CreateDate } = tagsSchema.parse(raw);
    return inWords(DateTimeOriginal) ?? inWords(CreateDate);
  }
}

/** EXIF's "2024:05:03 10:11:12". Cameras whose clock was never set write zeros. */
function inWords(value: unknown): string | undefined {
  const parts = /^(\d{4}):(\d{2}):(\d{2})/.exec(String(value));
  const [year, month, day] = (parts ?? []).slice(1).map(Number);
  const name = months[(month ?? 0) - 1];
  return name === undefined || !year || !day || day > 31 ? undefined : `${day} ${name} ${year}`;
}

async function lastChanged(file: string): Promise<string> {
  try {
    const { mtime } = await stat(file);
    return `${mtime.getDate()} ${months[mtime.getMonth()]} ${mtime.getFullYear()}`;
  } catch {
    return '';
  }
}
