/** @file English: texts that are imported on the command line. */
import type { ConflictChoice, ImportRemarkKind } from '../../../schemas/imports.ts';
import { counted, english } from '../format.ts';

export interface ImportedCounts {
  readonly photos: number;
  readonly captions: number;
  readonly tags: number;
  readonly answers: number;
  readonly same: number;
}

const onConflict: Readonly<Record<ConflictChoice, string>> = {
  keep: 'The text here was kept. To add the imported text beside it: --on-conflict add; to replace it: --on-conflict replace.',
  add: 'The imported text is added beside the text here, which is still shown.',
  replace: 'The imported text takes the place of the text here.',
};

export const imports = {
  conflict: (subject: string, here: string, there: readonly string[]) =>
    `Conflict: ${subject}\n  here:     ${here}\n${there.map((text) => `  imported: ${text}`).join('\n')}`,
  leftOut: (name: string, reason: string) => `Left out: ${name}: ${reason}`,
  remarks: {
    unmatched: 'no photo in the library has this name',
    ambiguous: 'several photos in the library have this name',
    unsafeName: 'this name leads out of the folder',
    tooLong: 'a text is longer than 100,000 characters',
    tooMany: 'a photo has more than 1,000 texts or tags; the others are left out',
    invalidTag: 'this is not a valid tag',
    invalidEntry: 'this entry is not what the format requires',
    unreadable: 'this file cannot be read as text',
  } satisfies Readonly<Record<ImportRemarkKind, string>> as Readonly<Record<ImportRemarkKind, string>>,
  result: (isDryRun: boolean, { photos, captions, tags, answers, same }: ImportedCounts) => {
    const verb = isDryRun ? 'Would import' : 'Imported';
    const what = [counted(captions, 'caption'), counted(tags, 'tag'), counted(answers, 'answer')].join(', ');
    const known = same === 0 ? '' : ` ${english.number(same)} already in the library.`;
    return `${verb} ${what} for ${counted(photos, 'photo')}.${known}`;
  },
  conflicts: (count: number, choice: ConflictChoice) => `${counted(count, 'conflict')}. ${onConflict[choice]}`,
  toUndo: (run: number) => `To undo this: vignette runs undo ${run}`,
};
