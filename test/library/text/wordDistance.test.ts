/** @file How far two captions differ in their words. */
import { expect, it } from 'vitest';
import { stemsOf, wordDistance } from '../../../main/library/text/wordDistance.ts';

it.each([
  ['Two boats!', 'two boat', 0],
  ['a red boat', 'two dogs', 1],
  ['a boat on the sea', 'a car on the road', 1 - 3 / 7],
  ['3 лодки', '3 лодка', 0],
  ['一只狗', '一只猫', 0.5],
  ['', '', 0],
  ['', 'a boat', 1],
])('the words of "%s" and "%s" are %d apart, in both directions', (one, other, distance) => {
  expect(wordDistance(stemsOf(one), stemsOf(other))).toBe(distance);
  expect(wordDistance(stemsOf(other), stemsOf(one))).toBe(distance);
});
