/** @file The downloads of a library as files in its folder of models, one for each, so that they go on after a restart. Main process and CLI. */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { idFromName } from '../../../native-models/compiler/modelStore.ts';
import { readForeignFile } from '../../../native-models/foreignFile.ts';
import { processIsRunning } from '../../../native-models/processIsRunning.ts';
import { type PrecisionChoice, precisionChoiceSchema } from '../../../native-models/quantization/precision.ts';
import { keptProblemSchema } from '../catalog/problems.ts';
import { writeAtomically } from '../files/atomicWrite.ts';
import { makePrivateFolder } from '../files/privateFiles.ts';

export interface WantedRepositories {
  /** "Salesforce/blip2-opt-2.7b" */
  readonly repo: string;
  /** A branch, a tag or a commit; `main` where undefined. */
  readonly revision?: string | undefined;
  /** Where the repository holds several files that training saved: the path of the one that is meant. */
  readonly file?: string | undefined;
  /** Of an adapter or such a file: the checkpoint that it goes with, as a repository or an absolute folder; of an adapter, what that names where undefined. */
  readonly base?: string | undefined;
  /** Of a checkpoint: an adapter that is merged into it, likewise. */
  readonly adapter?: string | undefined;
}

export interface DownloadRequest extends WantedRepositories {
  readonly precision: PrecisionChoice;
  /** The model's name here; made from the repository's where undefined. */
  readonly id?: string | undefined;
  /** Whether the checkpoint stays in the hub's cache when the model is made. */
  readonly keepsCheckpoint: boolean;
  /** Whether a model of its name gives way, once the new one is complete and tested. */
  readonly replace?: boolean | undefined;
}

/** What the cache did not have before: these are a download's to remove. */
const fetchedSchema = z.array(z.object({ path: z.string(), sizeBytes: z.number(), hash: z.string() }));

const recordSchema = z.object({
  id: z.string(),
  request: z.object({
    repo: z.string(),
    revision: z.string().optional(),
    file: z.string().optional(),
    base: z.string().optional(),
    adapter: z.string().optional(),
    precision: precisionChoiceSchema,
    id: z.string().optional(),
    keepsCheckpoint: z.boolean(),
    replace: z.boolean().optional(),
  }),
  /** What the person or a failure made of it; `running` also while it waits for its turn. */
  state: z.enum(['running', 'paused', 'failed']),
  problem: keptProblemSchema.nullable(),
  /** Once known; everything is fetched at this. */
  commit: z.string().nullable(),
  totalBytes: z.number().nullable(),
  doneBytes: z.number(),
  fetched: fetchedSchema,
  /** The repository that is merged with the one that was asked for. */
  second: z
    .object({ repo: z.string(), revision: z.string(), commit: z.string(), fetched: fetchedSchema })
    .nullable()
    .default(null),
  /** As the repositories' pages state them; none before they were asked. */
  licenses: z.array(z.object({ repo: z.string(), license: z.string().nullable() })).default([]),
  /** An import was begun, and what is left of it is this download's to remove. */
  hasBegunImport: z.boolean(),
  startedAtMs: z.number(),
  /** The process that works on it; null where none does. */
  pid: z.int().nullable(),
});
export type DownloadRecord = z.output<typeof recordSchema>;

export function newRecord(request: DownloadRequest, startedAtMs: number): DownloadRecord {
  return {
    id: downloadId(request),
    request: { ...request },
    state: 'running',
    problem: null,
    commit: null,
    totalBytes: null,
    doneBytes: 0,
    fetched: [],
    second: null,
    licenses: [],
    hasBegunImport: false,
    startedAtMs,
    pid: process.pid,
  };
}

const maxRecordBytes = 4 << 20;
const extension = '.json';

/** The same request has the same id: what is asked for again is gone on with. */
export function downloadId({ repo, revision = 'main', file, base, adapter, precision, id }: DownloadRequest): string {
  const parts = [file, base, adapter].map((part) => part ?? null);
  const others = parts.every((part) => part === null) ? [] : parts;
  const wanted = JSON.stringify([repo, revision, precision, id ?? null, ...others]);
  return `${idFromName(repo).slice(0, 48)}-${createHash('sha256').update(wanted).digest('hex').slice(0, 8)}`;
}

export class DownloadRecords {
  readonly #folder: string;

  constructor(modelsFolder: string) {
    this.#folder = path.join(modelsFolder, '.downloads');
  }

  /** All that can be read, the first that was started first. What is damaged is as if it had never been. */
  async list(): Promise<DownloadRecord[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const records = await Promise.all(
      names.filter((name) => name.endsWith(extension)).map((name) => this.find(name.slice(0, -extension.length))),
    );
    return records
      .filter((record) => record !== undefined)
      .sort((a, b) => a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1));
  }

  async find(id: string): Promise<DownloadRecord | undefined> {
    try {
      const content = await readForeignFile(this.#fileOf(id), maxRecordBytes);
      const record = recordSchema.parse(JSON.parse(content.toString('utf8')));
      return record.id === id ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws the file system's errors */
  async keep(record: DownloadRecord): Promise<void> {
    await makePrivateFolder(this.#folder);
    await writeAtomically(this.#fileOf(record.id), `${JSON.stringify(record, null, 2)}\n`);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#fileOf(id), { force: true });
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, id + extension);
  }
}

/** Whether another process works on it at the moment. */
export function isHeldElsewhere({ pid }: DownloadRecord): boolean {
  return pid !== null && pid !== process.pid && processIsRunning(pid);
}
