/** @file Notices of devices stand in schemas/ and in native-models, which imports nothing of ours: they are the same, to the compiler and in their values. */
import { expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import {
  type DeviceNotice as NativeNotice,
  deviceNoticeSchema as nativeSchema,
} from '../../../native-models/devices/deviceNotice.ts';
import { type DeviceNotice, deviceNoticeSchema } from '../../../schemas/notice.ts';

/** What is said of each code; the order in which a schema names its choices does not matter. */
function described(schema: { readonly options: readonly z.ZodType[] }) {
  const inOrder = (_key: string, value: unknown) => (Array.isArray(value) ? value.toSorted() : value);
  const options = schema.options.map((option) => JSON.stringify(z.toJSONSchema(option), inOrder));
  return options.toSorted().map((option) => JSON.parse(option));
}

it('schemas/notice.ts declares the notices of devices, each with the same facts', () => {
  expectTypeOf<DeviceNotice>().toEqualTypeOf<NativeNotice>();
  expect(described(deviceNoticeSchema)).toHaveLength(18);
  expect(described(deviceNoticeSchema)).toEqual(described(nativeSchema));
});
