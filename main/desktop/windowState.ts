/** @file Where the window stood when it was last seen: kept in a file, and found again on a screen that is there. Desktop main process. */
import * as z from 'zod';
import { readForeignFile } from '../../native-models/foreignFile.ts';
import { writeAtomically } from '../library/files/atomicWrite.ts';

export const minWidthPx = 560;
export const minHeightPx = 400;
const defaultSize = { width: 1280, height: 860 };
/** So much of the window's top must be on a screen that a person can take hold of it there. */
const heldPx = 80;
const titleBarPx = 24;

const maxFileBytes = 4096;

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(minWidthPx),
  height: z.int().min(minHeightPx),
  maximized: z.boolean(),
  fullScreen: z.boolean(),
});
export type WindowState = z.output<typeof stateSchema>;

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowPlace {
  readonly width: number;
  readonly height: number;
  /** Without it, the window is centred. */
  readonly position: { readonly x: number; readonly y: number } | undefined;
  readonly maximized: boolean;
  readonly fullScreen: boolean;
}

/** @param workAreas of the screens that are there, the main one first */
export function placeFor(state: WindowState | undefined, workAreas: readonly Rectangle[]): WindowPlace {
  const { width, height, maximized, fullScreen } = state ?? { ...defaultSize, maximized: false, fullScreen: false };
  const home = state === undefined ? undefined : workAreas.find((area) => holds(area, state));
  const area = home ?? workAreas[0];
  return {
    width: Math.max(minWidthPx, Math.min(width, area?.width ?? width)),
    height: Math.max(minHeightPx, Math.min(height, area?.height ?? height)),
    position: state === undefined || home === undefined ? undefined : { x: state.x, y: state.y },
    maximized,
    fullScreen,
  };
}

function holds(area: Rectangle, state: WindowState): boolean {
  const shownPx = Math.min(area.x + area.width, state.x + state.width) - Math.max(area.x, state.x);
  return shownPx >= heldPx && state.y >= area.y && state.y + titleBarPx <= area.y + area.height;
}

export class WindowStateFile implements AsyncDisposable {
  readonly #file: string;
  #written: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** Undefined where there is none, or none that can be used: then the window opens as it did the first time. */
  async read(): Promise<WindowState | undefined> {
    try {
      return stateSchema.parse(JSON.parse((await readForeignFile(this.#file, maxFileBytes)).toString('utf8')));
    } catch {
      return undefined;
    }
  }

  /** One after the other, so that the last one stays. Where it cannot be kept, the window opens elsewhere, no more. */
  save(state: WindowState): void {
    const content = `${JSON.stringify(state, undefined, 2)}\n`;
    this.#written = this.#written.then(() => writeAtomically(this.#file, content)).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written;
  }
}
