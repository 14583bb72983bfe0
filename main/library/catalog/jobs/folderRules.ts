/** @file "Caption every new photo here with this preset", "tag it from the vocabulary": what is to be done with photos that appear below a folder. */
import * as z from 'zod';
import { runDescriptionSchema } from '../../../../schemas/runDescription.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { runIdentitySchema } from '../texts/provenance.ts';
import { jobRunKinds } from './jobs.ts';

/** What a rule has done: the terms of the run, written down when the rule is made. */
export const ruleActionSchema = z.object({
  kind: z.enum(jobRunKinds),
  description: runDescriptionSchema,
  identity: runIdentitySchema,
  /** Of a rule that asks. */
  questions: z.array(z.string()).default([]),
  priority: z.int().default(0),
  /** The preset that the prompt was taken from, for the person who looks at the rule. */
  preset: z.string().optional(),
  /**
   * Of a rule that tags: at most so many tags of a photo, out of the vocabulary as it is when the photo appears, or out of
   * what stands below a path in it. The identity says nothing of tags.
   */
  tagging: z.object({ max: z.int().min(1).max(100), below: z.string().optional() }).optional(),
});
export type RuleAction = z.output<typeof ruleActionSchema>;

export interface FolderRule {
  readonly id: number;
  readonly folderId: number;
  readonly action: RuleAction;
  readonly enabled: boolean;
  /** Of the run that new photos were last put into. */
  readonly runId: number | undefined;
  readonly createdAtMs: number;
}

export interface RuledPhotos {
  readonly rule: FolderRule;
  readonly photoIds: readonly number[];
}

interface RuleRow {
  readonly id: number;
  readonly folder_id: number;
  readonly action: string;
  readonly enabled: number;
  readonly run_id: number | null;
  readonly created_at_ms: number;
}

export class FolderRuleStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** @throws CatalogError NO_SUCH_FOLDER */
  add(folderId: number, action: RuleAction): number {
    return this.#connection.write(() => {
      if (this.#connection.prepare<[number]>('SELECT 1 FROM folder WHERE id = ?').get(folderId) === undefined) {
        throw new CatalogError('NO_SUCH_FOLDER', `The catalog has no folder ${folderId}.`, { folderId });
      }
      const { lastInsertRowid } = this.#connection
        .prepare<[number, string, number]>(
          'INSERT INTO folder_rule (folder_id, action, created_at_ms) VALUES (?, ?, ?)',
        )
        .run(folderId, JSON.stringify(action), this.#connection.nowMs());
      this.#connection.foldersChanged();
      return Number(lastInsertRowid);
    });
  }

  setEnabled(ruleId: number, enabled: boolean): void {
    this.#change('UPDATE folder_rule SET enabled = ? WHERE id = ?', Number(enabled), ruleId);
  }

  /** What it has already given to the queue stays there. */
  remove(ruleId: number): void {
    this.#change('DELETE FROM folder_rule WHERE id = ?', ruleId);
  }

  /** The run that the rule's photos go into until it is over. */
  setRun(ruleId: number, runId: number): void {
    this.#change('UPDATE folder_rule SET run_id = ? WHERE id = ?', runId, ruleId);
  }

  list(): FolderRule[] {
    return this.#connection.prepare<[], RuleRow>('SELECT * FROM folder_rule ORDER BY id').all().map(ruleOf);
  }

  /** Which of these photos lie in, or below, the folder of which rule. */
  applying(photoIds: readonly number[]): RuledPhotos[] {
    const rules = this.list().filter(({ enabled }) => enabled);
    if (rules.length === 0) {
      return [];
    }
    const pairs = this.#connection
      .prepare<[string], { photo_id: number; folder_id: number }>(
        `WITH RECURSIVE above(photo_id, folder_id) AS (
           SELECT photo.id, photo.folder_id FROM json_each(?) AS wanted CROSS JOIN photo ON photo.id = wanted.value
           UNION ALL
           SELECT photo_id, parent_id FROM above CROSS JOIN folder ON folder.id = above.folder_id WHERE parent_id IS NOT NULL
         )
         SELECT photo_id, folder_id FROM above WHERE folder_id IN (SELECT folder_id FROM folder_rule WHERE enabled = 1)`,
      )
      .all(JSON.stringify(photoIds));
    return rules
      .map((rule) => ({
        rule,
        photoIds: pairs.filter((pair) => pair.folder_id === rule.folderId).map((pair) => pair.photo_id),
      }))
      .filter((ruled) => ruled.photoIds.length > 0);
  }

  #change(sql: string, ...values: number[]): void {
    this.#connection.write(() => {
      this.#connection.prepare<number[]>(sql).run(...values);
      this.#connection.foldersChanged();
    });
  }
}

function ruleOf(row: RuleRow): FolderRule {
  return {
    id: row.id,
    folderId: row.folder_id,
    action: ruleActionSchema.parse(JSON.parse(row.action)),
    enabled: row.enabled === 1,
    runId: row.run_id ?? undefined,
    createdAtMs: row.created_at_ms,
  };
}
