/** @file What a grid shows of each photo, for many photos at once. Main process, reader threads. */

import type { ShownMarks } from '../../../../schemas/marks.ts';
import type { Problem } from '../../../../schemas/problem.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { CatalogConnection } from '../connection.ts';
import { backgroundPriority } from '../jobs/jobs.ts';
import { storedProblem } from '../problems.ts';
import { withApproval } from '../texts/captions.ts';
import { type ShownMarksRow, shownMarksOf } from './marks.ts';

export interface PhotoCard {
  readonly id: number;
  readonly revision: number;
  readonly fileName: string;
  /** From its root's own folder on: `Holidays/2024`. */
  readonly folder: string;
  readonly width: number | null;
  readonly height: number | null;
  /** What the camera's clock showed, or as much of its beginning as is known. */
  readonly takenLocal: string | null;
  /** 0xRRGGBB; null until the photo was looked at. */
  readonly averageColour: number | null;
  readonly caption: ShownCaption | null;
  readonly tags: readonly string[];
  readonly marks: ShownMarks;
  /** Why it could not be read, or why its last job failed. */
  readonly problem: Problem | null;
  /** In the queue, because somebody wants it. */
  readonly waiting: boolean;
  readonly unreachable: 'missing' | 'offline' | null;
}

export interface ShownCaption {
  readonly id: number;
  readonly text: string;
  readonly source: Source;
  readonly modelId: string | null;
  readonly approvedAtMs: number | null;
  readonly stale: boolean;
  readonly doubtful: boolean | null;
  readonly itm: number | null;
}

interface CardRow extends ShownMarksRow {
  readonly id: number;
  readonly revision: number;
  readonly name: string;
  readonly root_path: string;
  readonly root_state: string;
  readonly relative_path: string;
  readonly missing_since_ms: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly taken_local: string | null;
  readonly average_colour: number | null;
  readonly problem_code: string | null;
  readonly problem_message: string | null;
  readonly problem_facts: string | null;
  readonly job_code: string | null;
  readonly job_message: string | null;
  readonly job_facts: string | null;
  readonly waiting: number;
  readonly caption_id: number | null;
  readonly caption_text: string | null;
  readonly shown_source: Source | null;
  readonly shown_itm: number | null;
  readonly shown_doubtful: number | null;
  readonly shown_revision: number | null;
  readonly model_id: string | null;
  readonly approved_at_ms: number | null;
  readonly tags: string | null;
}

/** Between tags as SQL joins them: no tag has one. */
const separator = '\n';

/** In the order of the ids; photos that are no more are left out. */
export function photoCards(connection: CatalogConnection, ids: readonly number[]): PhotoCard[] {
  return connection.prepare<[string], CardRow>(cardsOfIds).all(JSON.stringify(ids)).map(cardOf);
}

const cardsOfIds = `
  SELECT photo.id, photo.revision, photo.name, root.path AS root_path, root.state AS root_state,
    folder.relative_path, missing_since_ms, photo.width, photo.height, taken_local, average_colour, photo.problem_code, photo.problem_message,
    photo.problem_facts, failed.error_code AS job_code, failed.error_message AS job_message, failed.error_facts AS job_facts,
    EXISTS (SELECT 1 FROM job JOIN run AS asked ON asked.id = run_id WHERE job.photo_id = photo.id
      AND job.state = 'waiting' AND asked.priority > ${backgroundPriority}) AS waiting,
    caption.id AS caption_id, caption.text AS caption_text,
    shown_rating, shown_flag, shown_label, shown_source, shown_itm, shown_doubtful, shown_revision, run.model ->> 'id' AS model_id,
    approval.created_at_ms AS approved_at_ms,
    (SELECT group_concat(path, char(10)) FROM (
       SELECT DISTINCT tag.path FROM photo_tag JOIN tag ON tag.id = tag_id
       WHERE photo_id = photo.id AND removed_run_id IS NULL ORDER BY tag.path_key)) AS tags
  FROM json_each(?) AS wanted
  JOIN photo ON photo.id = wanted.value
  JOIN folder ON folder.id = photo.folder_id
  JOIN root ON root.id = folder.root_id
  LEFT JOIN caption ON caption.id = shown_caption_id
  LEFT JOIN run ON run.id = coalesce(caption.author_run_id, caption.run_id)
  ${withApproval}
  LEFT JOIN job AS failed ON failed.id = (
    SELECT max(id) FROM job WHERE job.photo_id = photo.id AND job.state <> 'waiting')
  ORDER BY wanted.key`;

function cardOf(row: CardRow): PhotoCard {
  const rootName = row.root_path.split(/[\\/]/).findLast((part) => part !== '') ?? row.root_path;
  return {
    id: row.id,
    revision: row.revision,
    fileName: row.name,
    folder: row.relative_path === '' ? rootName : `${rootName}/${row.relative_path}`,
    width: row.width,
    height: row.height,
    takenLocal: row.taken_local,
    averageColour: row.average_colour,
    caption: captionOf(row),
    tags: row.tags === null ? [] : row.tags.split(separator),
    marks: shownMarksOf(row),
    problem: problemIn(row),
    waiting: row.waiting === 1,
    unreachable: row.missing_since_ms !== null ? 'missing' : row.root_state === 'offline' ? 'offline' : null,
  };
}

function captionOf(row: CardRow): ShownCaption | null {
  if (row.caption_id === null || row.caption_text === null || row.shown_source === null) {
    return null;
  }
  return {
    id: row.caption_id,
    text: row.caption_text,
    source: row.shown_source,
    modelId: row.shown_source === 'model' ? row.model_id : null,
    approvedAtMs: row.approved_at_ms,
    stale: row.shown_revision !== row.revision,
    doubtful: row.shown_doubtful === null ? null : row.shown_doubtful === 1,
    itm: row.shown_itm,
  };
}

function problemIn(row: CardRow): PhotoCard['problem'] {
  if (row.problem_code !== null) {
    return storedProblem(row.problem_code, row.problem_message, row.problem_facts);
  }
  return row.job_code === null ? null : storedProblem(row.job_code, row.job_message, row.job_facts);
}
