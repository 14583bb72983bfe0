/** @file The contract: folders, what changes, and the queue. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { noticeSchema } from '../../schemas/notice.ts';
import { runDescriptionSchema, runKindSchema } from '../../schemas/runDescription.ts';
import { textKindSchema } from '../../schemas/text.ts';
import { idSchema, nameSchema, problemSchema } from './common.ts';
import { modelDownloadSchema } from './modelDownloads.ts';

export const folderSchema = z.object({
  id: idSchema,
  rootId: idSchema,
  parentId: idSchema.nullable(),
  /** The last part of its path; of a root, its folder's name. */
  name: z.string(),
  /** What `folder:` in a query finds it by. */
  queryPath: z.string(),
  /** Photos in it and below, missing ones left out. */
  photos: z.int(),
  captioned: z.int(),
});
export type Folder = z.output<typeof folderSchema>;

export const rootSchema = z.object({
  id: idSchema,
  folderId: idSchema,
  path: z.string(),
  state: z.enum(['online', 'offline']),
  watched: z.boolean(),
  ignored: z.array(z.string()),
  /** XMP sidecars beside all of its photos are kept in step. */
  liveSidecars: z.boolean(),
  /** Folders below it whose sidecars are kept in step, also where those of the others are not. */
  liveFolders: z.array(z.object({ folderId: z.int(), path: z.string() })),
});
export type Root = z.output<typeof rootSchema>;

export const overviewSchema = z.object({
  /** Its own, wherever it lies. */
  libraryId: z.string(),
  name: z.string(),
  /** The demo library that comes with Vignette. */
  isDemo: z.boolean(),
  roots: z.array(rootSchema),
  folders: z.array(folderSchema),
  counts: z.object({
    photos: z.int(),
    captioned: z.int(),
    human: z.int(),
    doubtful: z.int(),
    stale: z.int(),
    failed: z.int(),
    missing: z.int(),
  }),
});
export type Overview = z.output<typeof overviewSchema>;

/** A run that is worked on. */
export const runProgressSchema = z.object({
  runId: idSchema,
  description: runDescriptionSchema,
  state: z.enum(['running', 'waiting', 'paused', 'done', 'cancelled']),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  waiting: z.int(),
  ratePerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  /** The photo at hand. */
  photoId: idSchema.nullable(),
  /** Why it waits. */
  reason: problemSchema.nullable(),
});
export type RunProgress = z.output<typeof runProgressSchema>;

/** A run that the queue has processed. */
export const endedRunSchema = z.object({
  runId: idSchema,
  kind: runKindSchema,
  /** Of a run that captions: what it wrote. */
  writes: textKindSchema.optional(),
  /** Jobs. */
  done: z.int(),
  failed: z.int(),
});
export type EndedRun = z.output<typeof endedRunSchema>;

/** An edit of many photos that is under way; it ends when `done` reaches `total`, or with what it was asked by. */
export const editProgressSchema = z.object({ done: z.int(), total: z.int() });
export type EditProgress = z.output<typeof editProgressSchema>;

export const queueStateSchema = z.object({
  paused: z.boolean(),
  /** Why it rests though nobody paused it: quiet hours, battery, a full disk. */
  reason: problemSchema.nullable(),
  runs: z.array(runProgressSchema),
});
export type QueueState = z.output<typeof queueStateSchema>;

/** How far the photos are indexed for visual search, by the default matching model. */
export const indexingStateSchema = z.object({
  indexed: z.int(),
  /** Not indexed yet, whether somebody asked for it or not. */
  left: z.int(),
  /** They are indexed by themselves. */
  automatic: z.boolean(),
});
export type IndexingState = z.output<typeof indexingStateSchema>;

export const scanStateSchema = z.object({
  scanning: z.boolean(),
  found: z.int(),
  /** Photos whose files are still to be read. */
  unread: z.int(),
  problems: z.array(problemSchema.extend({ path: z.string() })).max(100),
});
export type ScanState = z.output<typeof scanStateSchema>;

/** What changed. A page that gets one asks again for what it shows of it. */
export const libraryEventSchema = z.discriminatedUnion('type', [
  /** `ids` is empty when too many changed to name them. */
  z.object({ type: z.literal('photos'), ids: z.array(idSchema) }),
  z.object({ type: z.literal('folders') }),
  z.object({ type: z.literal('runs') }),
  z.object({ type: z.literal('models') }),
  /** All downloads of models there are, and how far they are. */
  z.object({ type: z.literal('downloads'), downloads: z.array(modelDownloadSchema) }),
  /** A download has become a model; `isDefault` where it writes captions by default from now on. */
  z.object({ type: z.literal('downloaded'), modelId: z.string(), isDefault: z.boolean() }),
  z.object({ type: z.literal('queue'), queue: queueStateSchema }),
  z.object({ type: z.literal('ended'), run: endedRunSchema }),
  z.object({ type: z.literal('edit'), edit: editProgressSchema.nullable() }),
  z.object({ type: z.literal('scan'), scan: scanStateSchema }),
  /** Null while no model can index, and before it is known. */
  z.object({ type: z.literal('indexing'), indexing: indexingStateSchema.nullable() }),
  /** Something that a person should know, such as a backup that took a damaged catalog's place. */
  z.object({ type: z.literal('notice'), notices: z.array(noticeSchema) }),
]);
export type LibraryEvent = z.output<typeof libraryEventSchema>;

export const jobFailureSchema = problemSchema.extend({
  jobId: idSchema,
  runId: idSchema,
  photoId: idSchema,
  fileName: z.string(),
  quarantined: z.boolean(),
});

/** What happens to every new photo in a folder and below. */
export const ruleSchema = z.object({
  id: idSchema,
  folderId: idSchema,
  description: runDescriptionSchema,
  preset: z.string(),
  /** Of one that captions: the kind of text. */
  writes: textKindSchema,
  modelId: z.string(),
  /** Of one that tags: at most how many tags, below which tag (empty: anywhere), and how many it can choose from now. */
  tagging: z.object({ max: z.int(), below: z.string(), available: z.int() }).nullable(),
  enabled: z.boolean(),
});
export type Rule = z.output<typeof ruleSchema>;

const ofFolder = { folderId: idSchema, modelId: nameSchema.optional() };
export const newRuleSchema = z.discriminatedUnion('does', [
  /** Or writes texts of another kind. */
  z.object({
    does: z.literal('caption'),
    ...ofFolder,
    preset: nameSchema,
    writes: textKindSchema.default('caption'),
  }),
  /** Out of the vocabulary as it is when a photo appears, or out of what stands below a tag. */
  z.object({
    does: z.literal('tag'),
    ...ofFolder,
    max: z.int().min(1).max(100).default(10),
    below: nameSchema.optional(),
  }),
]);
export type NewRule = z.output<typeof newRuleSchema>;

export const foldersOnDiskSchema = z.object({
  /** Absolute, as its parent's. */
  path: z.string(),
  /** Null of the topmost one. */
  parent: z.string().nullable(),
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
  /** In the folder itself. */
  photos: z.int(),
  /** There is more in it than is looked at. */
  isCut: z.boolean(),
});
export type FoldersOnDisk = z.output<typeof foldersOnDiskSchema>;

/** Something with a name that leads to photos. */
export const foundNameSchema = z.object({
  kind: z.enum(['folder', 'tag', 'person', 'photo']),
  /** Of a folder the path by which `folder:` finds it, of a tag its path, of a photo its file's name. */
  name: z.string(),
  /** Of a photo. */
  photoId: idSchema.nullable(),
});
export type FoundName = z.output<typeof foundNameSchema>;

export const libraryContract = {
  overview: oc.output(overviewSchema),
  /** What fits the text typed, of each kind the best first, so many at most. */
  names: oc
    .input(z.object({ typed: z.string().max(1000), limit: z.int().min(1).max(50).default(8) }))
    .output(z.array(foundNameSchema)),
  /** Begins with the state of the queue and of scanning, then what changes. Subscribe before asking for anything else. */
  watch: oc.output(eventIterator(libraryEventSchema)),
  /** Of the machine that the library is on, by default the person's own; links are not followed. @throws PATH_NOT_FOUND, PATH_UNREADABLE, … */
  foldersOnDisk: oc.input(z.object({ path: z.string().max(4096).optional() })).output(foldersOnDiskSchema),
  addFolder: oc.input(z.object({ path: nameSchema })).output(rootSchema),
  /** Its photos and texts are kept, and are there again when it is added again. */
  removeFolder: oc.input(z.object({ rootId: idSchema })),
  /** Of the folder and all below it. */
  setLiveSidecars: oc.input(z.object({ folderId: idSchema, live: z.boolean() })),
  setIgnored: oc.input(z.object({ rootId: idSchema, patterns: z.array(nameSchema).max(1000) })),
  scan: oc.input(z.object({ rootId: idSchema.optional() })),
  rules: oc.output(z.array(ruleSchema)),
  addRule: oc.input(newRuleSchema).output(ruleSchema),
  setRuleEnabled: oc.input(z.object({ ruleId: idSchema, enabled: z.boolean() })),
  removeRule: oc.input(z.object({ ruleId: idSchema })),
  pauseQueue: oc.input(z.object({ paused: z.boolean() })),
  failures: oc
    .input(z.object({ runId: idSchema.optional(), limit: z.int().min(1).max(1000).default(200) }))
    .output(z.array(jobFailureSchema)),
  /** Of one job, of a run, or of all. */
  retry: oc.input(z.object({ jobId: idSchema.optional(), runId: idSchema.optional() })),
};
