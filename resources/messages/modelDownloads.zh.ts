/** @file 简体中文： models that can be downloaded, and their downloads. */
import type { modelDownloads as en } from './modelDownloads.en.ts';

export const modelDownloads: typeof en = {
  title: '下载模型',
  intro: '已发布的英文模型。确认之前不会下载任何内容。',
  list: '可下载的模型',
  measuring: '正在测量本机速度，仅此一次，最多十秒…',
  recommended: '推荐用于本机',
  installedAs: (ids) => `已安装为 ${ids}`,
  uses: { captions: '说明', answers: '回答', instructions: '指令', matching: '检查说明，查找照片' },
  fit: (fit, bytes, duration) => {
    if (fit.type === 'doesNotFit') return `内存不足：需要 ${bytes(fit.memoryBytes)} 内存`;
    if (fit.type === 'fitsNarrower') return `仅适合 ${fit.precision}`;
    if (fit.type === 'unmeasured') return `需要 ${bytes(fit.memoryBytes)} 内存`;
    return `${fit.type === 'slow' ? '较慢' : '运行良好'}：在 CPU 上每张照片约 ${duration(fit.answerMs)}`;
  },
  license: '许可协议',
  otherLicense: '自定义许可协议',
  restrictions: {
    none: '',
    opt: '不可商用：Meta 的 OPT-175B 许可协议仅允许将 OPT 用于研究。',
    instructblip: '作者声明仅供研究，无论模型页面如何标注。其训练数据限非商业用途（LLaVA，CC BY-NC 4.0）。',
    vicuna: '作者声明仅供研究。其训练数据限非商业用途（LLaVA，CC BY-NC 4.0）；Vicuna 和 LLaMA 另有各自的许可协议。',
  },
  restricted: '用途受限',
  download: '下载…',
  downloadOf: (name) => `下载 ${name}`,
  confirmTitle: (name) => `下载 ${name}？`,
  confirm: '下载',
  downloadSize: '下载大小',
  sizeAfter: '磁盘占用',
  memory: '所需内存',
  disk: '所需磁盘空间',
  freeDisk: '可用磁盘空间',
  diskShort: '磁盘空间不足。',
  keep: '保留下载的原始模型',
  keepHint: '保留在 Hugging Face 缓存中。否则会在编译后删除。',
  networkOff: '已在“设置”中关闭网络访问。',
  openSettings: '打开设置',
  denied:
    '请在 Hugging Face 上接受许可协议并创建访问令牌。用 HF_TOKEN 传入该令牌启动 Vignette（或用 hf auth login 登录），然后继续。',
  deniedOnDesktop: '请在 Hugging Face 上接受许可协议并创建访问令牌。在“设置”中保存该令牌，然后继续。',
  phases: {
    waiting: '等待中',
    downloading: '正在下载',
    compiling: '正在编译',
    testing: '正在测试',
    paused: '已暂停',
    failed: '失败',
  },
  status: (name, phase) => `模型 ${name}：${phase}`,
  statusPercent: (status, percent) => `${status}，${percent}`,
  statusProblem: (status, reason) => `${status}。${reason}`,
  ofBytes: (done, total) => `${done} / ${total}`,
  rate: (bytes) => `${bytes}/秒`,
  left: (duration) => `剩余 ${duration}`,
  pause: '暂停',
  resume: '继续',
  cancel: '取消',
  action: (action, name) => `${action}：${name}`,
  cancelled: (name) => `已取消下载 ${name}。`,
  ready: (id) => `${id} 已就绪。`,
  readyAsDefault: (id) => `${id} 已就绪，现为默认的说明模型。`,
};
