/** @file `vignette models verify ID`: every byte of a model, and the numbers it computes. */
import { Command } from 'commander';
import { type Device, type DeviceChoice, deviceNames } from '../../../native-models/devices/device.ts';
import { ModelChoiceError } from '../../library/models/chooseModel.ts';
import type { ListedModel } from '../../library/models/installedModels.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption, namedDevice } from '../deviceOption.ts';
import { exitCode } from '../exitCodes.ts';
import { counted, formatBytes } from '../quantities.ts';
import { startHost } from '../startHost.ts';
import { Terminal } from '../terminal.ts';

export function modelsVerifyCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('verify')
    .description(
      'Checks that a model is whole: every byte of its files, then the numbers it computes. With --device, also those that\n' +
        'it computes there, whatever was found out about that before.',
    )
    .argument('<ID>', 'the model');
  addDeviceOption(command);
  addCommonOptions(command);
  return command.action(async (id: string, options: unknown) => {
    const choice = namedDevice(options);
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const models = context.models(libraryFolderOf(options, context));
    const model = modelOf(await models.list(), id);
    const report = await models.verify(model.folder, {
      signal: context.interrupt,
      onProgress: ({ doneBytes, totalBytes }) => {
        const line = `Verifying: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
        void terminal.progress(() => ({ line, logLine: line }));
      },
    });
    await terminal.clearProgress();
    const device = choice === undefined ? undefined : await computingDevice(model, choice, { context, terminal });
    const where = device === undefined ? '' : ` on ${deviceNames[device]}`;
    await terminal.print(
      json
        ? JSON.stringify({ id, ok: true, files: report.files, ...(device === undefined ? {} : { device }) })
        : `${id} is whole: ${counted(report.files, 'file')} unchanged, and it computes what it should${where}.`,
    );
    setExitCode(exitCode.done);
  });
}

/** In a process of its own: a graphics driver may end it. @throws DeviceError DEVICE_UNUSABLE */
async function computingDevice(
  { folder }: ListedModel,
  device: DeviceChoice,
  { context, terminal }: { readonly context: CliContext; readonly terminal: Terminal },
): Promise<Device> {
  await using host = startHost(context, terminal);
  return (await host.verify(folder, { signal: context.interrupt, device, onlyDevice: true })).device;
}

export function modelOf(models: readonly ListedModel[], id: string): ListedModel {
  const model = models.find((candidate) => candidate.id === id);
  if (model === undefined) {
    throw new ModelChoiceError('MODEL_NOT_FOUND', `There is no model named ${id}.`, { details: { id } });
  }
  return model;
}
