/** @file `vignette ask PHOTO… QUESTION`: one question about one photo, answered at once; about many photos, answered in the library. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import * as z from 'zod';
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { GenerationSettings } from '../../../native-models/generation/generationSettings.ts';
import { answerWarnings } from '../../../native-models/prompting/answerWarnings.ts';
import type { Answer } from '../../../native-models/runtime/protocol.ts';
import { sampleSize } from '../../../schemas/pilot.ts';
import { hasPhotoExtension } from '../../library/photos/photoKinds.ts';
import { askedQuestion, checkQuestionFlags, type QuestionFlags } from '../asking/askedQuestion.ts';
import { answerFormats, asksMany, hasQuestionFlag, manyPlan } from '../asking/manyPlan.ts';
import { placeChoices, questionOptions } from '../asking/questionFlags.ts';
import { chosenModel, sayDemo } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { defaultModelId } from '../defaultModel.ts';
import { addDeviceOption, deviceOf } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { fieldTypeNames } from '../fieldTypeNames.ts';
import { addGenerationOptions, generationSettings } from '../generationOptions.ts';
import { textsOf } from '../language.ts';
import { startHost } from '../modelHost.ts';
import { assertFile, namedFile } from '../namedFile.ts';
import { presetSource } from '../presetSource.ts';
import { printableText } from '../printable.ts';
import { Terminal } from '../terminal.ts';

interface Question {
  /** As typed. */
  readonly image: string;
  readonly flags: QuestionFlags;
  readonly modelId: string | undefined;
  readonly settings: GenerationSettings;
  readonly device: DeviceChoice;
  readonly json: boolean;
  readonly libraryFolder: string;
}

const optionValuesSchema = z.object({
  model: z.string().optional(),
  preset: z.string().optional(),
  history: z.string().optional(),
  raw: z.boolean().default(false),
});

export function askCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('ask')
    .summary(help.ask.summary)
    .description(help.ask.description)
    .usage('[options] <PHOTO...> [QUESTION]')
    .argument('<PHOTO...>', help.ask.photos)
    .option('--model <ID>', common.model)
    .option('--preset <NAME>', common.preset)
    .option('--history <FILE>', help.ask.history)
    .option('--raw', help.ask.raw);
  const about = { question: help.ask.question, field: help.ask.field(Object.values(fieldTypeNames)) };
  for (const option of [
    ...questionOptions(command, about),
    new Option('--out <FILE>', help.ask.out),
    new Option('--format <FORMAT>', help.ask.format(common.oneOf(answerFormats))),
    new Option('--bom', common.byteOrderMark),
    new Option('--again', help.ask.again),
    new Option('--try', help.ask.try(sampleSize)),
  ])
    command.addOption(option.helpGroup('Library:'));
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  addGenerationOptions(command, common);
  placeChoices(command);
  return command.action(async (named: string[], options: unknown) => {
    await assertQuestionLast(named, options, context);
    if (asksMany(named, options) || (named.length === 2 && (await isFolder(named[0], context)))) {
      const plan = await manyPlan(named, options, context.cwd);
      // A question about one photo needs no library.
      const { askMany } = await import('../asking/askMany.ts');
      setExitCode(await askMany(plan, libraryFolderOf(options, context), context));
      return;
    }
    const [image = '', question] = named;
    const { model, ...asked } = optionValuesSchema.parse(options);
    const flags = { question, preset: asked.preset, history: asked.history, raw: asked.raw };
    if (image === '') {
      throw new UsageError((usage) => usage.empty('photo'));
    }
    checkQuestionFlags(flags, image);
    await ask(
      {
        image,
        flags,
        modelId: model,
        settings: await generationSettings(options, context.cwd),
        device: await deviceOf(options, libraryFolderOf(options, context)),
        json: wantsJson(options),
        libraryFolder: libraryFolderOf(options, context),
      },
      context,
    );
    setExitCode(exitCode.done);
  });
}

/** Who names photos only has forgotten the question; who writes it at the end beside a flag has it twice. @throws UsageError */
async function assertQuestionLast(named: readonly string[], options: unknown, { cwd }: CliContext): Promise<void> {
  const last = named.at(-1);
  if (last === undefined || named.length < 2) return;
  const isThere = await stat(path.resolve(cwd, last)).then(
    () => true,
    () => false,
  );
  if (hasQuestionFlag(options)) {
    // No name or pattern of photos has words in it and no such ending.
    if (!isThere && /\s/.test(last.trim()) && !hasPhotoExtension(last))
      throw new UsageError((usage) => usage.questionTwice(last));
  } else if (isThere && hasPhotoExtension(last)) throw new UsageError((usage) => usage.questionIsPhoto(last));
}

async function isFolder(named: string | undefined, { cwd }: CliContext): Promise<boolean> {
  if (named === undefined || named === '') return false;
  return await stat(path.resolve(cwd, named)).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function ask(question: Question, context: CliContext): Promise<void> {
  const { image, flags, settings, device, json, libraryFolder } = question;
  const terminal = new Terminal(context, { plain: json });
  const installed = await context.models(libraryFolder).list();
  const modelId = question.modelId ?? (await defaultModelId(libraryFolder, installed));
  const model = chosenModel(installed, modelId);
  const file = await namedFile(image, context);
  // Before the model, which can take a while to load.
  await assertFile(file, image);
  const presets = presetSource({ libraryFolder, context, terminal });
  const asked = await askedQuestion(flags, file, model, { presets, cwd: context.cwd });
  await sayDemo(terminal, model, question.modelId);
  await terminal.loadingModel();
  await using host = startHost(context, terminal);
  await host.load(model.folder, { signal: context.interrupt, device });
  const stream = new AnswerStream(terminal);
  const streams = context.stdout.isTty && !json;
  const answer = await host.answer(
    { image: file, ...asked, settings },
    { signal: context.interrupt, ...(streams && { onText: (delta: string) => stream.push(delta) }) },
  );
  if (json) {
    const { revision } = model.facts;
    await terminal.print(JSON.stringify({ image, model: model.id, revision, ...answerJson(answer) }));
  } else {
    await stream.finish(answer);
  }
  await terminal.warn(answerWarnings(answer));
}

function answerJson(answer: Answer): Record<string, unknown> {
  const { prompt, text, tokenIds, score, choices, ms } = answer;
  const warnings = answerWarnings(answer);
  const known = {
    ...(score === undefined ? {} : { score }),
    ...(choices === undefined ? {} : { choices }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return { prompt, text, tokenIds, ...known, ms };
}

/** Text on its way to the terminal. Deltas come faster than a slow terminal takes them, so they queue up. */
class AnswerStream {
  readonly #terminal: Terminal;
  #shown = '';
  #written: Promise<void> = Promise.resolve();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  push(delta: string): void {
    // The finished answer begins with no white space either.
    const text = this.#shown === '' ? delta.trimStart() : delta;
    this.#shown += text;
    this.#written = this.#written.then(() => this.#terminal.write(printableText(text)));
    // Reported by `finish`, which waits for it; until then it is not unhandled.
    this.#written.catch(() => undefined);
  }

  /** The whole answer is on the terminal when this settles, whatever part of it came in pieces. */
  async finish({ text }: Answer): Promise<void> {
    await this.#written;
    const shown = this.#shown.trimEnd();
    const rest = text.startsWith(shown) ? text.slice(this.#shown.length) : `\n${text}`;
    await this.#terminal.write(`${printableText(rest)}\n`);
  }
}
