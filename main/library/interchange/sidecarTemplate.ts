/** @file What a text sidecar says, as a person wants it put together: `{caption}[, {tags}]`. Pure. */
import path from 'node:path';
import type { DocumentRecord } from '../catalog/exports/documentRecord.ts';
import { LibraryError } from '../files/libraryError.ts';
import { type Template, template } from '../text/template.ts';
import { fileNameOf, withoutExtension } from './captionNames.ts';
import { tagPaths } from './photoRow.ts';

export const sidecarVariables = ['caption', 'alt_text', 'long_description', 'tags', 'file', 'folder'] as const;
export type SidecarVariable = (typeof sidecarVariables)[number];

export type SidecarTemplate = Template<SidecarVariable>;

/** @throws LibraryError TEMPLATE_INVALID */
export function sidecarTemplate(source: string): SidecarTemplate {
  const list = sidecarVariables.map((name) => `{${name}}`).join(', ');
  const invalid = (problem: string) =>
    new LibraryError('TEMPLATE_INVALID', `The template ${problem}. There are: ${list}. A brace is written as {{.`, {
      source,
      list,
    });
  return template(source, {
    variableCalled(name) {
      const variable = sidecarVariables.find((candidate) => candidate === name);
      if (variable === undefined) throw invalid(`has an unknown variable {${name}}`);
      return variable;
    },
    braceOpen: () => invalid('has a { without its }'),
  });
}

export function filledSidecar(
  filled: SidecarTemplate,
  { file, tags, ...texts }: Pick<DocumentRecord, 'file' | 'captions' | 'altTexts' | 'longDescriptions' | 'tags'>,
): string {
  const values = new Map<SidecarVariable, string>([
    ['caption', texts.captions[0]?.text ?? ''],
    ['alt_text', texts.altTexts[0]?.text ?? ''],
    ['long_description', texts.longDescriptions[0]?.text ?? ''],
    ['tags', tagPaths({ tags }).join(', ')],
    ['file', withoutExtension(fileNameOf(file))],
    ['folder', fileNameOf(path.posix.dirname(file)).replace(/^\.$/, '')],
  ]);
  return filled.fill(values);
}
