/** @file 简体中文: imports. */
import { chinese } from './format.ts';
import type { imports as en, ImportedCounts } from './imports.en.ts';

const number = (count: number): string => chinese.number(count);

export function importedTexts(counts: Omit<ImportedCounts, 'photos'>): string {
  const { captions, altTexts, longDescriptions, tags, answers, marks, approvals } = counts;
  const others: readonly (readonly [number, string])[] = [
    [altTexts, '条替代文本'],
    [longDescriptions, '条长描述'],
    [tags, '个标签'],
    [answers, '个回答'],
    [marks, '个星级、旗标或色标'],
    [approvals, '项认可'],
  ];
  const there = others.filter(([count]) => count > 0).map(([count, noun]) => ` ${number(count)} ${noun}`);
  return [` ${number(captions)} 条说明`, ...there].join('、');
}

export const imports: typeof en = {
  title: '导入',
  command: '导入…',
  path: '文件或文件夹',
  pathExample: '/home/me/captions.json',
  chooseFile: '选择文件…',
  chooseFolder: '选择文件夹…',
  format: '格式',
  byFile: '按文件判断',
  formats: {
    json: 'JSON：名称和说明，kohya',
    'json-full': '含来源信息的 JSON',
    jsonl: 'JSON Lines：Hugging Face imagefolder',
    coco: 'JSON：COCO 说明',
    csv: 'CSV',
    parquet: 'Parquet：Hugging Face 数据集',
    txt: '.txt 文件：TagGUI、kohya',
    caption: '.caption 文件',
    xmp: 'XMP 附属文件和照片文件',
  },
  use: '.txt 文件的内容',
  uses: { tags: '以逗号分隔的标签', caption: '说明', altText: '替代文本', longDescription: '长描述' },
  read: '预览',
  reading: '正在读取',
  importing: '正在导入',
  result: ({ photos, ...counts }) => `${number(photos)} 张照片的${importedTexts(counts)}。`,
  same: (count) => `另有 ${number(count)} 项已在图库中。`,
  rows: '前几张照片',
  conflicts: (count) => `${number(count)} 处冲突`,
  conflictsHelp: '这些照片已有你写的或认可的其他文本。',
  yours: '你的',
  imported: '导入的',
  kinds: { caption: '说明', altText: '替代文本', longDescription: '长描述', answer: '回答' },
  choices: { keep: '保留你的', add: '两者都保留', replace: '使用导入的' },
  choiceFor: (photo) => `照片 ${photo}`,
  choiceForAll: '所有冲突',
  leftOut: (count) => `未导入：${number(count)}`,
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
  more: (count) => `……还有 ${number(count)} 项。`,
  start: '导入',
  back: '返回',
  nothing: '没有可以导入的内容。',
  stopped: '导入已停止，没有导入任何内容。',
  done: (photos) => `已为 ${number(photos)} 张照片导入文本。`,
};
