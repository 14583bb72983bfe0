/** @file 简体中文: runs and presets on the command line. */
import { bulk } from '../bulk.zh.ts';
import { chinese } from '../format.ts';
import { runs as page } from '../runs.zh.ts';
import type { runs as en } from './runs.en.ts';

const number = (value: number): string => chinese.number(value);

export const runs: typeof en = {
  none: '还没有任务。',
  columns: ['编号', '开始', '内容', '模型', '状态'],
  states: page.states,
  partly: (state, done, total) => `${state}，已完成 ${number(done)} / ${number(total)}`,
  undoneBy: (id) => `已由任务 ${id} 撤销`,
  facts: {
    run: '任务',
    state: '状态',
    begun: '开始',
    finished: '结束',
    changed: '更改',
    model: '模型',
    version: '版本',
    prompt: '提示词',
    settings: '设置',
    filter: '筛选',
    device: '设备',
    source: '来源',
    undoes: '撤销',
  },
  title: (id, title) => `${id}：${title}`,
  number: (id) => `任务 ${id}`,
  changes: (count) => `${number(count)} 处更改`,
  model: (id, precision, sha256) => `${id}（${precision}，${sha256}…）`,
  version: ({ id, source, revision, precision, compiler }) =>
    `${id}：${source}，${revision === null ? '' : `修订版本 ${revision}，`}${precision}，编译器 ${compiler}`,
  filter: (id, candidates, doubtfulBelow) => `${id}，${candidates} 个候选，低于 ${doubtfulBelow} 为存疑`,
  toUndo: (id) => `撤销：vignette runs undo ${id}`,
  toRedo: (id) => `重做：vignette runs undo ${id}`,
  undoing: (done, total) => `正在撤销：${number(done)} / ${number(total)} 处更改`,
  undid: (id, changes, kept) => `已撤销任务 ${id}：撤销了 ${number(changes)} 处更改${keptSince(kept)}。`,
  redid: (id, changes, kept) => `已重做任务 ${id}：重做了 ${number(changes)} 处更改${keptSince(kept)}。`,

  presetColumns: ['名称', '', '用途'],
  ownPreset: '自定义',
  presetAbout: (name, about) => bulk.presetAbouts[name] ?? about,
  wordingColumns: ['模型', '提示词'],
  presetSaved: (name) => `已保存预设“${name}”。`,
  presetRemoved: (name) => `已移除预设“${name}”。`,
  notForThese: '（不适用）',
  noPrompt: '（无：模型直接生成）',
};

function keptSince(count: number): string {
  return count === 0 ? '' : `，${number(count)} 处之后又有更改，已保留`;
}
