/** @file What a run did, as the languages say it. */
import { describe, expect, it } from 'vitest';
import { runTitle } from '../../../renderer/state/runs/runTitle.ts';
import { texts } from '../../../resources/messages/texts.ts';

const names = [
  'Caption: caption',
  'Ask: what color is it? and 2 more',
  'Ask: what color is it?',
  'Undo: Undo: Judge captions',
  'Redo: Judge captions',
  'Approve a caption',
  'Use an answer as the caption',
  'Tag by answers: Ask: what color is it?',
  'Judge captions',
  'Make photos findable by what they show',
  'Add the tag sea and 3 more',
  'Remove the tag sea',
  'Turn the tag sea into ocean',
  'Move the tag sea below places',
  'Move the tag sea and 1 more to the top',
  'Replace ^sea$ by ocean in tags',
  'Keep the tags of a vocabulary of 12',
  'Drop tags that deeper ones imply',
  'Edit a caption',
  'Edit an answer',
  'Remove a caption',
];

describe('the name of a run', () => {
  it.each(names)(
    '%s is in English what the library calls it, and in Chinese holds none of its English words',
    (name) => {
      expect(runTitle(name, texts.en)).toBe(name);
      expect(runTitle(name, texts.zh)).not.toMatch(
        /Caption|Ask|Undo|Redo|Approve|Use|Tag|Judge|Make|Add|Remove|Turn|Move|Replace|Keep|Drop|Edit|more/,
      );
    },
  );

  it('that nobody foresaw stays as it is', () => {
    expect(runTitle('Import <b>old</b>', texts.zh)).toBe('Import <b>old</b>');
  });

  it('keeps what a person typed in it', () => {
    expect(runTitle('Ask: what color\nis it? and 2 more', texts.zh)).toContain('what color\nis it?');
  });
});
