/** @file The presets that a person can name: the built-in ones and their own, in `<library>/presets.json`. Main process and CLI. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { promptKindSchema } from '../../../native-models/prompting/promptRequest.ts';
import {
  type PromptStyle,
  promptStyleSchema,
  promptStyleTitles,
} from '../../../native-models/prompting/promptStyle.ts';
import { readIfPresent, writeAtomically } from '../files/atomicWrite.ts';
import { fileSystemReason } from '../files/fileSystemError.ts';
import { builtInPresets, type Preset, type Wording } from './builtInPresets.ts';
import { PromptingError } from './promptingError.ts';

const presetName = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

const ownPresetSchema = z.strictObject({
  text: z.string().max(20_000),
  /** Of a question: it is put into the form that the model's family knows. */
  kind: promptKindSchema.default('text'),
  about: z.string().max(200).default(''),
});
export type OwnPreset = z.output<typeof ownPresetSchema>;

const fileSchema = z.strictObject({
  version: z.literal(1),
  presets: z.record(z.string().regex(presetName), ownPresetSchema),
});

/** A preset as listed. */
export interface ListedPreset extends Preset {
  /** The person's; one of the name of a built-in preset stands in its place. */
  readonly isOwn: boolean;
}

export class PresetStore {
  readonly #file: string;

  constructor(libraryFolder: string) {
    this.#file = path.join(libraryFolder, 'presets.json');
  }

  /** Built-in ones first. @throws PromptingError PRESETS_FILE_INVALID */
  async list(): Promise<ListedPreset[]> {
    const own = await this.#read();
    return [
      ...builtInPresets.filter(({ name }) => !own.has(name)).map((preset) => ({ ...preset, isOwn: false })),
      ...[...own].map(([name, preset]) => ({ name, ...worded(preset), isOwn: true })),
    ];
  }

  /** @throws PromptingError PRESET_NOT_FOUND, PRESETS_FILE_INVALID */
  async find(name: string): Promise<ListedPreset> {
    const presets = await this.list();
    const preset = presets.find((candidate) => candidate.name === name);
    if (preset !== undefined) return preset;
    const names = presets.map((candidate) => candidate.name);
    throw new PromptingError('PRESET_NOT_FOUND', `There is no preset called ${name}. There are: ${names.join(', ')}.`, {
      name,
      names,
    });
  }

  /** Adds a preset of the person's, or replaces it. @throws PromptingError */
  async save(name: string, preset: OwnPreset): Promise<void> {
    if (!presetName.test(name)) {
      throw new PromptingError(
        'PRESET_NAME_INVALID',
        `A preset cannot be called "${name}": a name begins with a letter or a digit and has at most 64 letters, digits, spaces, dots, dashes and underscores.`,
        { name },
      );
    }
    await this.#write((await this.#read()).set(name, preset));
  }

  /** @throws PromptingError PRESET_NOT_FOUND when the person has no such preset */
  async remove(name: string): Promise<void> {
    const own = await this.#read();
    if (!own.delete(name)) {
      const isBuiltIn = builtInPresets.some((preset) => preset.name === name);
      const sentence = isBuiltIn ? `The preset ${name} is a built-in one.` : `You have no preset called ${name}.`;
      throw new PromptingError('PRESET_NOT_FOUND', sentence, { name });
    }
    await this.#write(own);
  }

  async #read(): Promise<Map<string, OwnPreset>> {
    try {
      const bytes = await readIfPresent(this.#file);
      if (bytes === undefined) return new Map();
      return new Map(Object.entries(fileSchema.parse(JSON.parse(bytes.toString('utf8'))).presets));
    } catch (cause) {
      const reason =
        cause instanceof z.ZodError
          ? z.prettifyError(cause).replaceAll('\n', ' ')
          : cause instanceof SyntaxError
            ? 'it is not JSON'
            : fileSystemReason(cause);
      throw new PromptingError(
        'PRESETS_FILE_INVALID',
        `Your presets in ${this.#file} cannot be read: ${reason}. Mend the file, or remove it.`,
        { file: this.#file },
        cause,
      );
    }
  }

  async #write(presets: ReadonlyMap<string, OwnPreset>): Promise<void> {
    const content = { version: 1, presets: Object.fromEntries(presets) };
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeAtomically(this.#file, `${JSON.stringify(content, null, 2)}\n`);
    } catch (cause) {
      throw new PromptingError(
        'PRESETS_FILE_NOT_WRITABLE',
        `Your presets cannot be written to ${this.#file}: ${fileSystemReason(cause)}.`,
        { file: this.#file },
        cause,
      );
    }
  }
}

/** The words of a preset for a model. @throws PromptingError PRESET_NOT_FOR_MODEL */
export function wordingFor({ name, wordings }: Preset, style: PromptStyle): Wording {
  const wording = wordings[style];
  if (wording !== undefined) return wording;
  const suitable = promptStyleSchema.options.filter((candidate) => wordings[candidate] !== undefined);
  const titles = suitable.map((candidate) => promptStyleTitles[candidate]).join(', ');
  throw new PromptingError(
    'PRESET_NOT_FOR_MODEL',
    `The preset ${name} asks too much of this model (${promptStyleTitles[style]}). It is for: ${titles}.`,
    { name, style, suitable },
  );
}

function worded({ text, kind, about }: OwnPreset): Omit<Preset, 'name'> {
  const wording = { text, kind };
  return { about, wordings: { 'blip-caption': wording, 'blip-vqa': wording, blip2: wording, instruct: wording } };
}
