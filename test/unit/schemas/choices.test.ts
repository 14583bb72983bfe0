/** @file What schemas/ declares and native-models, which imports nothing of ours, declares for itself, is the same: to the compiler and in its values. */
import { expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { deviceChoiceSchema, deviceSchema } from '../../../native-models/devices/device.ts';
import { precisionChoiceSchema, precisionSchema } from '../../../native-models/quantization/precision.ts';
import {
  type Device,
  type DeviceChoice,
  deviceChoices,
  devices,
  type Precision,
  type PrecisionChoice,
  precisionChoices,
  precisions,
} from '../../../schemas/choices.ts';

it('schemas/choices.ts declares the precisions', () => {
  expectTypeOf<Precision>().toEqualTypeOf<z.output<typeof precisionSchema>>();
  expectTypeOf<PrecisionChoice>().toEqualTypeOf<z.output<typeof precisionChoiceSchema>>();
  expect(precisions).toEqual(precisionSchema.options);
  expect(precisionChoices).toEqual(precisionChoiceSchema.options);
});

it('schemas/choices.ts declares the devices, which native-models tries in another order than they are shown in', () => {
  expectTypeOf<Device>().toEqualTypeOf<z.output<typeof deviceSchema>>();
  expectTypeOf<DeviceChoice>().toEqualTypeOf<z.output<typeof deviceChoiceSchema>>();
  expect(new Set<string>(devices)).toEqual(new Set(deviceSchema.options));
  expect(deviceChoices).toEqual(deviceChoiceSchema.options);
});
