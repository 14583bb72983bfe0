/** @file What people read of an estimate, in both languages, and what devices are called there. */
import { expect, it } from 'vitest';
import { deviceName } from '../../../resources/messages/deviceName.ts';
import { estimateText } from '../../../resources/messages/estimateText.ts';
import { chinese, english } from '../../../resources/messages/format.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { devices } from '../../../schemas/choices.ts';

const estimate = { photos: 1188, jobs: 1188, resultBytes: 475_200, featureBytes: null };
const measured = { ...estimate, time: { source: 'runs', ms: 120_000, device: 'cpu' } } as const;

it('an estimate says what is to be done, how long it takes and on which device that was measured, and how much room', () => {
  expect(estimateText(measured, 'caption', texts.en, english)).toEqual([
    '1,188 photos to do · about 2 min, as measured on CPU',
    'about 475 kB for the results · feature cache not known yet',
  ]);
  expect(estimateText(measured, 'caption', texts.zh, chinese)[0]).toContain('CPU');
});

it('an estimate without a measurement says so, and one of nothing that it is done', () => {
  expect(estimateText({ ...estimate, time: null }, 'ask', texts.en, english)[0]).toContain('time not known yet');
  expect(estimateText({ ...measured, jobs: 0 }, 'caption', texts.en, english)).toEqual([texts.en.pilot.nothingDue]);
  expect(estimateText({ ...measured, jobs: 0 }, 'score', texts.en, english)).toEqual([texts.en.pilot.noCaptionDue]);
});

it('an estimate of an index leaves features out, and says where the size is not known', () => {
  const index = { ...measured, resultBytes: null, featureBytes: 0 };
  expect(estimateText(index, 'embed', texts.en, english)[1]).toBe('index size not known yet');
  expect(estimateText({ ...index, resultBytes: 2e6 }, 'embed', texts.en, english)[1]).toBe(
    'about 2 MB for the results',
  );
  expect(estimateText(measured, 'score', texts.en, english)[0]).toContain('Captions of 1,188 photos to check');
});

it('every device has a name of its own, and one that is not known keeps what it is called', () => {
  expect(devices.map(deviceName)).toEqual(['CPU', 'WebGPU', 'CUDA', 'DirectML']);
  expect(deviceName('qnn')).toBe('qnn');
});
