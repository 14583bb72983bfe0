/** @file What a run did, as the languages say it. */
import { describe, expect, it } from 'vitest';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { type RunDescription, runDescriptionSchema } from '../../../schemas/runDescription.ts';

const { names } = texts.en.runs;

const titles: readonly (readonly [RunDescription, string])[] = [
  [{ kind: 'caption', preset: 'caption' }, names.caption.caption('caption')],
  [{ kind: 'captionPaths', path: 'p', more: 0 }, names.captionPaths.caption('p')],
  [{ kind: 'captionPaths', path: 'p', more: 2 }, names.captionPaths.caption(names.more('p', '2'))],
  [{ kind: 'ask', question: 'what color is it?', more: 2 }, names.ask(names.more('what color is it?', '2'))],
  [{ kind: 'ask', question: 'what color is it?', more: 0 }, names.ask('what color is it?')],
  [{ kind: 'undo', of: { kind: 'undo', of: { kind: 'score' } } }, names.undo(names.undo(names.check))],
  [{ kind: 'redo', of: { kind: 'score' } }, names.redo(names.check)],
  [{ kind: 'approveCaption' }, names.approve.caption],
  [{ kind: 'captionFromAnswer' }, names.useAnswer.caption],
  [{ kind: 'answerAdded', textKind: 'altText' }, names.addAnswer.altText],
  [{ kind: 'tagByAnswers', of: { kind: 'ask', question: 'what?', more: 0 } }, names.byAnswers(names.ask('what?'))],
  [{ kind: 'score' }, names.check],
  [{ kind: 'embed' }, names.index],
  [{ kind: 'embed', modelId: 'demo' }, names.indexWith('demo')],
  [{ kind: 'addTag', tag: 'sea', more: 3 }, names.addTag(names.more('sea', '3'))],
  [{ kind: 'removeTag', tag: 'sea', more: 0 }, names.removeTag('sea')],
  [{ kind: 'mergeTags', tag: 'sea', more: 0, into: 'ocean' }, names.changeTag('sea', 'ocean')],
  [{ kind: 'moveTag', tag: 'sea', more: 0, parent: 'places' }, names.moveTag('sea', 'places')],
  [{ kind: 'moveTag', tag: 'sea', more: 1, parent: '' }, names.moveToTop(names.more('sea', '1'))],
  [{ kind: 'replaceInTags', pattern: '^sea$', replacement: 'ocean' }, names.replace('^sea$', 'ocean')],
  [{ kind: 'restrictTags', vocabulary: 12 }, names.vocabulary('12')],
  [{ kind: 'removeImpliedTags' }, names.redundantParents],
  [{ kind: 'editCaption' }, names.edit.caption],
  [{ kind: 'editCaption', textKind: 'altText' }, names.edit.altText],
  [{ kind: 'caption', preset: 'p', textKind: 'longDescription' }, names.caption.longDescription('p')],
  [{ kind: 'editAnswer' }, names.editAnswer],
  [{ kind: 'editAnswers', answers: 12 }, 'Edit 12 answers'],
  [{ kind: 'acceptCaptions', captions: 50, minItm: 0.9 }, 'Approve 50 captions with 90% match or more'],
  [{ kind: 'acceptCaptions', captions: 1, minItm: 0.9 }, 'Approve 1 caption with 90% match or more'],
  [{ kind: 'stack', change: 'captions', photos: 1 }, 'Copy captions within stacks'],
  [{ kind: 'acceptTexts', texts: 3, textKind: 'altText' }, 'Approve 3 alt texts'],
  [{ kind: 'rejectCaption' }, names.reject.caption],
  [{ kind: 'rejectCaption', textKind: 'longDescription' }, names.reject.longDescription],
  [{ kind: 'removeCaption' }, names.remove.caption],
];

describe('the title of a run', () => {
  it.each(titles)('of %j is a sentence of the catalog, and in Chinese holds no English word', (run, title) => {
    expect(runDescriptionSchema.parse(run)).toEqual(run);
    expect(runTitle(run, texts.en)).toBe(title);
    const typed = /what color is it\?|what\?|sea|ocean|places|caption$|demo|\bp\b|\^|\$/g;
    expect(runTitle(run, texts.zh).replaceAll(typed, '')).not.toMatch(/[a-z]/i);
    expect(runTitle(run, texts.zh)).toMatch(/\p{Script=Han}/u);
  });

  it('in words of its own stays as it is', () => {
    expect(runTitle({ kind: 'named', name: 'Import <b>old</b>' }, texts.zh)).toBe('Import <b>old</b>');
  });

  it('keeps what a person typed in it', () => {
    const asked: RunDescription = { kind: 'ask', question: 'what color\nis it?', more: 2 };
    expect(runTitle(asked, texts.zh)).toContain('what color\nis it?');
    expect(runTitle({ kind: 'chat', question: 'Undo: what?' }, texts.zh)).toBe('Undo: what?');
  });
});

it('facts that are none are refused', () => {
  for (const wrong of [{}, { kind: 'caption' }, { kind: 'undo', of: 'Edit a caption' }, { kind: 'ask', question: 1 }]) {
    expect(runDescriptionSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
});
