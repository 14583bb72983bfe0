/** @file A person's rating and colour label in XMP that may hold another program's. */
import { describe, expect, it } from 'vitest';
import {
  markChanges,
  marksAfterWriting,
  overruledMarks,
  type WantedMarks,
  wantedMarks,
} from '../../../main/library/interchange/xmpMarks.ts';

const none: WantedMarks = { rating: null, label: null, isUnrejected: false };
const rating = (value: string | null) => ({ rating: value, label: null });

describe('what is wanted in XMP', () => {
  it.for([
    [
      { rating: 4, flag: null, label: 'red' },
      { rating: '4', label: 'Red', isUnrejected: false },
    ],
    [
      { rating: 4, flag: 'reject', label: null },
      { rating: '-1', label: null, isUnrejected: false },
    ],
    [
      { rating: null, flag: 'pick', label: 'none' },
      { rating: null, label: '', isUnrejected: true },
    ],
    [
      { rating: 0, flag: 'none', label: null },
      { rating: '0', label: null, isUnrejected: false },
    ],
    [{ rating: null, flag: null, label: null }, none],
  ] as const)('of %j is %j', ([own, wanted]) => {
    expect(wantedMarks(own)).toEqual(wanted);
  });
});

describe('a rating that is written', () => {
  it('takes the place of another program’s, which comes back when the person’s goes', () => {
    const first = markChanges(rating('3'), { ...none, rating: '4' }, {});
    expect(first).toEqual({
      set: { rating: '4' },
      own: { 'XMP-xmp:Rating': ['4'], 'XMP-xmp:Rating, replaced': ['3'] },
    });
    const second = markChanges(rating('4'), { ...none, rating: '5' }, first.own);
    expect(second).toEqual({
      set: { rating: '5' },
      own: { 'XMP-xmp:Rating': ['5'], 'XMP-xmp:Rating, replaced': ['3'] },
    });
    expect(markChanges(rating('5'), none, second.own)).toEqual({ set: { rating: '3' }, own: {} });
  });

  it('leaves again where nothing stood before', () => {
    const { own } = markChanges(rating(null), { ...none, rating: '4' }, {});
    expect(markChanges(rating('4'), none, own)).toEqual({ set: { rating: null }, own: {} });
  });

  it('is another program’s where it says the same, or was changed since: that stays', () => {
    expect(markChanges(rating('4'), { ...none, rating: '4' }, {})).toEqual({ set: {}, own: {} });
    expect(markChanges(rating('2'), none, { 'XMP-xmp:Rating': ['4'], 'XMP-xmp:Rating, replaced': ['3'] })).toEqual({
      set: {},
      own: {},
    });
  });

  it('stays as it is, and is known, where nothing is asked of marks', () => {
    const own = { 'XMP-xmp:Rating': ['4'], 'XMP-xmp:Rating, replaced': ['3'] };
    expect(markChanges(rating('4'), undefined, own)).toEqual({ set: {}, own });
  });

  it('says no more than that the photo is not rejected, once, where the person says just that', () => {
    const wanted = { ...none, isUnrejected: true };
    const { set, own } = markChanges(rating('-1'), wanted, {});
    expect(set).toEqual({ rating: '0' });
    expect(markChanges(rating('0'), wanted, own)).toEqual({ set: {}, own });
    expect(markChanges(rating('3'), wanted, {})).toEqual({ set: {}, own: {} });
  });
});

describe('a label that the person wants gone', () => {
  it('goes, and comes back', () => {
    const { set, own } = markChanges({ rating: null, label: 'Rot' }, { ...none, label: '' }, {});
    expect(set).toEqual({ label: null });
    expect(markChanges({ rating: null, label: null }, { ...none, label: '' }, own)).toEqual({ set: {}, own });
    expect(markChanges({ rating: null, label: null }, none, own)).toEqual({ set: { label: 'Rot' }, own: {} });
  });
});

describe('a mark that another program changed', () => {
  it.for([
    ['there only', rating('2'), rating('4'), rating('4'), ['rating']],
    ['there, where it is gone now', rating(null), rating('4'), rating('4'), ['rating']],
    ['here only', rating('4'), rating('5'), rating('4'), []],
    ['on both sides', rating('2'), rating('5'), rating('4'), []],
    ['nowhere', rating('4'), rating('4'), rating('4'), []],
    ['there, where the person gave none', rating('2'), rating(null), rating('4'), []],
    [
      'there, where the person wanted no label',
      { rating: null, label: 'Red' },
      { rating: null, label: '' },
      rating(null),
      ['label'],
    ],
  ] as const)('overrules the person’s where that is in step otherwise: %s', ([, there, here, base, kinds]) => {
    expect(overruledMarks(there, here, base)).toEqual(kinds);
  });

  it('is none that was just being written when the process died', () => {
    expect(marksAfterWriting(rating('3'), rating('4'), rating('4'))).toEqual(rating('4'));
    expect(marksAfterWriting(rating('3'), rating('2'), rating('4'))).toEqual(rating('3'));
    expect(marksAfterWriting(rating('3'), rating('2'), undefined)).toEqual(rating('3'));
  });
});
