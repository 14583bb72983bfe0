/** @file `vignette models calibrate ID PAIRS`: finds from labelled pairs where a matching model's belief should end. */
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { setCalibration } from '../../../native-models/compiler/manifest.ts';
import { calibrate, type ScoredPair } from '../../library/captioning/calibrate.ts';
import { chosenModel } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption, deviceOf } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { startHost } from '../modelHost.ts';
import { namedFile, textOfFile } from '../namedFile.ts';
import { Terminal } from '../terminal.ts';

const pairSchema = z.object({ image: z.string(), text: z.string(), holds: z.boolean() });
type Pair = z.output<typeof pairSchema>;

const maxPairsBytes = 64 << 20;

export function modelsCalibrateCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('calibrate')
    .description(help.models.calibrate)
    .argument('<ID>', help.models.matcher)
    .argument('<PAIRS>', help.models.pairs);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (id: string, pairsFile: string, options: unknown) => {
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    const texts = terminal.texts.commandLine.models;
    const device = await deviceOf(options, libraryFolderOf(options, context));
    const model = chosenModel(await context.models(libraryFolderOf(options, context)).list(), id, 'matcher');
    const file = await namedFile(pairsFile, context);
    const pairs = parsePairs(await textOfFile(file, pairsFile, maxPairsBytes));
    await using host = startHost(context, terminal);
    await host.load(model.folder, { signal: context.interrupt, device });
    const scored: ScoredPair[] = [];
    for (const { image, text, holds } of pairs) {
      const request = { image: path.resolve(path.dirname(file), image), texts: [text] };
      const matches = await host.match(request, { signal: context.interrupt });
      for (const { itm } of matches) {
        scored.push({ itm, holds });
      }
      await terminal.progress(() => texts.scoring(scored.length, pairs.length));
    }
    const calibration = calibrate(scored);
    await setCalibration(model.folder, calibration);
    await terminal.clearProgress();
    const { doubtfulBelow, precision, recall } = calibration;
    await terminal.print(
      wantsJson(options)
        ? JSON.stringify({ id, ...calibration })
        : texts.calibrated(id, doubtfulBelow, calibration.pairs, precision, recall),
    );
    setExitCode(exitCode.done);
  });
}

function parsePairs(text: string): Pair[] {
  const pairs = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const parsed = pairSchema.safeParse(parseLine(line));
      if (!parsed.success) {
        throw new UsageError((usage) => usage.pairInvalid(i + 1));
      }
      return parsed.data;
    });
  if (new Set(pairs.map(({ holds }) => holds)).size < 2) {
    throw new UsageError((usage) => usage.pairsOneSided);
  }
  return pairs;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
