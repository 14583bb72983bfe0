/** @file What commander says of itself, in the language of the command line: headings, defaults, the width of lines, mistakes that it finds. */
import type { Command, Option } from 'commander';
import type { OptionTexts } from '../../resources/messages/commandLine/texts.ts';
import { widthOf, wrapped } from './columns.ts';
import type { CliTexts } from './language.ts';

/** By its error's sentence, with what is quoted there. */
const mistakes = [
  ['missingArgument', /^error: missing required argument '(?<value>[^']*)'/],
  ['valueMissing', /^error: option '(?<value>[^']*)' argument missing/],
  ['unknownOption', /^error: unknown option '(?<value>[^']*)'(?:\s+\(Did you mean (?<meant>.*)\?\))?/],
  ['unknownCommand', /^error: unknown command '(?<value>[^']*)'(?:\s+\(Did you mean (?<meant>.*)\?\))?/],
  ['tooManyArguments', /^error: too many arguments(?: for '(?<value>[^']*)')?/],
] as const;

/** Of this command; those below it are formatted on their own. */
export function formatHelp(command: Command, { commandLine: { options, usage } }: CliTexts): void {
  command.helpOption('-h, --help', options.help);
  if (command.commands.length > 0) command.helpCommand('help [command]', options.help);
  command.configureHelp({
    displayWidth: widthOf,
    boxWrap: (text, width) => (width < minWidthToWrap ? text : wrapped(text, width)),
    styleTitle: (title) => options.headings[title] ?? title,
    optionDescription: (option) => withDefault(option, options),
  });
  command.configureOutput({
    outputError: (text, write) => {
      for (const [kind, pattern] of mistakes) {
        const { value, meant } = pattern.exec(text)?.groups ?? {};
        if (pattern.test(text)) return write(usage.mistake(kind, text, value, meant));
      }
      write(text);
    },
  });
}

/** As commander has it: below this, terminals wrap lines better. */
const minWidthToWrap = 40;

function withDefault({ description, defaultValue, required }: Option, options: OptionTexts): string {
  return defaultValue === undefined || !required
    ? description
    : options.byDefault(description, /^\d+$/.test(defaultValue) ? defaultValue : JSON.stringify(defaultValue));
}
