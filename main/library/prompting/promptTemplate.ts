/** @file Prompts with variables: `a photo from {folder} of`, fields of XMP among them. Pure. */
import { type Template, template } from '../text/template.ts';
import { PromptingError } from './promptingError.ts';

/** Facts about the photo. */
export const photoVariables = [
  'folder',
  'file',
  'date',
  'tags',
  'title',
  'caption',
  'keywords',
  'people',
  'place',
  'camera',
] as const;
export type PhotoVariable = (typeof photoVariables)[number];

/** What a preset for questions puts the person's own question in place of. */
export const questionVariable = 'question';
type NamedVariable = PhotoVariable | typeof questionVariable;

/** A field of XMP in the photo's file or sidecar, by ExifTool's name of it: `XMP-photoshop:Headline`. */
export type XmpVariable = `XMP-${string}:${string}`;
export type PromptVariable = NamedVariable | XmpVariable;

/** As namespaces and fields are called. Whatever else ExifTool understands, such as patterns, is no name of one. */
const xmpName = /^XMP-[a-z][\w-]{0,63}:[a-z][\w-]{0,127}$/i;

export function isXmpVariable(name: string): name is XmpVariable {
  return name.startsWith('XMP-') && xmpName.test(name);
}

export type PromptTemplate = Template<PromptVariable>;

/** @throws PromptingError PROMPT_UNKNOWN_VARIABLE or PROMPT_BRACE_OPEN */
export function promptTemplate(source: string, known: readonly NamedVariable[]): PromptTemplate {
  return template(source, {
    variableCalled: (name) => variableCalled(name, known),
    braceOpen: () =>
      new PromptingError(
        'PROMPT_BRACE_OPEN',
        `The prompt has a { without its }: ${source}. A brace is written as {{.`,
        { source },
      ),
  });
}

function variableCalled(name: string, known: readonly NamedVariable[]): PromptVariable {
  const variable = known.find((candidate) => candidate === name);
  if (variable !== undefined) return variable;
  if (isXmpVariable(name)) return name;
  const list = known.map((candidate) => `{${candidate}}`).join(', ');
  throw new PromptingError(
    'PROMPT_UNKNOWN_VARIABLE',
    `The prompt has an unknown variable {${name}}. There are: ${list}. Fields of XMP are written as {XMP-photoshop:Headline}, and a brace as {{.`,
    { name, known },
  );
}
