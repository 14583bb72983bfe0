/** @file The option `--device` of every command that runs a model. */
import type { Command } from 'commander';
import * as z from 'zod';
import { type DeviceChoice, deviceChoiceSchema } from '../../native-models/devices/device.ts';
import type { OptionTexts } from '../../resources/messages/commandLine/texts.ts';
import { storedSetting } from './defaultModel.ts';
import { UsageError } from './exitCodes.ts';

const choices = deviceChoiceSchema.options;

export function addDeviceOption(command: Command, options: OptionTexts): void {
  command.option('--device <DEVICE>', options.device(choices));
}

/** What was asked for, and nothing about the settings. @throws UsageError */
export function namedDevice(optionValues: unknown): DeviceChoice | undefined {
  const { device } = z.object({ device: z.string().optional() }).parse(optionValues);
  if (device === undefined) return undefined;
  const known = choices.find((choice) => choice === device);
  if (known === undefined) throw new UsageError((usage) => usage.noChoice('--device', choices, device));
  return known;
}

/** What was asked for, else what the library's settings say. @throws UsageError */
export async function deviceOf(optionValues: unknown, libraryFolder: string): Promise<DeviceChoice> {
  return namedDevice(optionValues) ?? (await storedSetting(libraryFolder, 'device')) ?? 'auto';
}
