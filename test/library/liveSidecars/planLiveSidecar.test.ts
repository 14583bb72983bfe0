/** @file Who gives way where a sidecar, the catalog or both changed since they were last in step. */
import { describe, expect, it } from 'vitest';
import { contentOf, type LiveBase, planLiveSidecar } from '../../../main/library/liveSidecars/planLiveSidecar.ts';

const base: LiveBase = { caption: 'before', tags: ['sea', 'old'], contested: null };
const here = { caption: 'before', tags: ['sea', 'old'], isHuman: true };
const there = { caption: 'before', tags: ['sea', 'old'] };

describe('a caption', () => {
  it.each([
    ['changed nowhere', there, here, { takenCaption: undefined, contested: null }],
    ['changed there', { ...there, caption: 'theirs' }, here, { takenCaption: 'theirs', contested: null }],
    ['changed here by a person', there, { ...here, caption: 'mine' }, { takenCaption: undefined, mayReplace: true }],
    // Whose the one that is there is, nobody knows.
    ['changed here by a model', there, { ...here, caption: 'model’s', isHuman: false }, { mayReplace: false }],
    [
      'changed on both sides, here by a model',
      { ...there, caption: 'theirs' },
      { ...here, caption: 'model’s', isHuman: false },
      { takenCaption: 'theirs', mayReplace: false, contested: null },
    ],
    [
      'changed by people on both sides',
      { ...there, caption: 'theirs' },
      { ...here, caption: 'mine' },
      { takenCaption: 'theirs', mayReplace: false, contested: 'mine' },
    ],
    [
      'changed alike on both sides',
      { ...there, caption: 'mine' },
      { ...here, caption: 'mine' },
      { takenCaption: undefined, contested: null },
    ],
    ['gone with its sidecar', undefined, here, { takenCaption: undefined }],
  ])('%s', (_what, sidecar, catalog, plan) => {
    expect(planLiveSidecar(sidecar, catalog, base)).toMatchObject(plan);
  });

  it('that is contested stays so until the person writes once more', () => {
    const contested = { ...base, caption: 'theirs', contested: 'mine' };
    const sidecar = { ...there, caption: 'theirs' };
    expect(planLiveSidecar(sidecar, { ...here, caption: 'mine' }, contested)).toMatchObject({
      takenCaption: undefined,
      mayReplace: false,
      contested: 'mine',
    });
    expect(planLiveSidecar(sidecar, { ...here, caption: 'settled' }, contested)).toMatchObject({
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

  it('is one tag in whichever of the fields it stands', () => {
    const tags = {
      'XMP-digiKam:TagsList': ['places/France'],
      'XMP-lr:HierarchicalSubject': ['places|France', 'places|Italy'],
      'XMP-dc:Subject': ['France', 'Italy', 'sea'],
    };
    expect(contentOf({ texts: { caption: [], altText: [], longDescription: [] }, captionWriter: null, tags })).toEqual({
      caption: null,
      tags: ['places/France', 'places/Italy', 'sea'],
    });
  });
});
