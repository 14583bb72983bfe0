/** @file A message of a conversation as the contract has it. Main process and server. */
import * as z from 'zod';
import type { Message } from '../../preload/contract/chat.ts';
import { promptWarningSchema } from '../../schemas/provenance.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { bulkQuestion } from '../library/catalog/runs/askedQuestions.ts';
import type { Message as StoredMessage } from '../library/catalog/texts/conversations.ts';

/** Before codes were kept, there were the sentences alone. */
const warningSchema = z.union([promptWarningSchema, z.string().transform((message) => ({ code: '', message }))]);

/** What is kept of an answer beside its text. */
export const keptDetailsSchema = z.object({
  stopped: z.boolean().default(false),
  finish: z.string().nullable().default(null),
  warnings: z.array(warningSchema).default([]),
  ms: z.record(z.string(), z.number()).default({}),
});
export type KeptDetails = z.output<typeof keptDetailsSchema>;

export function chatMessage(catalog: Catalog, stored: StoredMessage): Message {
  const { id, author, text, createdAtMs, versionIds, runId, prompt } = stored;
  const kept = keptDetailsSchema.parse(stored.details ?? {});
  const run = runId === undefined ? undefined : catalog.runs.get(runId);
  const identity = run?.identity;
  const [modelVersion = null] = run === undefined ? [] : catalog.modelVersions.of(run.id);
  const details =
    identity === undefined
      ? null
      : {
          modelId: identity.model.id,
          precision: identity.model.precision,
          modelVersion,
          device: run?.device ?? null,
          prompt: prompt ?? identity.prompt,
          settings: identity.settings,
          finish: kept.finish,
          warnings: kept.warnings,
          ms: kept.ms,
        };
  const asked = author === 'human' ? bulkQuestion(catalog.connection, text) : undefined;
  const bulkRun = asked === undefined ? null : { runId: asked.runId, photos: asked.photos ?? null };
  return { id, author, text, createdAtMs, stopped: kept.stopped, details, versionIds: [...versionIds], bulkRun };
}
