/** @file 简体中文: texts that are imported on the command line. */
import type { ConflictChoice } from '../../../schemas/imports.ts';
import { chinese } from '../format.ts';
import { importedTexts, imports as page } from '../imports.zh.ts';
import type { imports as en } from './imports.en.ts';

const onConflict: Readonly<Record<ConflictChoice, string>> = {
  keep: '保留了图库中的文本。要并列添加导入的文本：--on-conflict add；要替换：--on-conflict replace。',
  add: '导入的文本与图库中的文本并列添加，仍显示后者。',
  replace: '导入的文本取代图库中的文本。',
};

export const imports: typeof en = {
  kinds: page.kinds,
  conflict: (subject, here, there) =>
    `冲突：${subject}\n  图库：${here}\n${there.map((text) => `  导入：${text}`).join('\n')}`,
  leftOut: (name, reason) => `未导入：${name}：${reason}`,
  remarks: page.remarks,
  result: (isDryRun, same, { photos, ...counts }) => {
    const verb = isDryRun ? '将为' : '已为';
    const known = same === 0 ? '' : `另有 ${chinese.number(same)} 项已在图库中。`;
    return `${verb} ${chinese.number(photos)} 张照片导入${importedTexts(counts)}。${known}`;
  },
  conflicts: (count, choice) => `${chinese.number(count)} 处冲突。${onConflict[choice]}`,
  toUndo: (run) => `撤销：vignette runs undo ${run}`,
};
