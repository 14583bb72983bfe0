/**
 * @file What a person should know and is no error: facts, as they are sent. Their sentences are made where they are shown
 * (resources/messages/noticeText.ts). Any process; data only.
 */
import * as z from 'zod';
import { devices, precisions } from './choices.ts';

const device = z.enum(devices);
const model = z.string();
const sizes = {
  neededBytes: z.number(),
  freeBytes: z.number(),
  fittingPrecision: z.enum(precisions).nullable(),
};

/** Why a model is not computed on the device that was chosen, or slowly: `native-models/devices/deviceNotice.ts`. */
export const deviceNoticeSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('windowsOnly'), params: z.object({ device }) }),
  z.object({ code: z.literal('notIncluded'), params: z.object({ device }) }),
  z.object({ code: z.literal('noNvidia'), params: z.object({ device }) }),
  z.object({ code: z.literal('noCuda'), params: z.object({ device }) }),
  z.object({ code: z.literal('noVulkan'), params: z.object({ device }) }),
  z.object({ code: z.literal('noAdapter'), params: z.object({ device }) }),
  z.object({ code: z.literal('trialCrashed'), params: z.object({ device }) }),
  z.object({ code: z.literal('crashed'), params: z.object({ device }) }),
  z.object({ code: z.literal('lost'), params: z.object({ device }) }),
  z.object({ code: z.literal('outOfMemory'), params: z.object({ device }) }),
  z.object({ code: z.literal('notFinite'), params: z.object({ device }) }),
  z.object({ code: z.literal('failed'), params: z.object({ device }) }),
  z.object({ code: z.literal('noFloat16'), params: z.object({ device }) }),
  z.object({ code: z.literal('wrong'), params: z.object({ device, model }) }),
  z.object({ code: z.literal('tooLarge'), params: z.object({ device, model, ...sizes }) }),
  z.object({ code: z.literal('usedInstead'), params: z.object({ device }) }),
  z.object({ code: z.literal('madeForCards'), params: z.object({ model }) }),
  z.object({ code: z.literal('slow'), params: z.object({ model, ...sizes }) }),
]);
export type DeviceNotice = z.output<typeof deviceNoticeSchema>;

/** What was put right when the library was opened. */
export const libraryNoticeSchema = z.discriminatedUnion('code', [
  /** The search index is being made anew. */
  z.object({ code: z.literal('indexRebuilt'), params: z.object({ photos: z.int() }) }),
  /** `damagedFile`: where what was there before is kept. */
  z.object({
    code: z.literal('catalogRestored'),
    params: z.object({
      loss: z.enum(['damaged', 'empty', 'missing']),
      takenAtMs: z.number(),
      damagedFile: z.string().nullable(),
    }),
  }),
  /** `detail` is English: what the system or the schema said of it. */
  z.object({
    code: z.literal('presetsNotTaken'),
    params: z.object({ file: z.string(), reason: z.enum(['notJson', 'invalid', 'unreadable']), detail: z.string() }),
  }),
  z.object({ code: z.literal('changeReverted'), params: z.object({ reverted: z.int() }) }),
]);
export type LibraryNotice = z.output<typeof libraryNoticeSchema>;

export const noticeSchema = z.union([deviceNoticeSchema, libraryNoticeSchema]);
export type Notice = z.output<typeof noticeSchema>;
