/** @file Looks over the whole catalog for what cannot be: `library check`. Reader threads, CLI, tests. */

import type { CatalogConnection } from './connection.ts';
import { checkQueue, type QueueFindingCode, repairQueue } from './jobs/jobCheck.ts';
import { refreshPhotoText } from './search/photoText.ts';
import { AnswerStore } from './texts/answers.ts';
import { CaptionStore, isLiveCaption, shownFirst } from './texts/captions.ts';

export interface CatalogProblem {
  readonly code: 'DAMAGED' | 'BROKEN_REFERENCE' | 'SHOWN_CAPTION' | 'SHOWN_ANSWER' | 'FULL_TEXT' | QueueFindingCode;
  readonly message: string;
  /** Photos or runs that it is about; empty where it is about the whole file. */
  readonly ids: readonly number[];
}

export interface CatalogCheck {
  readonly problems: readonly CatalogProblem[];
}

/** How many of each kind are named. */
const maxNamed = 1000;

/** Reads everything; with 100,000 photos that takes a few seconds. Changes nothing. */
export function checkCatalog(connection: CatalogConnection): CatalogCheck {
  const problems = [...damage(connection)];
  if (problems.length === 0) {
    for (const { code, sentence, sql } of rules) {
      const ids = connection.prepare<[], number>(`${sql} LIMIT ${maxNamed}`).pluck().all();
      if (ids.length > 0) problems.push({ code, message: sentence(ids.length), ids });
    }
    problems.push(...queueProblems(connection));
  }
  return { problems };
}

/**
 * Makes anew what is derived from the rest. Texts and tags are never touched. Returns the problems that are left:
 * damage of the file itself, for which there are backups.
 */
export function repairCatalog(connection: CatalogConnection, { problems }: CatalogCheck): CatalogCheck {
  const captions = new CaptionStore(connection);
  const answers = new AnswerStore(connection);
  for (const { code, ids } of problems) {
    connection.write(() => {
      for (const id of ids) {
        switch (code) {
          case 'SHOWN_CAPTION':
            captions.refreshShown(id);
            break;
          case 'SHOWN_ANSWER':
            answers.refreshShown(id);
            break;
          case 'FULL_TEXT':
            refreshPhotoText(connection, id);
            break;
          default:
            break;
        }
      }
    });
  }
  repairQueue(connection);
  return checkCatalog(connection);
}

function* damage({ database }: CatalogConnection): Generator<CatalogProblem> {
  const integrity = database.pragma('integrity_check(20)');
  const lines = Array.isArray(integrity) ? integrity.map((row: unknown) => Object.values(row ?? {}).join(' ')) : [];
  if (lines.length !== 1 || lines[0] !== 'ok') {
    yield { code: 'DAMAGED', message: `The catalog's file is damaged: ${lines.join('; ')}.`, ids: [] };
  }
  const references = database.pragma('foreign_key_check');
  if (Array.isArray(references) && references.length > 0) {
    const message = `${references.length} rows refer to others that are not there, for example ${JSON.stringify(references[0])}.`;
    yield { code: 'BROKEN_REFERENCE', message, ids: [] };
  }
}

/**
 * What the queue finds wrong with its runs. Waiting jobs of a run that is over are no fault: they are removed piece by
 * piece when it is cancelled, and the next start of the queue removes what a killed process left.
 */
function queueProblems(connection: CatalogConnection): CatalogProblem[] {
  return checkQueue(connection)
    .filter(({ code }) => code !== 'JOBS_OF_CLOSED_RUN')
    .map(({ code, message, runId }) => ({ code, message, ids: [runId] }));
}

interface Rule {
  readonly code: CatalogProblem['code'];
  readonly sentence: (count: number) => string;
  /** Finds the ids of what breaks the rule. */
  readonly sql: string;
}

const rules: readonly Rule[] = [
  {
    code: 'SHOWN_CAPTION',
    sentence: (count) => `${count} photos do not show the caption that they should.`,
    sql: `SELECT id FROM photo WHERE shown_caption_id IS NOT (
        SELECT caption.id FROM caption WHERE photo_id = photo.id AND ${isLiveCaption}
        ORDER BY ${shownFirst} LIMIT 1)`,
  },
  {
    code: 'SHOWN_ANSWER',
    sentence: (count) => `${count} photos show a removed answer, or two answers to one question, or none.`,
    sql: `SELECT photo_id FROM answer GROUP BY photo_id, question_id
      HAVING sum(shown) <> max(removed_run_id IS NULL) OR sum(shown AND removed_run_id IS NOT NULL) > 0`,
  },
  {
    code: 'FULL_TEXT',
    sentence: (count) => `${count} photos cannot be found by their texts.`,
    sql: `SELECT id FROM photo WHERE id NOT IN (SELECT id FROM photo_text_docsize)
      UNION SELECT id FROM photo_text_docsize WHERE id NOT IN (SELECT id FROM photo)`,
  },
];
