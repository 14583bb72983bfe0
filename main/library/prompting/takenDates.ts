/** @file When photos were taken, in words for a prompt. Main process and CLI. */
import { stat } from 'node:fs/promises';

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Reads what photos say of themselves. */
export interface DateReader {
  /** `local` as the camera's clock had it: `2024-05-03T…`, or a beginning of that. */
  read(file: string): Promise<{ readonly takenAt: { readonly local: string } | null }>;
  /** @throws LibraryError EXIFTOOL_UNAVAILABLE */
  assertExifTool(): Promise<void>;
}

export class TakenDates {
  readonly #pictures: DateReader;

  private constructor(pictures: DateReader) {
    this.#pictures = pictures;
  }

  /** Finds out right away whether ExifTool runs here: without it, some dates would silently be others. */
  static async start(pictures: DateReader): Promise<TakenDates> {
    await pictures.assertExifTool();
    return new TakenDates(pictures);
  }

  /** "3 May 2024": when the camera says the photo was taken, else when its file was last changed; "" for no file. */
  async of(file: string): Promise<string> {
    return (await this.#recorded(file)) ?? (await lastChanged(file));
  }

  /** Undefined for a file that cannot be read: whoever opens the photo will say what is wrong with it. */
  async #recorded(file: string): Promise<string | undefined> {
    try {
      const { takenAt } = await this.#pictures.read(file);
      return takenAt === null ? undefined : dateInWords(takenAt.local);
    } catch {
      return undefined;
    }
  }
}

/** From `2024-05-03T…`; from `2024-05` and `2024`, what they say. */
export function dateInWords(local: string): string {
  const [year, month, day] = local.slice(0, 10).split('-').map(Number);
  return [day, month === undefined ? undefined : months[month - 1], year]
    .filter((part) => part !== undefined)
    .join(' ');
}

async function lastChanged(file: string): Promise<string> {
  try {
    const { mtime } = await stat(file);
    return `${mtime.getDate()} ${months[mtime.getMonth()]} ${mtime.getFullYear()}`;
  } catch {
    return '';
  }
}
