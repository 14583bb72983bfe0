/** @file Who gives way where a sidecar, the catalog or both changed since they were last in step. */
import { describe, expect, it } from 'vitest';
import {
  afterWriting,
  contentOf,
  type LiveBase,
  planLiveSidecar,
} from '../../../main/library/liveSidecars/planLiveSidecar.ts';

/** The same of two kinds of text: what holds for one says nothing of another. */
const texts = (caption: string | null, altText: string | null = 'alt') => ({ caption, altText, longDescription: null });
const nothing = { caption: null, altText: null, longDescription: null };
const nobody = { caption: false, altText: false, longDescription: false };
const byHuman = { ...nobody, caption: true };
const tags = ['sea', 'old'];
const base: LiveBase = { texts: texts('before'), tags, contested: nothing };
const here = { texts: texts('before'), tags, isHuman: byHuman };
const there = { texts: texts('before'), tags };

describe('a text', () => {
  it.each([
    ['changed nowhere', there, here, { taken: undefined, contested: null }],
    ['changed there', { ...there, texts: texts('theirs') }, here, { taken: 'theirs', contested: null }],
    ['changed here by a person', there, { ...here, texts: texts('mine') }, { taken: undefined, mayReplace: true }],
    // Whose the one that is there is, nobody knows.
    ['changed here by a model', there, { ...here, texts: texts('model’s'), isHuman: nobody }, { mayReplace: false }],
    [
      'changed on both sides, here by a model',
      { ...there, texts: texts('theirs') },
      { ...here, texts: texts('model’s'), isHuman: nobody },
      { taken: 'theirs', mayReplace: false, contested: null },
    ],
    [
      'changed by people on both sides',
      { ...there, texts: texts('theirs') },
      { ...here, texts: texts('mine') },
      { taken: 'theirs', mayReplace: false, contested: 'mine' },
    ],
    [
      'changed alike on both sides',
      { ...there, texts: texts('mine') },
      { ...here, texts: texts('mine') },
      { taken: undefined, contested: null },
    ],
    ['gone with its sidecar', undefined, here, { taken: undefined }],
  ])('%s', (_what, sidecar, catalog, plan) => {
    expect(planLiveSidecar(sidecar, catalog, base).texts.caption).toMatchObject(plan);
  });

  it('is planned by itself: an alt text that changed there comes here, whatever happened to the caption', () => {
    const catalog = { ...here, texts: texts('mine'), isHuman: byHuman };
    expect(planLiveSidecar({ ...there, texts: texts('before', 'new alt') }, catalog, base).texts).toEqual({
      caption: { taken: undefined, mayReplace: true, contested: null },
      altText: { taken: 'new alt', mayReplace: false, contested: null },
      longDescription: { taken: undefined, mayReplace: false, contested: null },
    });
  });

  it('that is contested stays so until the person writes once more', () => {
    const contested = { ...base, texts: texts('theirs'), contested: { ...nothing, caption: 'mine' } };
    const sidecar = { ...there, texts: texts('theirs') };
    expect(planLiveSidecar(sidecar, { ...here, texts: texts('mine') }, contested).texts.caption).toEqual({
      taken: undefined,
      mayReplace: false,
      contested: 'mine',
    });
    expect(planLiveSidecar(sidecar, { ...here, texts: texts('settled') }, contested).texts.caption).toMatchObject({
      mayReplace: true,
      contested: null,
    });
  });
});

describe('a tag', () => {
  it('that came or went there comes or goes here, and what changed here is nobody’s there to undo', () => {
    const sidecar = { ...there, tags: ['sea', 'new'] };
    const catalog = { ...here, tags: ['sea', 'old', 'mine'] };
    expect(planLiveSidecar(sidecar, catalog, base)).toMatchObject({ takenTags: ['new'], removedTags: ['old'] });
    expect(planLiveSidecar(there, { ...here, tags: [] }, base)).toMatchObject({ takenTags: [], removedTags: [] });
  });

  it('stays where the whole sidecar is gone', () => {
    expect(planLiveSidecar(undefined, here, base)).toMatchObject({ takenTags: [], removedTags: [] });
  });

  it('is one tag in whichever of the fields it stands, and none where a program notes something for itself', () => {
    const fields = {
      'XMP-digiKam:TagsList': ['places/France'],
      'XMP-lr:HierarchicalSubject': ['places|France', 'places|Italy', 'darktable|exported'],
      'XMP-dc:Subject': ['France', 'Italy', 'exported', 'sea'],
    };
    expect(
      contentOf({
        texts: { caption: [], altText: ['a', 'b'], longDescription: [] },
        tags: fields,
      }),
    ).toEqual({
      texts: { caption: null, altText: 'a', longDescription: null },
      tags: ['places/France', 'places/Italy', 'sea'],
    });
  });
});

describe('what was being written when the process died', () => {
  const writing = { texts: texts('written'), tags: ['sea', 'new'] };
  const before = { ...base, writing };

  it('is nobody else’s where it is in the sidecar: it is not taken in, and gives way to what a person writes', () => {
    const sidecar = { texts: texts('written'), tags: ['sea', 'new'] };
    const catalog = { ...here, texts: texts('newer'), tags: ['sea', 'old'] };
    const plan = planLiveSidecar(sidecar, catalog, afterWriting(before, sidecar));
    expect(plan.texts.caption).toEqual({ taken: undefined, mayReplace: true, contested: null });
    expect(plan).toMatchObject({ takenTags: [], removedTags: [] });
  });

  it('says nothing of what others wrote or removed meanwhile', () => {
    const sidecar = { texts: texts('theirs'), tags: ['theirs', 'old'] };
    const catalog = { ...here, tags: ['sea', 'new'] };
    const plan = planLiveSidecar(sidecar, catalog, afterWriting(before, sidecar));
    expect(plan.texts.caption).toMatchObject({ taken: 'theirs' });
    expect(plan).toMatchObject({ takenTags: ['theirs'], removedTags: ['sea'] });
    expect(afterWriting(before, undefined)).toEqual(base);
  });
});
