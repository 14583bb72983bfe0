import { describe, expect, it } from 'vitest';
import {
  keywordChanges,
  tagFields,
  type WrittenKeywords,
  writtenTags,
} from '../../../main/library/interchange/keywordLists.ts';
import { tagValuesFor } from '../../../main/library/interchange/xmpMerge.ts';

const [tagsList, lightroom, subject] = tagFields;

/** A sidecar that several programs write into. */
class Lists {
  readonly values: Record<string, string[]> = { [tagsList]: [], [lightroom]: [], [subject]: [] };
  written: WrittenKeywords = {};

  constructor(values: Readonly<Record<string, readonly string[]>> = {}) {
    this.set(values);
  }

  /** As another program does. */
  set(values: Readonly<Record<string, readonly string[]>>): this {
    for (const [field, those] of Object.entries(values)) this.values[field] = [...those];
    return this;
  }

  write(
    tags: readonly string[] | undefined,
    { isWhole = false, canHold = (_field: string, _keyword: string): boolean => true } = {},
  ): this {
    const lists = tagFields.map((field) => ({
      field,
      values: this.values[field] ?? [],
      wanted: tags && [...tagValuesFor(field, tags)],
    }));
    const { edits, written } = keywordChanges(lists, this.written, { isWhole, canHold });
    for (const { field, removed, added } of edits) {
      this.values[field] = [...(this.values[field] ?? []).filter((value) => !removed.includes(value)), ...added];
    }
    this.written = written;
    return this;
  }
}

describe('others’ keywords', () => {
  it('are copied into the lists that Vignette makes, as each spells them, and leave them with its last tag', () => {
    const before = { [subject]: ['pier', 'Sea'] };
    const lists = new Lists(before).write(['sea', 'places/Genoa']);
    expect(lists.values).toEqual({
      [tagsList]: ['sea', 'places/Genoa', 'pier'],
      [lightroom]: ['sea', 'places|Genoa', 'pier'],
      [subject]: ['pier', 'Sea', 'Genoa'],
    });
    expect(writtenTags(lists.written, tagsList)).toEqual(['sea', 'places/Genoa']);
    // A tag that leaves is somebody else's keyword from then on.
    lists.write(['beach']);
    expect(lists.values[tagsList]?.toSorted()).toEqual(['Sea', 'beach', 'pier']);
    expect(lists.write([])).toMatchObject({
      values: { [tagsList]: [], [lightroom]: [], ...before },
      written: {},
    });
  });

  it('keep their levels, each is there once, and what programs note for themselves is none', () => {
    const lists = new Lists({
      [lightroom]: ['places|Italy', 'music|AC/DC', 'darktable|exported'],
      [subject]: ['Italy', 'AC/DC', 'exported', 'R&B/Soul'],
    }).write(['sea']);
    expect(lists.values).toEqual({
      [tagsList]: ['sea', 'places/Italy', 'music/AC/DC', 'R&B/Soul'],
      [lightroom]: ['places|Italy', 'music|AC/DC', 'darktable|exported', 'sea'],
      [subject]: ['Italy', 'AC/DC', 'exported', 'R&B/Soul', 'sea'],
    });
    const digiKams = new Lists({ [tagsList]: ['places/Italy'] }).write(['sea']);
    expect(digiKams.values).toMatchObject({ [lightroom]: ['sea', 'places|Italy'], [subject]: ['sea', 'Italy'] });
  });

  it('come along when they are added later, stay away where a program removed them, and go when they go', () => {
    const lists = new Lists({ [subject]: ['pier', 'boat'] }).write(['sea']);
    lists.set({ [tagsList]: ['sea', 'boat'], [subject]: ['pier', 'boat', 'sea', 'gull'] }).write(['sea']);
    expect(lists.values).toMatchObject({
      [tagsList]: ['sea', 'boat', 'gull'],
      [lightroom]: ['sea', 'pier', 'boat', 'gull'],
    });
    lists.set({ [subject]: ['pier', 'sea'] }).write(['sea']);
    expect(lists.values).toMatchObject({ [tagsList]: ['sea'], [lightroom]: ['sea', 'pier'] });
  });

  it('stay in a list to which another program added, when Vignette’s tags leave it', () => {
    const lists = new Lists({ [subject]: ['pier'] }).write(['sea']);
    lists.set({ [tagsList]: ['sea', 'pier', 'gull'] }).write([]);
    expect(lists.values).toEqual({ [tagsList]: ['pier', 'gull'], [lightroom]: [], [subject]: ['pier'] });
  });

  it('are not put into a list that another program had begun: nothing of Vignette’s hides them there', () => {
    const lists = new Lists({ [tagsList]: ['gull'], [subject]: ['pier', 'gull'] }).write(['sea']);
    expect(lists.values[tagsList]).toEqual(['gull', 'sea']);
  });

  it('are left as they are without tags, and where the tags are all that the photo is to have', () => {
    const lists = new Lists({ [subject]: ['pier'] }).write(['sea']);
    const { written } = lists;
    expect(lists.write(undefined).values[tagsList]).toEqual(['sea', 'pier']);
    expect(lists.written).toEqual(written);
    lists.write(['sea'], { isWhole: true });
    expect(lists.values).toEqual({ [tagsList]: ['sea'], [lightroom]: ['sea'], [subject]: ['pier', 'sea'] });
    expect(new Lists({ [subject]: ['pier'] }).write(undefined).values[tagsList]).toEqual([]);
  });

  it('that a list cannot hold are left out of it', () => {
    const lists = new Lists({ [subject]: ['pier', 'gull'] });
    lists.write(['sea'], { canHold: (field, keyword) => field !== tagsList || keyword !== 'pier' });
    expect(lists.values).toMatchObject({ [tagsList]: ['sea', 'gull'], [lightroom]: ['sea', 'pier', 'gull'] });
  });
});
