/** @file 简体中文： exports. */

import type { exports as en } from './export.en.ts';
import { chinese } from './format.ts';

const photoCount = (count: number): string => `${chinese.number(count)} 张照片`;
const fileCount = (count: number): string => `${chinese.number(count)} 个文件`;

export const exports: typeof en = {
  title: '导出',
  command: '导出…',
  which: '照片',
  selected: (count) => `已选：${chinese.number(count)} 张`,
  shown: (count) => `当前显示：${chinese.number(count)} 张`,
  all: '整个图库',
  format: '格式',
  formats: {
    json: 'JSON：文件名与说明',
    'json-full': 'JSON：附每段文字的来源',
    jsonl: 'JSON lines：Hugging Face imagefolder',
    coco: 'JSON：COCO captions',
    csv: 'CSV：用于电子表格',
    txt: '每张照片一个 .txt 文件',
    caption: '每张照片一个 .caption 文件',
    xmp: '每张照片一个 XMP 附属文件',
  },
  include: '内容',
  captions: '说明',
  alternatives: '也包括未显示的说明',
  tags: '标签',
  answers: '回答',
  humanOnly: '只要人写的内容',
  approvedToo: '也包括人认可的内容',
  withoutDoubtful: '略去存疑的说明',
  byteOrderMark: '字节顺序标记（供 Excel 使用）',
  where: '去向',
  download: '下载',
  folder: '运行 Vignette 的电脑上的文件夹',
  beside: '照片旁边',
  below: '另一个文件夹，结构相同',
  folderPath: '文件夹',
  folderExample: '/home/me/exports',
  countSoFar: '正在计数',
  count: (photos) => (photos === 0 ? '其中没有可导出的内容。' : photoCount(photos)),
  countUnreachable: (photos, away) => `${photoCount(photos)}；其中 ${chinese.number(away)} 张的文件现在不在`,
  start: '导出',
  besideConfirm: (files) => `将在照片旁写入 ${fileCount(files)}。那里并非来自 Vignette 的文字会保留。`,
  besideStart: (files) => `写入 ${fileCount(files)}`,
  progress: '正在导出',
  stopped: '导出已停止。',
  done: (photos) => `已导出 ${photoCount(photos)}。`,
  doneSidecars: (files) => `已写入 ${fileCount(files)}。`,
  kept: (files) => `${fileCount(files)} 含有他人的文字，保持原样。`,
  failed: (photos) => `${photoCount(photos)} 失败。`,
  backup: (path) => `原来的内容现在在 ${path}。`,
  fetch: (name, size) => `保存 ${name}（${size}）`,
  again: '再导出一次',
};
