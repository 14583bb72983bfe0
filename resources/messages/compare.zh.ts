/** @file 简体中文: photos and texts side by side. */
import type { compare as en } from './compare.en.ts';
import { chinese } from './format.ts';

export const compare: typeof en = {
  command: '比较照片',
  title: (photos) => `比较 ${chinese.number(photos)} 张照片`,
  pane: (index, total, name) => `第 ${chinese.number(index)} 张，共 ${chinese.number(total)} 张：${name}`,
  hint: '按方向键切换照片，按 [ 和 ] 换成其他照片，按 Backspace 将其移出比较。星级、旗标和色标的设置方式与网格中相同。',
  focusNext: '切换到下一张照片',
  focusPrevious: '切换到上一张照片',
  replaceNext: '换成下一张照片',
  replacePrevious: '换成上一张照片',
  remove: '移出比较',
  link: '同步缩放',
  unlink: '取消同步缩放',
  differs: (words) => `（不同之处：${words.join('；')}）`,
  notOnAll: '（并非全部照片都有）',
  differingFacts: '不同之处',
  captions: {
    title: '此照片的说明',
    hint: '按数字键显示相应的说明。',
    show: (number) => `显示说明 ${chinese.number(number)}`,
    choose: '选择说明',
    end: '关闭说明列表',
  },
  trial: {
    title: '比较模型或预设',
    hint: (keys) => `按 ${keys} 让两者同时回答，再按 1 或 2 采用其中一个。另一个不会保存。`,
    chooseOther: (isQuestion) => (isQuestion ? '请为其中一个选择不同的模型。' : '请为其中一个选择不同的模型或预设。'),
    question: '问题',
    noQuestion: '留空则生成说明',
    ask: '让两者回答',
    asking: '正在生成…',
    side: (number) => `回答 ${chinese.number(number)}`,
    keep: (number) => `采用回答 ${chinese.number(number)}`,
    kept: '已设为说明',
    keptAnswer: '已保存为回答',
    answerKept: '已保存回答。',
    together: '两个模型同时运行',
    end: '关闭比较',
  },
};
