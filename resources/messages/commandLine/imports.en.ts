/** @file English: texts that are imported on the command line. */
import type { ConflictChoice } from '../../../schemas/imports.ts';
import { counted, english } from '../format.ts';
import { type ImportedCounts, importedTexts, imports as page } from '../imports.en.ts';

const onConflict: Readonly<Record<ConflictChoice, string>> = {
  keep: 'The text here was kept. To add the imported text beside it: --on-conflict add; to replace it: --on-conflict replace.',
  add: 'The imported text is added beside the text here, which is still shown.',
  replace: 'The imported text takes the place of the text here.',
};

export const imports = {
  kinds: page.kinds,
  conflict: (subject: string, here: string, there: readonly string[]) =>
    `Conflict: ${subject}\n  here:     ${here}\n${there.map((text) => `  imported: ${text}`).join('\n')}`,
  leftOut: (name: string, reason: string) => `Left out: ${name}: ${reason}`,
  remarks: page.remarks,
  result: (isDryRun: boolean, same: number, { photos, ...counts }: ImportedCounts) => {
    const verb = isDryRun ? 'Would import' : 'Imported';
    const known = same === 0 ? '' : ` ${english.number(same)} already in the library.`;
    return `${verb} ${importedTexts(counts)} for ${counted(photos, 'photo')}.${known}`;
  },
  conflicts: (count: number, choice: ConflictChoice) => `${counted(count, 'conflict')}. ${onConflict[choice]}`,
  toUndo: (run: number) => `To undo this: vignette runs undo ${run}`,
};
