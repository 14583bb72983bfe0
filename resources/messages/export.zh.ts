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
    'json-full': 'JSON：含来源信息',
    jsonl: 'JSON Lines：Hugging Face imagefolder',
    coco: 'JSON：COCO captions',
    csv: 'CSV：用于电子表格',
    txt: '每张照片一个 .txt 文件',
    caption: '每张照片一个 .caption 文件',
    xmp: '每张照片一个 XMP 附属文件',
  },
  include: '内容',
  captions: '说明',
  alternatives: '包括其他说明',
  tags: '标签',
  answers: '回答',
  humanOnly: '仅人工撰写的文字',
  approvedToo: '包括已确认的文字',
  withoutDoubtful: '排除存疑的说明',
  byteOrderMark: '字节顺序标记（用于 Excel）',
  destination: '导出到',
  download: '下载',
  folder: '运行 Vignette 的电脑上的文件夹',
  beside: '照片所在的文件夹',
  below: '结构相同的另一个文件夹',
  folderPath: '文件夹',
  folderExample: '/home/me/exports',
  countSoFar: '正在计数',
  count: (photos) => (photos === 0 ? '没有可导出的内容。' : photoCount(photos)),
  countUnreachable: (photos, unreachable) =>
    `${photoCount(photos)}；其中 ${chinese.number(unreachable)} 张的文件不可用`,
  start: '导出',
  besideConfirm: (files) => `将在照片所在的文件夹中写入 ${fileCount(files)}。其他程序写入的文字会保留。`,
  besideStart: (files) => `写入 ${fileCount(files)}`,
  progress: '正在导出',
  stopped: '导出已停止。',
  done: (photos) => `已导出 ${photoCount(photos)}。`,
  doneSidecars: (files) => `已写入 ${fileCount(files)}。`,
  kept: (files) => `${fileCount(files)}含有其他程序的文字，未作更改。`,
  failed: (photos) => `${photoCount(photos)}失败。`,
  backup: (path) => `之前的版本位于 ${path}。`,
  fetch: (name, size) => `保存 ${name}（${size}）`,
  again: '再次导出',
};
