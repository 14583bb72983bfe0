/** @file 简体中文: models on the command line: which there are, and how they are made, tested and moved. */
import type { ModelLicense, ModelUse } from '../../../main/library/models/knownModels.ts';
import { chinese } from '../format.ts';
import { general } from './general.zh.ts';
import type { models as en } from './models.en.ts';
import { formatBytes } from './quantities.ts';

const number = (value: number): string => chinese.number(value);

const restrictions: Readonly<Record<ModelLicense['restriction'], string>> = {
  none: '',
  opt: '，不可商用 [1]',
  instructblip: '，仅供研究 [2]',
  vicuna: '，仅供研究 [2, 3]',
};

const uses: Readonly<Record<ModelUse, string>> = {
  captions: '说明',
  answers: '回答',
  instructions: '指令',
  matching: '匹配评分',
};

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

export const models: typeof en = {
  none: '未安装模型。导入模型：vignette models import FOLDER（在源代码中，npm run build 会生成演示模型）。',
  columns: ['ID', '用途', '架构', '精度', '大小', '来源', '备注'],
  purposes: { generator: '说明、回答', matcher: '匹配评分' },
  unusable: (reason) => `无法使用：${reason}`,
  bundled: '内置演示模型',
  quality: (quality) => {
    if (quality.type === 'unmeasured') {
      const { lacks, neededBytes } = quality;
      return `未与 fp32 比较：需要 ${formatBytes(neededBytes)} ${lacks === 'memory' ? '内存' : '磁盘空间'}`;
    }
    if (quality.type === 'notKept') return '未与 fp32 比较：检查点未保留';
    const { equal, predictions, wideLayers, lacksRoom } = quality;
    const layers = wideLayers.reduce((sum, wide) => sum + wide.layers.length, 0);
    const wide = layers === 0 ? '' : `，${number(layers)} 层以更高精度存储`;
    const room = lacksRoom ? '，磁盘空间不足，无法以更高精度存储部分层' : '';
    return `${number(predictions)} 次预测中，${number(equal)} 次与 fp32 相同${wide}${room}`;
  },

  measuring: '正在测量本机速度…',
  knownColumns: ['仓库', '用途', '许可协议', '下载大小', '精度', '磁盘占用', '所需空间', '本机'],
  useList: (kinds) => kinds.map((use) => uses[use]).join('、'),
  license: ({ name, restriction }) => (name === 'other' ? '自定义' : name) + restrictions[restriction],
  fit: (fit) => {
    if (fit.type === 'doesNotFit') return `内存不足：需要 ${formatBytes(fit.memoryBytes)} 内存`;
    if (fit.type === 'fitsNarrower') return `仅适合 ${fit.precision}`;
    if (fit.type === 'unmeasured') return '可以运行';
    return `${fit.type === 'slow' ? '较慢' : '运行良好'}：在 CPU 上每张照片约 ${general.duration(fit.answerMs)}`;
  },
  recommended: '推荐',
  installedAs: (ids) => `已安装为 ${ids.join('、')}`,
  notes: (notes) => notes.join('；'),
  footnotes: `所有模型均读写英文。“所需空间”是下载内容和模型共同需要的磁盘空间。
[1] Meta 的 OPT-175B 许可协议仅允许将 OPT 用于研究。
[2] 作者声明仅供研究；使用 LLaVA 数据训练（CC BY-NC 4.0）。
[3] Vicuna 和 LLaMA 另有各自的许可协议。`,

  contacting: { line: '正在连接 Hugging Face…', logLine: '正在连接 Hugging Face。' },
  downloading: '正在下载',
  licenses: (licenses) =>
    `许可协议：${licenses.map(({ repo, license }) => `${repo}：${license ?? '未注明'}`).join('；')}。`,
  stages: {
    unpack: '正在复制',
    compile: '正在编译',
    hash: '正在验证文件',
    verify: '正在测试模型',
    measure: '正在与 fp32 比较',
  },
  underway: (stage) => ({ line: `${stage}…`, logLine: `${stage}。` }),
  percentDone: (stage, percentage) => `${stage} ${percentage}%`,
  chosenPrecision: ({ precision, sizes, memoryBytes, card }) => {
    const size = formatBytes(sizes[precision]);
    if (precision === 'fp32') return `以 fp32 存储：模型很小（${size}）。`;
    const stored = `以 ${precision} 存储：${size}，而非 ${formatBytes(sizes.fp32)}`;
    if (card !== null) return `${stored}。显卡（${card.name}）可用显存为 ${formatBytes(card.freeBytes)}。`;
    if (precision === 'int8') return `${stored}。本机内存为 ${formatBytes(memoryBytes)}。`;
    return `${stored}。int8 需要 ${formatBytes(sizes.int8)}，而内存只有 ${formatBytes(memoryBytes)}。`;
  },
  stored: (precision, quality) => `以 ${precision} 存储：${quality}。`,
  imported: (id) => `已导入。使用方法：vignette caption PATH --model ${id}`,
  removed: (id) => `已移除 ${id}。`,
  packing: (done, total) => `正在打包：${done} / ${total}`,
  packed: (size) => `已打包：${size}。在其他电脑上导入：vignette models import FILE`,
  verifying: (done, total) => `正在验证：${done} / ${total}`,
  verified: (id, files, device) =>
    `${id} 完好：${number(files)} 个文件未变，${device === undefined ? '' : `在 ${device} 上的`}计算结果正确。`,
  scoring: (done, total) => `正在评分：${number(done)} / ${number(total)}`,
  calibrated: (id, doubtfulBelow, pairs, precision, recall) =>
    `${id} 将低于 ${doubtfulBelow.toFixed(3)} 的说明标为存疑：在 ${number(pairs)} 对样本中，` +
    `它认可的文字有 ${percent(precision)} 正确，正确的文字有 ${percent(recall)} 得到认可。`,
};
