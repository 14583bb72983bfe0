/** @file 简体中文: texts that are imported on the command line. */
import type { ConflictChoice } from '../../../schemas/imports.ts';
import { chinese } from '../format.ts';
import type { imports as en } from './imports.en.ts';

const onConflict: Readonly<Record<ConflictChoice, string>> = {
  keep: '保留了图库中的文本。要并列添加导入的文本：--on-conflict add；要替换：--on-conflict replace。',
  add: '导入的文本与图库中的文本并列添加，仍显示后者。',
  replace: '导入的文本取代图库中的文本。',
};

export const imports: typeof en = {
  conflict: (subject, here, there) =>
    `冲突：${subject}\n  图库：${here}\n${there.map((text) => `  导入：${text}`).join('\n')}`,
  leftOut: (name, reason) => `未导入：${name}：${reason}`,
  remarks: {
    unmatched: '图库中没有此名称的照片',
    ambiguous: '图库中有多张此名称的照片',
    unsafeName: '此名称指向文件夹之外',
    tooLong: '文本超过 100,000 个字符',
    tooMany: '照片的文本或标签超过 1,000 个，其余未导入',
    invalidTag: '不是有效的标签',
    invalidEntry: '此条目不符合格式要求',
    unreadable: '无法将此文件读取为文本',
  },
  result: (isDryRun, { photos, captions, tags, answers, same }) => {
    const verb = isDryRun ? '将为' : '已为';
    const number = (count: number) => chinese.number(count);
    const known = same === 0 ? '' : `另有 ${number(same)} 项已在图库中。`;
    return `${verb} ${number(photos)} 张照片导入 ${number(captions)} 条说明、${number(tags)} 个标签、${number(answers)} 个回答。${known}`;
  },
  conflicts: (count, choice) => `${chinese.number(count)} 处冲突。${onConflict[choice]}`,
  toUndo: (run) => `撤销：vignette runs undo ${run}`,
};
