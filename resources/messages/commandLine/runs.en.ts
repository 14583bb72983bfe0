/** @file English: runs and presets on the command line. */
import type { ModelVersion } from '../../../schemas/provenance.ts';
import { counted, english } from '../format.ts';

const number = (value: number): string => english.number(value);

export const runs = {
  none: 'There are no runs yet.',
  columns: ['ID', 'BEGUN', 'WHAT', 'MODEL', 'STATE'],
  states: { running: 'running', paused: 'paused', done: 'done', cancelled: 'canceled' },
  partly: (state: string, done: number, total: number) => `${state}, ${number(done)} of ${number(total)} done`,
  undoneBy: (id: number) => `undone by ${id}`,
  /** The lines of `runs show`. */
  facts: {
    run: 'Run',
    state: 'State',
    begun: 'Begun',
    finished: 'Finished',
    changed: 'Changed',
    model: 'Model',
    version: 'Version',
    prompt: 'Prompt',
    settings: 'Settings',
    filter: 'Filter',
    device: 'Device',
    source: 'Source',
    undoes: 'Undoes',
  },
  title: (id: number, title: string) => `${id}: ${title}`,
  number: (id: number) => `run ${id}`,
  changes: (count: number) => counted(count, 'change'),
  /** @param sha256 its first digits */
  model: (id: string, precision: string, sha256: string) => `${id} (${precision}, ${sha256}…)`,
  version: ({ id, source, revision, precision, compiler }: ModelVersion) =>
    `${id}: ${source}, ${revision === null ? '' : `revision ${revision}, `}${precision}, compiler ${compiler}`,
  filter: (id: string, candidates: number, doubtfulBelow: number) =>
    `${id}, ${candidates} candidates, doubtful below ${doubtfulBelow}`,
  toUndo: (id: number) => `To undo it: vignette runs undo ${id}`,
  toRedo: (id: number) => `To redo it: vignette runs undo ${id}`,
  undoing: (done: number, total: number) => `Undoing: ${number(done)} of ${counted(total, 'change')}`,
  undid: (id: number, changes: number, kept: number) =>
    `Undid run ${id}: ${counted(changes, 'change')} undone${keptSince(kept)}.`,
  redid: (id: number, changes: number, kept: number) =>
    `Redid run ${id}: ${counted(changes, 'change')} redone${keptSince(kept)}.`,

  presetColumns: ['NAME', '', 'FOR'],
  ownPreset: 'yours',
  /** @param about English, of a built-in preset */
  presetAbout: (_name: string, about: string): string => about,
  wordingColumns: ['MODELS', 'PROMPT'],
  presetSaved: (name: string) => `Saved ${name}.`,
  presetRemoved: (name: string) => `Removed ${name}.`,
  notForThese: '(not for these)',
  noPrompt: '(none: the model speaks unasked)',
};

function keptSince(count: number): string {
  return count === 0 ? '' : `, ${number(count)} kept (changed since)`;
}
