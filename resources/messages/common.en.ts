/** @file English: words that every view uses. */
import type { Blame } from '../../schemas/problem.ts';
import type { ModelVersion } from '../../schemas/provenance.ts';
import { counted, shortRevision } from './format.ts';

export const common = {
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  remove: 'Remove',
  add: 'Add',
  edit: 'Edit',
  copy: 'Copy',
  copied: 'Copied.',
  copyRefused: 'The browser blocked copying. Select the text and copy it yourself.',
  undo: 'Undo',
  redo: 'Redo',
  /** @param title of the run */
  undone: (title: string) => `Undone: ${title}`,
  redone: (title: string) => `Redone: ${title}`,
  undoNamed: (title: string, photos: number) =>
    photos > 1 ? `Undo “${title}” (${counted(photos, 'photo')})` : `Undo “${title}”`,
  redoNamed: (title: string, photos: number) =>
    photos > 1 ? `Redo “${title}” (${counted(photos, 'photo')})` : `Redo “${title}”`,
  nothingToUndo: 'Nothing to undo.',
  nothingToRedo: 'Nothing to redo.',
  /** The first without its full stop. */
  sentences: (first: string, second: string) => `${first}. ${second}`,
  numberRange: (min: string, max: string) =>
    `Enter a number from ${min} to ${max}. The previous value is used until then.`,
  wholeNumberRange: (min: string, max: string) =>
    `Enter a whole number from ${min} to ${max}. The previous value is used until then.`,
  demoWarning: 'The demo model knows only drawn scenes. What it says about real photos is wrong.',
  importModel: 'Import model',
  retry: 'Try again',
  stop: 'Stop',
  loading: 'Loading',
  back: 'Back',
  next: 'Next',
  previous: 'Previous',
  done: 'Done',
  more: 'More',
  clear: 'Clear',
  none: 'None',
  photos: (count: number) => counted(count, 'photo'),
  failed: 'The operation could not be completed.',
  /** What is at fault, where it is not the program. */
  blamed: {
    photo: 'The photo cannot be used.',
    question: 'The request cannot be carried out.',
    model: 'The model cannot be used.',
    disk: 'There is a problem with the disk.',
  } satisfies Record<Exclude<Blame, 'program'>, string>,
  /** @param message of an error that nobody foresaw */
  unexpected: (message: string) => `Something went wrong: ${message}`,
  /** Where the program gave no reason. */
  failedInside: 'An internal error occurred. Try again; if the problem persists, restart Vignette.',
  /** By code: what the page says otherwise than the command line. */
  problems: {
    MODEL_NOT_CHOSEN: 'Several models are installed. Choose a default on the Models page.',
  } as Readonly<Record<string, string>>,
  connectionLost: 'The connection to Vignette was lost.',
  connectionLostHint: 'Reconnecting automatically. If Vignette has quit, restart it and open the address it prints.',
  sessionEnded: 'Vignette was restarted, and this session has ended.',
  sessionEndedHint:
    'In this browser, open the latest address that Vignette printed. This page then reconnects automatically.',
  connectionBack: 'Reconnected.',
  modelVersion: ({ id, revision, precision }: Pick<ModelVersion, 'id' | 'revision' | 'precision'>) =>
    revision === null ? `${id}, ${precision}` : `${id}, revision ${shortRevision(revision)}, ${precision}`,
  writtenByModel: (model: string) => `Written by the model ${model}`,
  writtenByHuman: 'Written by a person',
  imported: 'Imported',
  andApproved: (author: string, date: string) => `${author}, approved by a person on ${date}`,
};
