/** @file The captioning loop on its own. */
import { describe, expect, it } from 'vitest';
import { type CaptionOutcome, captionPhotos } from '../../main/library/captioning/captionPhotos.ts';
import { VignetteError } from '../../native-models/errors.ts';
import { type Answer, generationSettingsSchema } from '../../native-models/runtime/protocol.ts';

const settings = generationSettingsSchema.parse({});
const photos = ['/a.jpg', '/b.jpg', '/c.jpg'].map((path) => ({ path }));

function answerOf(text: string): Answer {
  const ms = { imageMs: 0, visionMs: 0, qformerMs: 0, prefillMs: 0, decodeMs: 0, totalMs: 0 };
  return { prompt: 'a photo of', warnings: [], text, tokenIds: [], finish: 'eos', width: 1, height: 1, ms };
}

async function outcomesOf(
  answer: (image: string) => Answer,
  signal?: AbortSignal,
): Promise<{ outcomes: CaptionOutcome<{ path: string }>[]; error: unknown }> {
  const outcomes: CaptionOutcome<{ path: string }>[] = [];
  const answerer = { answer: async ({ image }: { image: string }) => answer(image) };
  try {
    for await (const outcome of captionPhotos({ answerer, photos, prompt: 'p', settings, signal, nowMs: () => 7 })) {
      outcomes.push(outcome);
    }
    return { outcomes, error: undefined };
  } catch (error) {
    return { outcomes, error };
  }
}

describe('captioning photos', () => {
  it('yields every photo with its answer or its error', async () => {
    const { outcomes, error } = await outcomesOf((image) => {
      if (image === '/b.jpg') {
        throw new VignetteError('IMAGE_CORRUPT', 'This file is damaged.', { details: { at: 3 } });
      }
      return answerOf(image);
    });
    expect(error).toBeUndefined();
    expect(outcomes).toEqual([
      { photo: photos[0], answer: answerOf('/a.jpg'), atMs: 7 },
      {
        photo: photos[1],
        error: { name: 'VignetteError', code: 'IMAGE_CORRUPT', message: 'This file is damaged.', details: { at: 3 } },
      },
      { photo: photos[2], answer: answerOf('/c.jpg'), atMs: 7 },
    ]);
  });

  it('keeps an answer that was complete when the signal came, and asks no more', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { outcomes, error } = await outcomesOf((image) => {
      controller.abort(reason);
      return answerOf(image);
    }, controller.signal);
    expect(outcomes).toHaveLength(1);
    expect(error).toBe(reason);
  });

  it("throws the signal's reason rather than call the interrupted photo failed", async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { outcomes, error } = await outcomesOf(() => {
      controller.abort(reason);
      throw new Error('cancelled inside');
    }, controller.signal);
    expect(outcomes).toEqual([]);
    expect(error).toBe(reason);
  });

  it('ends with the error when the model cannot answer anything any more', async () => {
    const gone = new VignetteError('MODEL_HOST_CLOSED', 'The model host was closed.');
    const { outcomes, error } = await outcomesOf((image) => {
      if (image === '/b.jpg') {
        throw gone;
      }
      return answerOf(image);
    });
    expect(outcomes).toHaveLength(1);
    expect(error).toBe(gone);
  });
});
