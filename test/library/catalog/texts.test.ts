/** @file Captions, answers, tags, scores and conversations: whose text is shown, and that nobody's is lost. */
import { describe, expect } from 'vitest';
import { runIdentityHash } from '../../../main/library/catalog/runs/runs.ts';
import type { RunIdentity } from '../../../main/library/catalog/texts/provenance.ts';
import { tagMeant, tagWords } from '../../../main/library/catalog/texts/vocabulary.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { it } from '../../support/fixtures.ts';
import { shownCaption, testCatalog } from '../../support/testCatalog.ts';

const identity: RunIdentity = {
  model: { id: 'demo', sha256: 'ab', precision: 'fp32' },
  prompt: 'a photo of',
  kind: 'question',
  settings: generationSettingsSchema.parse({ numBeams: 3 }),
  filter: { model: { id: 'scorer', sha256: 'cd', precision: 'fp32' }, candidates: 4, doubtfulBelow: 0.3 },
};

describe('captions', () => {
  it('of a person are shown before those of a model, whichever came first, and both are kept', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
    catalog.captions.add(photoId, runId, { text: 'a dog', source: 'model' });
    catalog.captions.write(photoId, 'our dog Rex');
    catalog.captions.add(photoId, runId, { text: 'a brown dog', source: 'model' });
    expect(shownCaption(catalog, photoId)).toBe('our dog Rex');
    expect(catalog.captions.of(photoId).map(({ text, source }) => [source, text])).toEqual([
      ['human', 'our dog Rex'],
      ['model', 'a brown dog'],
      ['model', 'a dog'],
    ]);
  });

  it('of a person take the place of their earlier one, which undoing brings back', async ({ test }) => {
    const photoId = test.addPhoto('a.jpg');
    test.catalog.captions.write(photoId, 'first');
    test.catalog.captions.write(photoId, 'second');
    expect(test.catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['second']);
    await test.catalog.undo.revert(test.catalog.runs.list()[0]?.id ?? 0);
    expect(shownCaption(test.catalog, photoId)).toBe('first');
  });

  it('that are typed on in one sitting are one edit, undone and redone as one', async ({ test }) => {
    const { captions, runs, undo } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const other = test.addPhoto('b.jpg');
    captions.write(photoId, 'before');
    const runOf = (id: number) => captions.get(id)?.runId;
    const first = runOf(captions.write(photoId, 'our'));
    expect(runOf(captions.write(photoId, 'our dog', { continuesRunId: first }))).toBe(first);
    expect(runOf(captions.write(photoId, 'our dog Rex', { continuesRunId: first }))).toBe(first);
    expect(captions.of(photoId).map(({ text }) => text)).toEqual(['our dog Rex']);
    const undone = await undo.revert(first ?? 0);
    expect(shownCaption(test.catalog, photoId)).toBe('before');
    await undo.revert(undone.runId);
    expect(shownCaption(test.catalog, photoId)).toBe('our dog Rex');
    // Somebody else's words came between, or it is another photo's edit: an edit of its own.
    const second = runOf(captions.write(photoId, 'the dog'));
    expect(runOf(captions.write(photoId, 'a dog', { continuesRunId: first }))).not.toBe(first);
    expect(runOf(captions.write(other, 'a cat', { continuesRunId: second }))).not.toBe(second);
    expect(runs.list().filter(({ kind }) => kind === 'edit')).toHaveLength(5);
  });

  it('that describe the content as it is now are shown before newer imports of what it was', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
    catalog.captions.add(photoId, runId, { text: 'before the edit', source: 'model' });
    test.editPhoto(photoId);
    expect(catalog.captions.of(photoId)).toMatchObject([{ text: 'before the edit', photoRevision: 1 }]);
    catalog.captions.add(photoId, runId, { text: 'after the edit', source: 'model' });
    catalog.captions.add(photoId, runId, { text: 'late news', source: 'import', photoRevision: 1 });
    expect(shownCaption(catalog, photoId)).toBe('after the edit');
  });

  it('keep their whole provenance', async () => {
    await using test = await testCatalog(() => 1234);
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const runId = catalog.runs.begin({
      kind: 'caption',
      description: { kind: 'named', name: 'Caption' },
      identity,
      device: 'cpu',
    });
    const captionScore = { itm: 0.2, doubtful: true, candidates: [{ text: 'a cat', itm: 0.2 }] };
    const warnings = [{ code: 'PROMPT_CUT' as const, message: 'cut' }];
    catalog.captions.add(photoId, runId, { text: 'a cat', source: 'model', prompt: 'asked', captionScore, warnings });
    expect(catalog.captions.of(photoId)[0]).toMatchObject({
      text: 'a cat',
      runId,
      prompt: 'asked',
      itm: 0.2,
      doubtful: true,
      createdAtMs: 1234,
      candidates: captionScore.candidates,
      warnings,
    });
    expect(catalog.runs.get(runId)).toMatchObject({ identity, device: 'cpu', state: 'running' });
  });

  it('of a photo that is not there are refused', async ({ test }) => {
    expect(() => test.catalog.captions.write(99, 'x')).toThrow(expect.objectContaining({ code: 'NO_SUCH_PHOTO' }));
    expect(test.catalog.runs.list()).toEqual([]);
  });

  it('get the probability and the doubt of the newest score', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const captionId = catalog.captions.write(photoId, 'a cat');
    const shown = () => catalog.connection.prepare('SELECT shown_itm, shown_doubtful FROM photo').raw().get();
    expect(shown()).toEqual([null, null]);
    const runId = catalog.runs.begin({ kind: 'score', description: { kind: 'named', name: 'Score' }, identity });
    catalog.scores.add(photoId, runId, { captionId, text: 'a cat', itm: 0.1, doubtful: true });
    expect(shown()).toEqual([0.1, 1]);
    await catalog.undo.revert(runId);
    expect(shown()).toEqual([null, null]);
    expect(catalog.scores.of(photoId)).toEqual([]);
  });
});

describe('runs', () => {
  it('have equal identities whatever the order of the keys, and others when anything differs', () => {
    const turned = Object.fromEntries(Object.entries(identity).reverse()) as RunIdentity;
    expect(runIdentityHash(turned)).toEqual(runIdentityHash(identity));
    expect(runIdentityHash({ ...identity, prompt: 'a picture of' })).not.toEqual(runIdentityHash(identity));
    const settings = { ...identity.settings, seed: 1 };
    expect(runIdentityHash({ ...identity, settings })).not.toEqual(runIdentityHash(identity));
  });

  it('are listed newest first, a page at a time, by kind', async ({ test }) => {
    const { runs } = test.catalog;
    const ids = [1, 2, 3].map((number) =>
      runs.begin({ kind: 'import', description: { kind: 'named', name: `Import ${number}` } }),
    );
    runs.within({ kind: 'edit', description: { kind: 'named', name: 'Edit' } }, () => {});
    expect(runs.list({ limit: 2, kinds: ['import'] }).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(runs.list({ beforeId: ids[1], kinds: ['import'] }).map(({ id }) => id)).toEqual([ids[0]]);
    expect(runs.list()[0]).toMatchObject({ description: { kind: 'named', name: 'Edit' }, state: 'done' });
    expect(() => runs.get(99)).toThrow(expect.objectContaining({ code: 'NO_SUCH_RUN' }));
  });
});

describe('answers', () => {
  it('belong to one question however it is spelled', async ({ test }) => {
    const { answers } = test.catalog;
    expect(answers.questionId('Is it  indoors?')).toBe(answers.questionId('is it indoors'));
    expect(answers.questions()).toEqual([{ id: 1, text: 'Is it  indoors?' }]);
  });

  it('show one each: the person’s, else the newest, and the next when that is removed', async ({ test }) => {
    const { answers, runs } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const question = answers.questionId('indoors?');
    const runId = runs.begin({ kind: 'ask', description: { kind: 'named', name: 'Ask' }, identity });
    answers.add(photoId, question, runId, {
      text: 'Yes.',
      source: 'model',
      choices: [{ text: 'yes', probability: 0.9 }],
    });
    const second = answers.add(photoId, question, runId, { text: 'no', source: 'model' });
    const shown = () =>
      answers
        .of(photoId)
        .filter((answer) => answer.shown)
        .map(({ text }) => text);
    expect(shown()).toEqual(['no']);
    answers.write(photoId, 'Indoors', 'certainly');
    answers.write(photoId, 'Indoors', 'certainly not');
    expect(shown()).toEqual(['certainly not']);
    expect(answers.of(photoId)).toHaveLength(3);
    await test.catalog.undo.revert(runs.list({ kinds: ['edit'] })[0]?.id ?? 0);
    await test.catalog.undo.revert(runs.list({ kinds: ['edit'] })[1]?.id ?? 0);
    expect(shown()).toEqual(['no']);
    runs.within({ kind: 'edit', description: { kind: 'named', name: 'Remove' } }, (edit) =>
      answers.remove(second, edit),
    );
    expect(shown()).toEqual(['Yes.']);
  });
});

describe('tags', () => {
  it('are found with those below them, and not with others that begin with the same letters', async ({ test }) => {
    const { tags, runs } = test.catalog;
    const runId = runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Tag' } });
    const withTag = (path: string) => {
      const photoId = test.addPhoto(`${path.replaceAll('/', '_')}.jpg`);
      tags.add(photoId, runId, { path, source: 'human' });
      return photoId;
    };
    const [sea, north] = [withTag('sea'), withTag('sea/north')];
    for (const other of ['sea-gull', 'sea.', 'sea0', 'seal', 'a sea', 'deep/sea']) withTag(other);
    expect(tags.photosWith('SEA')).toEqual([sea, north]);
    tags.respell('Sea');
    expect(tags.list().map(({ path }) => path)).toEqual(
      expect.arrayContaining(['Sea', 'Sea/north', 'sea-gull', 'sea.', 'sea0', 'seal', 'a sea', 'deep/sea']),
    );
  });

  it('of a new vocabulary stand in the place of the old ones', async ({ test }) => {
    const { tags, vocabulary } = test.catalog;
    vocabulary.set([{ path: 'sea' }, { path: 'boat' }]);
    vocabulary.set([{ path: 'boat' }, { path: 'town' }]);
    expect(vocabulary.list().map(({ path }) => path)).toEqual(['boat', 'town']);
    expect(tags.list().map(({ path, inVocabulary }) => [path, inVocabulary])).toEqual([
      ['boat', true],
      ['sea', false],
      ['town', true],
    ]);
    vocabulary.set([]);
    expect(vocabulary.list().map(({ path }) => path)).toEqual([]);
  });

  it('of a vocabulary keep their synonyms; a word of two belongs to the first', ({ test: { catalog } }) => {
    catalog.vocabulary.set([
      { path: 'sea', synonyms: ['ocean', 'the deep'] },
      { path: 'lake', synonyms: ['Ocean', 'mere'] },
      { path: 'boat' },
    ]);
    expect(catalog.vocabulary.list()).toEqual([
      { path: 'boat', synonyms: [] },
      { path: 'lake', synonyms: ['mere'] },
      { path: 'sea', synonyms: ['ocean', 'the deep'] },
    ]);
    catalog.vocabulary.set([{ path: 'lake' }]);
    expect(catalog.vocabulary.list()).toEqual([{ path: 'lake', synonyms: [] }]);
  });

  it('of a vocabulary are known by path, last name and synonym: names go before synonyms, the first before later ones', () => {
    const words = tagWords([
      { path: 'places/Paris', synonyms: ['City of Light', 'Troy', 'a, b'] },
      { path: 'people/Paris', synonyms: ['Alexandros'] },
      { path: 'places/Troy' },
      { path: 'things/cup, broken', synonyms: ['shards'] },
    ]);
    const known = ['paris', 'people/Paris', 'alexandros', 'troy', 'city of light', 'shards', 'nowhere'];
    expect(known.map((word) => words.pathOf.get(word.toLowerCase()))).toEqual([
      'places/Paris',
      'people/Paris',
      'people/Paris',
      'places/Troy',
      'places/Paris',
      'things/cup, broken',
      undefined,
    ]);
    expect(words.settings).toEqual({
      vocabulary: ['Paris', 'Troy'],
      synonyms: [
        { word: 'City of Light', tag: 'Paris' },
        { word: 'paris', tag: 'Paris' },
        { word: 'troy', tag: 'Troy' },
        { word: 'city of light', tag: 'Paris' },
        { word: 'parises', tag: 'Paris' },
        { word: 'troys', tag: 'Troy' },
        { word: 'city of lights', tag: 'Paris' },
      ],
    });
    expect(words.paths).toEqual(['places/Paris', 'places/Troy']);
    expect(words.leftOut).toEqual(['people/Paris', 'things/cup, broken']);
  });

  it('of a vocabulary are spelled as in the list, unless a person or an import spelled them on a photo', ({ test }) => {
    const { tags, vocabulary, runs } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const runId = runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Tag' } });
    tags.add(photoId, runId, { path: 'animals/dog', source: 'model' });
    tags.add(photoId, runId, { path: 'sea', source: 'human' });
    tags.add(photoId, runId, { path: 'places/nice', source: 'import' });
    tags.add(photoId, runId, { path: 'places/rome', source: 'model' });
    tags.remove(tags.add(photoId, runId, { path: 'kite', source: 'human' }) ?? 0, runId);
    vocabulary.set(['Animals/Dog', 'Sea', 'Places/Nice', 'Places/Rome', 'Kite'].map((path) => ({ path })));
    const listed = vocabulary.list().map(({ path }) => path);
    expect(listed).toEqual(['Animals/Dog', 'Kite', 'places/nice', 'places/Rome', 'sea']);
    expect(tags.list().map(({ path }) => path)).toEqual(expect.arrayContaining(['Animals', 'places', ...listed]));
    expect(vocabulary.words().paths).toEqual(listed);
  });

  it('of a vocabulary are what a model means by a synonym, other capitals, or the other number of a word', () => {
    const words = tagWords([
      { path: 'animals/Dog', synonyms: ['puppy', 'Hound'] },
      { path: 'Boats', synonyms: ['dogs on a boat'] },
      { path: 'News' },
      { path: 'new' },
    ]);
    const said = [
      'dog',
      'DOGS',
      'Puppies',
      'hounds',
      'boat',
      'a boat',
      'animals/dogs',
      ' dog  on a boat',
      'news',
      'cat',
    ];
    expect(said.map((word) => tagMeant(words, word))).toEqual([
      ...Array.from({ length: 4 }, () => 'animals/Dog'),
      'Boats',
      undefined,
      'animals/Dog',
      undefined,
      'News',
      undefined,
    ]);
    const offered = (words.settings.synonyms ?? []).filter(({ tag }) => tag === 'Dog').map(({ word }) => word);
    expect(offered).toEqual(['puppy', 'Hound', 'dog', 'hound', 'dogs', 'puppies', 'hounds']);
    expect(words.settings.synonyms).toContainEqual({ word: 'boat', tag: 'Boats' });
    expect(words.settings.synonyms).not.toContainEqual({ word: 'new', tag: 'News' });
  });

  it('of a vocabulary are made into words once, and anew after every change of the list or its spelling', ({
    test,
  }) => {
    const { tags, vocabulary, runs } = test.catalog;
    vocabulary.set([{ path: 'sea' }, { path: 'places/Nice', synonyms: ['Nizza'] }]);
    const words = vocabulary.words();
    const branch = vocabulary.words('PLACES');
    expect([words.paths, branch.paths]).toEqual([['places/Nice', 'sea'], ['places/Nice']]);
    tags.add(test.addPhoto('a.jpg'), runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Tag' } }), {
      path: 'boat',
      source: 'human',
    });
    expect(vocabulary.words()).toBe(words);
    expect(vocabulary.words('places')).toBe(branch);
    tags.respell('Sea');
    expect(vocabulary.words().paths).toEqual(['places/Nice', 'Sea']);
    vocabulary.set([{ path: 'boat' }]);
    expect(vocabulary.words().paths).toEqual(['boat']);
    expect(vocabulary.words('places').paths).toEqual([]);
  });

  it('of a vocabulary are never more than a model can be given', () => {
    const words = tagWords(Array.from({ length: 20_002 }, (_, place) => ({ path: `tag ${place}` })));
    expect([words.paths.length, words.leftOut]).toEqual([20_000, ['tag 20000', 'tag 20001']]);
    expect(words.pathOf.get('tag 20001')).toBe('tag 20001');
  });

  it('form a tree, are the same whatever their capitals, and keep who gave them', async ({ test }) => {
    const { tags, runs } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const runId = runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Tag' } });
    tags.add(photoId, runId, { path: ' Places / France ', source: 'human' });
    expect(tags.add(photoId, runId, { path: 'places/france', source: 'human' })).toBeUndefined();
    tags.add(photoId, runId, { path: 'places/france', source: 'model', confidence: 0.7 });
    expect(tags.of(photoId)).toMatchObject([
      { path: 'Places/France', source: 'human', confidence: undefined },
      { path: 'Places/France', source: 'model', confidence: 0.7 },
    ]);
    expect(tags.list()).toMatchObject([
      { path: 'Places', photos: 0 },
      { path: 'Places/France', photos: 1 },
    ]);
    expect(tags.photosWith('places')).toEqual([photoId]);
    expect(tags.photosWith('place')).toEqual([]);
    tags.respell('PLACES');
    expect(tags.of(photoId)[0]?.path).toBe('PLACES/France');
    tags.idOf('places/Italy');
    tags.respell('Places/FRANCE');
    expect(tags.list().map(({ path }) => path)).toEqual(['Places', 'Places/FRANCE', 'Places/Italy']);
    expect(test.catalog.connection.prepare('SELECT name FROM tag ORDER BY path_key').pluck().all()).toEqual([
      ...['Places', 'FRANCE', 'Italy'],
    ]);
  });

  it.for(['', ' ', 'a//b', '/a', 'a/', 'x'.repeat(1001)])('cannot be called %j', async (path, { test }) => {
    expect(() => test.catalog.tags.idOf(path)).toThrow(expect.objectContaining({ code: 'TAG_NAME_INVALID' }));
  });
});

it('listeners are told of the photo, whatever of it is written, removed or undone', async ({ test }) => {
  const { catalog } = test;
  const [, photoId = 0] = catalog.connection.write(() => [test.addPhoto('other.jpg'), test.addPhoto('a.jpg')]);
  const changed: number[] = [];
  catalog.connection.onChange(({ photoIds }) => changed.push(...photoIds));
  const told = () => changed.splice(0);
  const edit = <T>(work: (runId: number) => T) =>
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Edit' } }, work);
  const captionId = catalog.captions.write(photoId, 'a boat');
  expect(told(), 'caption').toEqual([photoId]);
  catalog.answers.write(photoId, 'what?', 'a boat');
  const answerId = catalog.answers.of(photoId)[0]?.id ?? 0;
  expect(told(), 'answer').toEqual([photoId]);
  const tagId = edit((runId) => catalog.tags.add(photoId, runId, { path: 'sea', source: 'human' })) ?? 0;
  expect(told(), 'tag').toEqual([photoId]);
  edit((runId) => catalog.captions.remove(captionId, runId));
  expect(told(), 'removed caption').toEqual([photoId]);
  edit((runId) => catalog.answers.remove(answerId, runId));
  expect(told(), 'removed answer').toEqual([photoId]);
  edit((runId) => catalog.tags.remove(tagId, runId));
  expect(told(), 'removed tag').toEqual([photoId]);
  for (const { id } of catalog.runs.list({ limit: 3 })) {
    await catalog.undo.revert(id);
    expect(told(), 'undo').toEqual([photoId]);
  }
  catalog.conversations.say(photoId, { author: 'human', text: 'what is it?' });
  expect(told(), 'chat').toEqual([photoId]);
  catalog.connection.write(() => catalog.places.setMissing(photoId));
  expect(told(), 'missing').toEqual([photoId]);
});

it('a missing photo stays with whatever a person wrote, approved, imported or asked, and not with a model’s texts alone', async () => {
  let nowMs = 1000;
  await using test = await testCatalog(() => nowMs);
  const { captions, answers, tags, conversations, runs, places, connection } = test.catalog;
  const question = answers.questionId('what?');
  const runId = runs.begin({ kind: 'import', description: { kind: 'named', name: 'Texts' } });
  const photo = (name: string, write: (photoId: number) => void) => {
    const photoId = test.addPhoto(name);
    write(photoId);
    connection.write(() => places.setMissing(photoId));
    return photoId;
  };
  const kept = (['human', 'import'] as const).flatMap((source) => [
    photo(`caption ${source}`, (id) => captions.add(id, runId, { text: 'a boat', source })),
    photo(`answer ${source}`, (id) => answers.add(id, question, runId, { text: 'a boat', source })),
    photo(`tag ${source}`, (id) => tags.add(id, runId, { path: 'boat', source })),
  ]);
  kept.push(
    photo('approved', (id) => tags.add(id, runId, { path: 'boat', source: 'model', approvedAtMs: 'now' })),
    photo('asked', (id) => conversations.say(id, { author: 'human', text: 'what is it?' })),
  );
  const leaving = [
    photo('nothing', () => {}),
    photo('caption model', (id) => captions.add(id, runId, { text: 'a boat', source: 'model' })),
    photo('answer model', (id) => answers.add(id, question, runId, { text: 'a boat', source: 'model' })),
    photo('tag model', (id) => tags.add(id, runId, { path: 'boat', source: 'model' })),
  ];
  expect(places.expired(1000, 0, 100)).toEqual([]);
  nowMs = 2000;
  const later = photo('later', () => {});
  expect(places.expired(1001, 0, 100)).toEqual(leaving);
  expect(places.expired(1001, leaving[0] ?? 0, 2)).toEqual(leaving.slice(1, 3));
  expect(places.expired(2001, 0, 100)).toEqual([...leaving, later]);
  expect(kept).toHaveLength(8);
});

describe('conversations', () => {
  const said = (messages: readonly { readonly text: string }[]) => messages.map(({ text }) => text);

  it('keep what followed a question that is asked again, as a branch that can be shown again', async ({ test }) => {
    const { conversations, runs } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const runId = runs.begin({ kind: 'chat', description: { kind: 'named', name: 'Chat' }, identity });
    const first = conversations.say(photoId, { author: 'human', text: 'what is it?' });
    conversations.reply(first, { author: 'model', text: 'a cat', runId, details: { ms: 5 } });
    const followUp = conversations.say(photoId, { author: 'human', text: 'is it old?' });
    conversations.reply(followUp, { author: 'model', text: 'no', runId });
    const other = conversations.sayInstead(photoId, first, { author: 'human', text: 'what colour is it?' });
    conversations.reply(other, { author: 'model', text: 'black', runId, prompt: 'Q' });
    expect(said(conversations.messages(photoId))).toEqual(['what colour is it?', 'black']);
    expect(conversations.messages(photoId)[0]?.versionIds).toEqual([first, other]);

    conversations.showBranch(photoId, first);
    expect(said(conversations.messages(photoId))).toEqual(['what is it?', 'a cat', 'is it old?', 'no']);
    expect(conversations.messages(photoId).map(({ versionIds }) => versionIds.length)).toEqual([2, 1, 1, 1]);
    expect(conversations.messages(photoId)[1]).toMatchObject({ author: 'model', runId, details: { ms: 5 } });
    const third = conversations.sayInstead(photoId, followUp, { author: 'human', text: 'is it large?' });
    expect(said(conversations.upTo(third))).toEqual(['what is it?', 'a cat', 'is it large?']);
    // Of a branch with branches, the one that was spoken in last.
    conversations.showBranch(photoId, other);
    conversations.showBranch(photoId, first);
    expect(said(conversations.messages(photoId)).at(-1)).toBe('is it large?');
  });

  it('begin anew without an end to the earlier one', async ({ test }) => {
    const { conversations } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    conversations.startOver(photoId);
    expect(test.catalog.places.hasTexts(photoId)).toBe(false);
    const first = conversations.say(photoId, { author: 'human', text: 'one' });
    conversations.startOver(photoId);
    expect(conversations.messages(photoId)).toEqual([]);
    expect(conversations.firstMessages(photoId)).toMatchObject([{ id: first, text: 'one' }]);
    const second = conversations.say(photoId, { author: 'human', text: 'two' });
    expect(conversations.messages(photoId)).toMatchObject([{ text: 'two', versionIds: [first, second] }]);
  });

  it('keep an answer with its question, whichever branch is shown by then', async ({ test }) => {
    const { conversations } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const slow = conversations.say(photoId, { author: 'human', text: 'slow' });
    conversations.sayInstead(photoId, slow, { author: 'human', text: 'quick' });
    conversations.reply(slow, { author: 'model', text: 'late' });
    expect(said(conversations.messages(photoId))).toEqual(['quick']);
    conversations.showBranch(photoId, slow);
    expect(said(conversations.messages(photoId))).toEqual(['slow', 'late']);
  });

  it('are of one photo: a message of another is not answered for', async ({ test }) => {
    const { conversations } = test.catalog;
    const [one, two] = [test.addPhoto('a.jpg'), test.addPhoto('b.jpg')];
    const message = conversations.say(one, { author: 'human', text: 'mine' });
    const none = expect.objectContaining({ code: 'NO_SUCH_MESSAGE' });
    expect(() => conversations.showBranch(two, message)).toThrow(none);
    expect(() => conversations.sayInstead(two, message, { author: 'human', text: 'x' })).toThrow(none);
  });

  it('leave with their photo, however long they are', async ({ test }) => {
    const { conversations, places, connection } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    // More than SQLite follows references one from the other.
    for (let turn = 0; turn < 1200; turn += 1) conversations.say(photoId, { author: 'human', text: `${turn}` });
    connection.write(() => places.delete(photoId));
    expect(connection.prepare('SELECT count(*) FROM message').pluck().get()).toBe(0);
  });
});
