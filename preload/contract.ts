/** @file The contract between the interface and whatever serves it: its procedures, event streams and data. Used by the renderer (types only), by the router and by tests; the same over a MessagePort and over a WebSocket. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';

/** What went wrong, for a person to read. `code` is stable. */
export const problemSchema = z.object({ code: z.string(), message: z.string() });
export type Problem = z.output<typeof problemSchema>;

export const captionSchema = z.object({
  text: z.string(),
  /** Who wrote it. */
  source: z.enum(['ai', 'human', 'import']),
  /** The model that wrote it; null where no model did. */
  modelId: z.string().nullable(),
});
export type Caption = z.output<typeof captionSchema>;

export const photoSchema = z.object({
  /** Names the photo in addresses. Never a path. */
  id: z.string(),
  fileName: z.string(),
  /** Its folder as a person would name it, for showing only; '' at the top of the library. */
  folder: z.string(),
  /** Size with the orientation applied; null until the picture has been read. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  caption: captionSchema.nullable(),
  /** Why it has no caption; null while it waits for one. */
  problem: problemSchema.nullable(),
});
export type Photo = z.output<typeof photoSchema>;

export const progressSchema = z.object({
  captioned: z.int(),
  failed: z.int(),
  total: z.int(),
  state: z.enum(['running', 'finished', 'stopped']),
  /** Why the whole run stopped early, where it did. */
  problem: problemSchema.nullable(),
});
export type Progress = z.output<typeof progressSchema>;

export const librarySnapshotSchema = z.object({
  name: z.string(),
  photos: z.array(photoSchema),
  progress: progressSchema,
});
export type LibrarySnapshot = z.output<typeof librarySnapshotSchema>;

/** Each event carries the whole new state of what changed, so that applying one twice does no harm. */
export const captionEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('captioned'), photo: photoSchema }),
  z.object({ type: z.literal('failed'), photo: photoSchema }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
]);
export type CaptionEvent = z.output<typeof captionEventSchema>;

/** Widths and heights, in pixels, that a photo may be asked for. A fixed list keeps what is rendered bounded. */
export const photoSizesPx = [320, 640, 1280, 2560] as const;
export type PhotoSizePx = (typeof photoSizesPx)[number];

/** The channel on which a page inside Electron hands over its end of the connection. A type, so that no page bundles this file. */
export type ConnectMessage = 'vignette:connect';

export const contract = {
  library: {
    /** Everything the library holds now. */
    captions: oc.output(librarySnapshotSchema),
    /** What changes from now on. Subscribe first and ask for `captions` second, so that nothing falls between. */
    watchCaptions: oc.output(eventIterator(captionEventSchema)),
  },
};
