/** @file 简体中文: what went wrong, by the code of the error. English says it in the error's own message. */
import { type ErrorSentences, errorText, isTold } from './errorText.ts';
import { chinese } from './format.ts';
import { notices } from './notices.zh.ts';
import { noticesIn, noticeText } from './noticeText.ts';
import { queries } from './queries.zh.ts';
import { queryProblemText } from './queryProblemText.ts';

/** The value in Chinese quotation marks, with nothing where it did not come along. */
function quoted(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `“${value}”` : '';
}

/** The value in Chinese brackets, likewise. */
function bracketed(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `（${value}）` : '';
}

/** What a sentence about a path begins with. */
function subject(path: unknown): string {
  const name = quoted(path);
  return name === '' ? '这' : `路径${name}`;
}

/** By what the operating system said. */
const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: '它不存在',
  EACCES: '没有权限',
  EPERM: '系统不允许',
  EROFS: '磁盘是只读的',
  ENOSPC: '磁盘已满',
  EDQUOT: '磁盘配额已用完',
  ENOTDIR: '路径中有一部分是文件，不是文件夹',
  EISDIR: '这是文件夹',
  EFTYPE: '这不是普通文件',
  ELOOP: '符号链接形成了循环',
  ENAMETOOLONG: '名称过长',
  EMFILE: '打开的文件过多',
  ENFILE: '打开的文件过多',
  EBUSY: '另一个程序正在使用它',
  EAGAIN: '另一个程序正在使用它',
  EIO: '磁盘报告读写错误',
};

function because(sentence: string, systemCode: unknown): string | undefined {
  const reason = typeof systemCode === 'string' ? (systemReasons[systemCode] ?? systemCode) : undefined;
  return reason && `${sentence}：${reason}。`;
}

function megapixels(pixels: number): string {
  return `${chinese.number(Math.round(pixels / 1e6))} 百万像素`;
}

const tooLarge: ErrorSentences[string] = ({ width, height, maxPixels, neededBytes }) => {
  if (typeof width !== 'number' || typeof height !== 'number') return '图片过大，无法打开。';
  const size = `${width} × ${height}`;
  if (typeof maxPixels === 'number')
    return `图片过大：${size} 为 ${megapixels(width * height)}，此类图片的上限为 ${megapixels(maxPixels)}。`;
  const needed = typeof neededBytes === 'number' ? `，需要 ${chinese.bytes(neededBytes)}` : '';
  return `内存不足，无法打开这张图片（${size}${needed}）。`;
};

/** The first few of a list, or nothing where it is none. */
function listed(values: unknown): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const shown = values.filter((value) => typeof value === 'string' || typeof value === 'number').slice(0, maxListed);
  return shown.length < values.length ? `${shown.join('、')} 等 ${values.length} 个` : shown.join('、');
}

const maxListed = 5;

const unsupportedCheckpoint: ErrorSentences[string] = (
  { found, supported, method, adapter, base, pointer },
  message,
) => {
  if (typeof found === 'string') return `无法导入此检查点：它是 ${found}。支持：${listed(supported) ?? '无'}。`;
  if (typeof method === 'string') return `权重已用 ${method} 量化，无法导入。请导入原始模型。`;
  if (typeof adapter === 'string')
    return `这个文件夹里是${quoted(base)}的适配器${bracketed(adapter)}，不是完整的模型。请连同基础模型一起导入。`;
  if (typeof pointer === 'string') return `这只是指向权重的占位文件${bracketed(pointer)}，请下载文件本身。`;
  return `无法导入此检查点。详情：${message}`;
};

const accessDenied: ErrorSentences[string] = ({ isGated, hasToken }) => {
  if (isGated === false) return '访问令牌不被接受。请在 Hugging Face 上新建一个。';
  const accept = '发布者只向接受许可协议的人提供这些文件。请在仓库页面上接受许可协议';
  if (isGated === true && hasToken === true) return `${accept}，并使用该令牌所属的账户。`;
  return `${accept}，然后提供访问令牌：在桌面应用的“设置”中，通过 HF_TOKEN，或运行 hf auth login。`;
};

const notOnHub: ErrorSentences[string] = ({ hubCode }) => {
  if (hubCode === 'RepoNotFound') return '没有这个仓库，或者它是私有的，需要访问令牌。';
  if (hubCode === 'RevisionNotFound') return '仓库中没有这个修订版本。';
  return '仓库中没有所请求的内容。请检查名称和修订版本。';
};

export const errors: ErrorSentences = {
  CATALOG_BUSY: '图库数据库正忙，请稍后重试。',
  CATALOG_DAMAGED: ({ file }) => `图库数据库${quoted(file)}已损坏。可用 vignette library restore 恢复备份。`,
  CATALOG_DISK_FULL: '磁盘空间不足，图库无法保存。',
  CATALOG_FAILED: (_details, message) => `图库数据库操作失败。详情：${message}`,
  CATALOG_IN_USE: '图库正被另一个程序使用。请先关闭它，或使用另一个图库。',
  CATALOG_NEWER: '图库由更新版本的 Vignette 写入。请更新 Vignette；图库未作改动。',
  CATALOG_NOT_A_CATALOG: ({ file }) => `文件${quoted(file)}是其他程序的数据库。`,
  CATALOG_NOT_FOUND: '这里还没有图库。',
  CATALOG_READ_ONLY: '图库无法写入，请检查权限。',
  CATALOG_UNREADABLE: '无法读取图库，请检查权限。',
  CHECKPOINT_CHANGED: '检查点文件在读取过程中发生了变化，请重新开始。',
  CHECKPOINT_CONFIG_INVALID: (_details, message) => `检查点的配置文件无效。详情：${message}`,
  CHECKPOINT_FILES_DISAGREE: (_details, message) => `检查点的文件互不一致。详情：${message}`,
  CHECKPOINT_HEADER_INVALID: (_details, message) => `权重文件的文件头无效。详情：${message}`,
  CHECKPOINT_NOT_A_CHECKPOINT: '这个文件夹里没有可以导入的检查点。',
  CHECKPOINT_NOT_FOUND: ({ folder }) => `找不到文件夹${quoted(folder)}。`,
  CHECKPOINT_PICKLE_UNSAFE: '权重文件包含不安全的内容，已拒绝读取。',
  CHECKPOINT_SHARD_MISSING: ({ file, missing }) =>
    `检查点缺少权重文件${quoted(file) || bracketed(listed(missing))}，请重新下载。`,
  CHECKPOINT_TENSOR_DTYPE: ({ tensor, dtype }) =>
    `不支持张量${quoted(tensor)}的数据类型${bracketed(dtype)}，权重须为 F32、F16 或 BF16。`,
  CHECKPOINT_TENSOR_MISSING: ({ tensor }) => `检查点缺少张量${quoted(tensor)}。`,
  CHECKPOINT_TENSOR_NOT_FINITE: ({ tensor }) => `张量${quoted(tensor)}含有非有限数值，权重已损坏。`,
  CHECKPOINT_TENSOR_SHAPE: ({ tensor }) => `张量${quoted(tensor)}的形状与 config.json 不符。`,
  CHECKPOINT_TENSOR_UNEXPECTED: ({ tensor, tensors }) =>
    `检查点含有此架构没有的张量${bracketed(listed(tensors) ?? tensor)}。`,
  CHECKPOINT_TRUNCATED: '权重文件不完整，请重新下载。',
  CHECKPOINT_UNSUPPORTED: unsupportedCheckpoint,
  CANNOT_OPEN: '系统无法打开此文件。',
  DESKTOP_ONLY: '只有桌面应用能执行此操作，浏览器中的页面不能。',
  DEVICE_FAILED: '没有可用的显卡，或显卡未能完成运算。',
  DEVICE_LOST: '显卡在运算时断开：驱动程序被重置，或显卡被移除。',
  DEVICE_OUT_OF_MEMORY: '显存不足。',
  DEVICE_UNUSABLE: ({ problems }) => `无法使用该设备。${noticeText(noticesIn(problems, notices), { notices })}`,
  DISK_FULL: ({ folder, neededBytes, freeBytes }) => {
    if (typeof neededBytes === 'number' && typeof freeBytes === 'number')
      return `磁盘空间不足：需要 ${chinese.bytes(neededBytes)}，可用 ${chinese.bytes(freeBytes)}。`;
    return `磁盘空间不足${bracketed(folder)}。`;
  },
  DOWNLOAD_CANCELLED: '下载已取消。',
  DOWNLOAD_IN_USE: '这个模型正在下载。',
  DOWNLOAD_NOT_FOUND: '该下载已不存在。',
  DOWNLOAD_PAUSED: '下载已暂停。',
  EMBED_CHANGED: '照片文件在上次读取后已改变，未写入任何内容。请扫描文件夹后重试。',
  EMBED_FAILED: (_details, message) => `照片文件无法由 ExifTool 写入，未作改动。详情：${message}`,
  EMBED_FORMAT: '不会写入此格式的文件，请使用 XMP 附属文件。',
  EMBED_LINK: '照片文件是链接或有多个名称（硬链接），未写入任何内容。',
  EMBED_READ_ONLY: '照片文件是只读的，未写入任何内容。',
  EMBED_SIGNED: '照片文件带有内容凭证（C2PA），任何更改都会使其失效，未写入任何内容。',
  EMBED_TOO_LARGE: '照片文件过大，未写入任何内容。',
  EMBED_UNSAFE: '写入照片文件会改变说明和标签以外的内容，未写入任何内容。',
  EXIFTOOL_FAILED: (_details, message) => `处理该照片的元数据时 ExifTool 出错，未作改动。详情：${message}`,
  EXIFTOOL_UNAVAILABLE: '无法运行 ExifTool，因此不能读写元数据。',
  FEATURES_DISK_FULL: '磁盘空间不足，图像特征不再保存。',
  FEATURES_NOT_STORED: '图像特征无法保存。',
  FOLDER_IN_LIBRARY: '该文件夹位于图库自己的文件夹中，不能添加。',
  FOLDER_NOT_WRITABLE: ({ folder }) => `无法写入文件夹${quoted(folder)}。`,
  GENERATION_NO_TOKEN_LEFT: '生成设置排除了所有可能的回答。',
  GENERATION_TEXTS_ALIKE: '候选答案中有些对模型来说完全相同。',
  GENERATION_TEXT_UNKNOWN: '文本中含有此模型无法表示的字符。',
  HUB_ACCESS_DENIED: accessDenied,
  HUB_BASE_UNKNOWN: (_details, message) => `需要指定基础模型的仓库或文件夹。详情：${message}`,
  HUB_BUSY: ({ host, status }) => `服务器${quoted(host)}正忙${bracketed(status)}，请稍后重试。`,
  HUB_FILE_CHANGED: ({ file }) => `文件${quoted(file)}在下载过程中发生了变化，请重新开始。`,
  HUB_FILE_DAMAGED: ({ file }) => `下载的文件${quoted(file)}与校验和不符，请重新下载。`,
  HUB_FILE_IN_USE: '另一个 Vignette 正在下载这个模型。',
  HUB_FILE_UNCLEAR: ({ repo, files }) =>
    `仓库${quoted(repo)}中有多个权重文件${bracketed(listed(files))}，请用 --file 指定其中一个。`,
  HUB_NOT_FOUND: notOnHub,
  HUB_NO_CHECKPOINT: ({ repo }) => `仓库${quoted(repo)}中没有可以导入的检查点。`,
  HUB_PARTS_DISAGREE: (_details, message) => `指定的仓库不能这样组合。详情：${message}`,
  HUB_REPLY_INVALID: ({ host, status }) =>
    `服务器${quoted(host)}的回复无法识别${bracketed(status)}。请检查网络和 HF_ENDPOINT。`,
  HUB_REPO_INVALID: '仓库名称或修订版本无效。',
  HUB_SETTING_INVALID: (_details, message) => `Hugging Face 的设置无效。详情：${message}`,
  HUB_TOKEN_NOT_REMOVED: '访问令牌无法从系统的密钥存储中删除。',
  HUB_TOKEN_NOT_SAVED: '访问令牌无法保存到系统的密钥存储。',
  HUB_TOKEN_UNREADABLE: '无法从系统的密钥存储读取访问令牌。',
  HUB_UNREACHABLE: ({ host, reason }) =>
    `无法连接${quoted(host) || '服务器'}，或连接中断${bracketed(reason)}。请检查网络后重试。`,
  IMAGE_CORRUPT: ({ format }) => `图片数据已损坏${bracketed(format)}。`,
  IMAGE_DECODER_CRASHED: ({ reason }) => `读取这张图片的进程崩溃了${bracketed(reason)}，文件修改之前不会再打开它。`,
  IMAGE_DECODER_MEMORY: ({ residentBytes }) => {
    const limit = typeof residentBytes === 'number' ? `（${chinese.bytes(residentBytes)}）` : '';
    return `读取这张图片所需的内存超过了上限${limit}，文件修改之前不会再打开它。`;
  },
  IMAGE_DECODER_TIMEOUT: ({ timeoutMs }) => {
    const limit = typeof timeoutMs === 'number' ? `（${chinese.duration(timeoutMs)}）` : '';
    return `读取这张图片超时${limit}，文件修改之前不会再打开它。`;
  },
  IMAGE_EMPTY: '文件是空的。',
  IMAGE_NOT_AN_IMAGE: '文件已损坏，或不是受支持的格式。',
  IMAGE_NOT_A_FILE: '这不是普通文件。',
  IMAGE_NOT_FETCHED: '这个文件只是占位，原图还没有下载到本机。',
  IMAGE_NOT_FOUND: '找不到文件。',
  IMAGE_PROCESSOR_UNSUPPORTED: (_details, message) => `不支持此模型的图像预处理方式。详情：${message}`,
  IMAGE_TOO_LARGE: tooLarge,
  IMAGE_UNREADABLE: ({ systemCode }) => because('无法读取文件', systemCode) ?? '无法读取文件，请检查权限。',
  IMAGE_UNSUPPORTED: ({ format, previewPx }) => {
    if (typeof previewPx === 'number')
      return `文件${bracketed(format)}中只有 ${previewPx} 像素的预览图，不足以生成说明。请另存为 JPEG 或 PNG。`;
    return typeof format === 'string' ? `不支持此 ${format} 文件。请另存为 JPEG 或 PNG。` : '不支持这种图片格式。';
  },
  IMPORT_COLUMN_MISSING: ({ column }) => `文件中没有列${quoted(column)}。`,
  IMPORT_ENCODING_UNKNOWN: '文件既不是 UTF-8，也不是带字节顺序标记的 UTF-16。请另存为 UTF-8。',
  IMPORT_FORMAT_UNKNOWN: '无法判断文件的格式，请指定格式。',
  IMPORT_KEY_TWICE: ({ key }) => `同一个对象中出现了两个相同的键${quoted(key)}，其中一个值会丢失。`,
  IMPORT_NOT_PARQUET: (_details, message) => `文件不是有效的 Parquet。详情：${message}`,
  IMPORT_NOT_CSV: (_details, message) => `文件不是有效的 CSV。详情：${message}`,
  IMPORT_NOT_JSON: (_details, message) => `文件不是有效的 JSON。详情：${message}`,
  IMPORT_TOO_DEEP: '文件的嵌套层数过多。',
  IMPORT_TOO_LARGE: ({ maxBytes }) =>
    `文件过大${typeof maxBytes === 'number' ? `，上限为 ${chinese.bytes(maxBytes)}` : ''}。请分成几部分导入。`,
  IMPORT_TOO_MANY_COLUMNS: '文件的列数过多。',
  IMPORT_UNREADABLE: ({ systemCode }) => because('无法读取文件', systemCode) ?? '无法读取文件，请检查权限。',
  IMPORT_VERSION_UNKNOWN: '文件不是此版本的 Vignette 所知的完整 JSON。如果它由更新的版本写入，请更新 Vignette。',
  INTERNAL: (_details, message) => `出现意外错误：${message}`,
  JOB_WITHOUT_QUESTION: '不知道要问什么问题。',
  MACHINE_NOT_MEASURED: '无法测量本机的速度。',
  MODEL_BUNDLED: ({ id }) => `模型${quoted(id)}随 Vignette 提供，不能移除。`,
  MODEL_CHANGED: '所安装的模型已不是开始此任务时的模型。请重新安装原来的模型，或重新开始任务。',
  MODEL_CONTEXT_FULL: '提示与回答的总长度超过了此模型的上限。',
  MODEL_DAMAGED: '模型已损坏，请重新导入。',
  MODEL_HOST_CLOSED: '模型进程已关闭。',
  MODEL_HOST_CRASHED: ({ reason }) => `模型进程意外退出${bracketed(reason)}，可能是内存不足。请重试。`,
  MODEL_ID_INVALID: '模型名称无效：最多 64 个字符，可用 a-z、0-9、点、连字符和下划线。',
  MODEL_ID_TAKEN: '已有同名模型，请用 --id 另取名称。',
  MODEL_IMPORT_CRASHED: '导入意外中断，可能是内存不足。再次开始时会从中断处继续。',
  MODEL_IN_USE: '模型正在使用中。',
  MODEL_KEEPS_FAILING: ({ last }) =>
    `模型接连失败，任务已停止。${isTold(last) ? `最后一次：${errorText(last, { errors })}` : ''}`,
  MODEL_MANIFEST_INVALID: '模型的清单文件无效，请重新导入模型。',
  MODEL_MANIFEST_NEWER: '模型由更新版本的 Vignette 导入。请更新 Vignette，或重新导入模型。',
  MODEL_NOT_CHOSEN: '已安装多个模型，请指定要使用的模型。',
  MODEL_NOT_FINITE: '模型算出了非有限数值：权重已损坏，或精度对此设备过低。',
  MODEL_NOT_FOUND: ({ id }) => `没有模型${quoted(id)}。请先下载或导入模型。`,
  MODEL_NOT_LOADED: '没有加载模型。',
  MODEL_OUTPUT_SHAPE: '模型输出的形状不正确，模型已损坏。',
  MODEL_PRECISION_UNSUPPORTED: '此模型不支持所选精度，请从检查点重新导入。',
  MODEL_SELF_TEST_FAILED: '模型没有通过自检：计算结果与导入时不同。',
  MODEL_WRONG_KIND: '该模型不能完成这项任务，请选择其他模型。',
  NETWORK_OFF: '网络已由 HF_HUB_OFFLINE 关闭，没有进行任何连接。',
  NOT_AN_ANSWER: '只有模型的回答才能这样使用。',
  NO_DEMO_PHOTOS: '没有找到演示照片。',
  FIELD_INVALID: '字段名称最多 100 个字符；只有“列表选项”类型的字段有候选值。',
  FIELD_NAME_TAKEN: ({ name }) => `已有名为${quoted(name)}的字段。`,
  NO_SUCH_FIELD: ({ name }) => (name === undefined ? '该字段已不存在。' : `没有名为${quoted(name)}的字段。`),
  NO_SUCH_FOLDER: '图库中没有该文件夹。',
  NO_SUCH_MESSAGE: '该消息已不在对话中。',
  NO_SUCH_TRIAL: '此文本已不再保留，请重新生成。',
  NO_SUCH_PHOTO: '图库中没有该照片。',
  VOCABULARY_EMPTY: ({ below }) =>
    below === undefined ? '词表中没有可供选择的标签。' : `词表中${quoted(below)}之下没有可供选择的标签。`,
  NO_SUCH_PILOT: () => '此试运行已不存在。',
  NO_SUCH_RUN: ({ runId }) => `没有任务${quoted(runId)}。`,
  NO_VECTOR_FILES: '没有可以保存照片向量的位置。',
  ON_BATTERY: '电脑正在使用电池。接上电源后队列继续。',
  OUTPUT_NOT_WRITABLE: ({ file, folder, systemCode }) =>
    because(`无法写入${quoted(file) || quoted(folder) || '输出位置'}`, systemCode) ??
    '无法写入输出位置，请检查权限和磁盘空间。',
  OUT_OF_MEMORY: '内存不足。',
  PACK_DAMAGED: '打包的模型已损坏。',
  PACK_INVALID: '这不是有效的打包模型。',
  PACK_NEWER: '打包的模型由更新版本的 Vignette 生成，请更新 Vignette。',
  PAGE_NOT_BUILT: '界面尚未构建。请先运行 npm run build。',
  PATH_INVALID: '该名称对应多个文件，请只指定其中一个。',
  PATH_NOT_A_FILE: ({ named }) => `${subject(named)}既不是普通文件，也不是文件夹。`,
  PATH_NOT_A_FOLDER: ({ folder, named }) => `${subject(folder ?? named)}不是文件夹，或不是完整路径。`,
  PATH_NOT_FOUND: ({ folder, named, systemCode }) => {
    const what = quoted(folder ?? named);
    if (what === '') return '找不到该文件或文件夹。';
    return because(`无法读取${what}`, systemCode) ?? `找不到${what}。`;
  },
  PATH_OF_A_PROGRAM: '这个文件夹属于其他程序，其中的内容随时可能被更改。请从该程序导出照片，再添加导出的文件夹。',
  PATH_UNREADABLE: ({ systemCode }) =>
    because('无法读取该文件或文件夹', systemCode) ?? '无法读取该文件或文件夹：可能没有权限，正在写入，或驱动器未连接。',
  PHOTO_AWAY: '照片所在的驱动器未连接。',
  PHOTO_CHANGED: '文件在等待期间被更改。',
  PHOTO_MISSING: '文件已不在原处；找回后会再次处理。',
  PHOTO_NOT_EMBEDDED: '这些照片都还没有建立视觉搜索索引。',
  PHOTO_NOT_FOUND: '文件已被移动或删除。',
  PHOTO_UNREACHABLE: '照片文件目前不在原处。',
  PICTURE_NOT_FOR_DATASETS: ({ extension }) =>
    `这种文件${typeof extension === 'string' ? `（.${extension}）` : ''}不能用 datasets 库打开，已跳过。请先转换为 JPEG。`,
  PICTURES_CLOSED: '读取照片之前图库已关闭。',
  PRESET_NAME_INVALID: '预设名称无效：须以字母或数字开头，最多 64 个字符。',
  PRESET_NOT_FOR_MODEL: '该预设不适用于此模型。',
  PRESET_FOR_QUESTIONS: '该预设是一个问题，请在提问时使用。',
  PRESET_NOT_FOUND: '没有这个名称的预设。',
  PROMPT_BRACE_OPEN: '提示中的 { 没有对应的 }。要写大括号本身，请写 {{。',
  PROMPT_EMPTY: '提示是空的。',
  PROMPT_NO_QUESTIONS: '此模型只写说明，不回答问题。请选择其他模型，或给出说明的开头。',
  PROMPT_UNKNOWN_VARIABLE: '提示中含有未知的变量。XMP 字段写作 {XMP-photoshop:Headline}；要写大括号本身，请写 {{。',
  QUERY_INVALID: ({ problem }) => queryProblemText(problem, queries) ?? '搜索条件无效。',
  QUEUE_CLOSED: '队列已关闭。',
  QUEUE_PAUSED: '队列已暂停。',
  QUIET_HOURS: '现在是安静时段，队列稍后继续。',
  RUN_NOT_REVERTIBLE: '该任务已经撤销，或尚未完成。',
  SANDBOX_OFF: '此系统不允许隔离图片读取进程，因此不能打开照片。',
  SERVER_CANNOT_LISTEN: '无法监听该地址和端口，请用 --port 选择其他端口。',
  SETTING_INVALID: '设置的值无效。',
  SHEET_ANSWER_TOO_LONG: '有一个单元格的文字过长。',
  SHEET_INVALID: '剪贴板中的内容不是电子表格的单元格。',
  SIDECAR_UNREADABLE: '附属 XMP 文件无效，未作改动。',
  SIDECAR_UNSAFE: '写入后的附属 XMP 文件会与应有的内容不符，未作改动。',
  TAG_NAME_INVALID: '标签名称无效。',
  TAG_PATTERN_INVALID: '无法使用这个正则表达式。',
  TEMPLATE_INVALID: ({ list }) =>
    `模板无效：含有未知的变量，或缺少 }。${typeof list === 'string' ? `可用变量：${list}。` : ''}要写大括号本身，请写 {{。`,
  TOKENIZER_FILE_INVALID: (_details, message) => `分词器文件无效。详情：${message}`,
  TOKENIZER_FILE_MISSING: '缺少分词器文件。',
  TOKENIZER_LENGTH: '文本无法截短到所要求的长度。',
  TOKENIZER_TOO_SLOW: '分词耗时过长，已停止。',
  TOKENIZER_UNKNOWN_TEXT: '文本中含有此模型无法表示的字符。',
  VECTORS_DAMAGED: '照片的向量文件已损坏或丢失，请重新建立索引。',
  VECTORS_DISK_FULL: '磁盘空间不足，照片的向量无法保存。',
  VECTORS_NEWER: '照片的向量文件由更新版本的 Vignette 写入，请更新 Vignette。',
  VECTORS_NOT_WRITABLE: '照片的向量无法写入，请检查权限。',
  VECTORS_UNREADABLE: '无法读取照片的向量。',
  VECTOR_SEARCH_FAILED: '按内容搜索失败。',
  VECTOR_UNSUITABLE: '照片的向量无效，无法保存。',
  WATCH_LIMIT_REACHED: '系统可监视的文件夹数量已达上限，部分文件夹的变化不会立即被发现。',
};
