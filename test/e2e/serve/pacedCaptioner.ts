/** @file A stand-in for the model: captions come when the test says so. */

import type { Captioner } from '../../../main/api/folderLibrary.ts';
import type { CaptionOutcome } from '../../../main/library/captioning/captionPhotos.ts';
import type { PhotoFile } from '../../../main/library/photos/photoFile.ts';
import type { SerializedError } from '../../../native-models/errors.ts';

interface Captioned {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

type Step = Captioned | { readonly error: SerializedError } | { readonly end: Error | undefined };

const noTimes = { imageMs: 0, visionMs: 0, qformerMs: 0, prefillMs: 0, decodeMs: 0, totalMs: 0 };

export class PacedCaptioner {
  readonly #steps: Step[] = [];
  #wake: (() => void) | undefined;

  /** Captions the next photo. */
  caption(text: string, width = 1080, height = 810): void {
    this.#add({ text, width, height });
  }

  /** Fails the next photo. */
  fail(code: string, message: string): void {
    this.#add({ error: { name: 'ImageError', code, message, details: {} } });
  }

  /** Ends the whole run, with an error or without. */
  end(error?: Error): void {
    this.#add({ end: error });
  }

  readonly run: Captioner = (photos, signal) => this.#run(photos, signal);

  #add(step: Step): void {
    this.#steps.push(step);
    this.#wake?.();
  }

  async #next(signal: AbortSignal): Promise<Step> {
    for (;;) {
      const step = this.#steps.shift();
      if (step !== undefined) return step;
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  async *#run(photos: readonly PhotoFile[], signal: AbortSignal): AsyncGenerator<CaptionOutcome<PhotoFile>> {
    for (const photo of photos) {
      const step = await this.#next(signal);
      if ('end' in step) {
        if (step.end !== undefined) throw step.end;
        return;
      }
      if ('error' in step) yield { photo, error: step.error };
      else {
        const { text, width, height } = step;
        yield {
          photo,
          answer: { prompt: 'a photo of', warnings: [], text, tokenIds: [], finish: 'eos', width, height, ms: noTimes },
          atMs: 0,
        };
      }
    }
  }
}
