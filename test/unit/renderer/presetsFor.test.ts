/** @file Which presets are offered for a kind of text, and which is chosen where nobody chose. */
import { expect, it } from 'vitest';
import type { Preset } from '../../../preload/contract/models.ts';
import { defaultPresetFor, presetsFor, savedQuestions } from '../../../renderer/state/presetsFor.ts';
import type { TextKind } from '../../../schemas/text.ts';

const preset = (name: string, writes: Preset['writes'], needsQuestion = false): Preset => ({
  ...{ name, writes, needsQuestion },
  ...{ about: '', text: '', kind: 'text', own: false },
});
const presets: readonly Preset[] = [
  preset('short', 'caption'),
  preset('mine', 'altText'),
  preset('asked', 'altText', true),
  preset('alt-text', 'altText'),
  preset('caption', 'caption'),
  { ...preset('how-many', 'answer'), kind: 'question', text: 'how many ___ are there?' },
  { ...preset('who', 'answer'), kind: 'question', text: 'is this {people}?' },
];

it('presets for a kind of text come first, each group in its order, without those that need a question', () => {
  const names = (kind: TextKind) => presetsFor(kind, presets).map(({ name }) => name);
  expect(names('altText')).toEqual(['mine', 'alt-text', 'short', 'caption']);
  expect(names('caption')).toEqual(['short', 'caption', 'mine', 'alt-text']);
});

it('the preset of a kind that nobody chose is the one named after it, else the first that is offered', () => {
  const byDefault = (kind: TextKind, known = presets) => defaultPresetFor(kind, presetsFor(kind, known));
  expect(byDefault('altText')).toBe('alt-text');
  expect(byDefault('caption')).toBe('caption');
  expect(byDefault('longDescription')).toBe('short');
  expect(byDefault('altText', presets.slice(0, 3))).toBe('mine');
  expect(byDefault('caption', [])).toBeUndefined();
});

it('saved questions are the presets for answers, without those whose placeholders only the command line fills in', () => {
  expect(savedQuestions(presets).map(({ name }) => name)).toEqual(['how-many']);
});
