/** @file 简体中文: help on the commands. */
import type { help as en } from './help.en.ts';

export const help: typeof en = {
  program: '在本机上为照片生成说明，并回答有关照片的问题。',
  photo: '照片',
  preset: '预设',
  model: '模型',

  caption: {
    summary: '为照片和文件夹生成说明',
    description:
      '为照片以及文件夹和子文件夹中的所有照片生成说明。隐藏文件和系统文件会被跳过。\n' +
      '说明保存在图库中。再次运行此命令只会处理新照片，或从中断处继续。',
    paths: '照片和文件夹',
    write: (kinds) => `文字的种类：${kinds}（默认：caption）`,
    prompt: (variables) =>
      `说明的开头，由模型续写；占位符：${variables}，以及 {XMP-photoshop:Headline} 这样的 XMP 字段（默认：“a photo of”）`,
    format: (formats) => `${formats}（默认：按 --out 的扩展名）`,
    again: '对已用相同模型、提示词和设置生成说明的照片也重新生成',
    stacks: '每个堆叠只为一张照片生成；其余照片若相符则使用同一文字',
    try: (photos) => `显示预估，仅为差异较大的 ${photos} 张样本照片生成说明并输出；去掉此选项即可处理其余照片`,
    candidates: '采样 K 条说明，保留评分最高的一条',
    filter: '为说明评分的匹配模型；存疑的说明会被标出',
  },
  ask: {
    summary: '就一张或多张照片提问',
    description:
      '就一张照片提问，并采用模型训练时的格式。\n' +
      '若有多张照片、文件夹或多个问题，回答会作为一次运行保存在图库中，并可撤销。再次运行此命令只会询问新照片，或从中断处继续。',
    photos: '一张照片，或多张照片和文件夹；最后是问题或指令（使用某些预设时可省略）',
    question: '对所有照片提出的问题，代替末尾的问题；可重复使用',
    field: (types) =>
      `将前一个问题的回答保存为字段，写作 NAME 或 NAME=TYPE（${types.join('、')}）；yes-no 和列表会限定回答`,
    out: '保存回答的文件（默认：stdout）',
    format: (formats) => `${formats}（默认：按 --out 的扩展名）`,
    again: '对已用相同模型和设置回答过的照片也重新提问',
    try: (photos) => `显示预估，仅就差异较大的 ${photos} 张样本照片提问并输出回答；去掉此选项即可处理其余照片`,
    history: '之前的对话，JSON 格式：[{"question": "…", "answer": "…"}, …]',
    raw: '将文本原样交给模型',
  },
  score: {
    summary: '评估文本与照片的匹配程度',
    description: '用匹配模型评估文本与照片的匹配程度：itm 是文本描述该照片的概率，itc 是两者嵌入向量的余弦相似度。',
    text: '文本',
  },
  search: {
    summary: '按文字、筛选条件和内容搜索照片',
    description:
      '按说明、回答、标签和文件名中的词语搜索照片，也可使用 tag:beach、taken:2024-05 或 ' +
      'captioned:no 等筛选条件；有匹配模型时，还可按内容搜索。查询语言见 docs/search.md。',
    query: '查询；多个参数会合并',
    limit: '最多显示的照片数',
    order: (orders) => `${orders}（默认：relevance；没有词语时为 taken）`,
    reverse: '反转顺序',
    words: '仅搜索文字和筛选条件，不使用模型',
  },
  export: {
    summary: '导出说明、标签和回答',
    description: '导出图库中的说明，也可按需导出标签和回答。不会运行模型。\n格式见 docs/formats.md。',
    filter: '仅导出符合此查询的照片（docs/search.md）',
    dataset:
      '写入新的 Hugging Face imagefolder 数据集文件夹：图片和 metadata.jsonl（使用 --format parquet 时为 .parquet）',
    split: '与 --dataset 一起使用：各部分的百分比，例如 train=80,validation=10,test=10（默认：train=100）',
    pictures: (choices) => `与 --dataset 一起使用：图片的写入方式：${choices.join('、')}（默认：copy）`,
    alternatives: '包括其他说明',
    altText: '包括替代文本',
    longDescription: '包括详细描述',
    tags: '包括标签',
    answers: '包括回答',
    question: '仅包括对此问题的回答；可重复使用',
    scores: '包括说明的匹配分数',
    marks: '包括星级、旗标和色标；用于 csv、jsonl 和 parquet',
    template: (variables) =>
      `与 --format txt 或 caption 一起使用：每个文件的内容，例如“{caption}[, {tags}]”（${variables}）`,
    preview: '显示前 N 张照片导出后的内容；不写入任何文件',
    noCaptions: '不包括说明',
    human: '仅导出人工撰写的文字和标签',
    approved: '仅导出人工撰写或确认的文字和标签',
    noDoubtful: '排除存疑的说明',
    replace: '与 --format embed 一起使用：替换其他程序写入的说明',
    restore: '与 --format embed 一起使用：移除 Vignette 写入的内容，恢复原有内容',
  },

  import: {
    summary: '导入说明、标签和回答',
    description:
      '从 Vignette 或其他程序写入的文件导入说明、标签和回答。\n' +
      '除非你要求，否则不会替换你写的内容。一次导入是一个任务，可以撤销。\n' +
      '格式说明见 docs/formats.md。',
    files: '文档，或含有 .txt 或 .caption 文件的文件夹',
    format: (formats) => `${formats}（默认：按文件判断）`,
    as: (uses) => `.txt 文件的内容：${uses}`,
    column: 'JSONL、CSV 和 Parquet 中说明所在的列（默认：text 或 caption）',
    onConflict: (choices) => `照片已有你写的其他文本时：${choices}（默认：keep，并列出冲突）`,
    dryRun: '仅显示将导入的内容',
  },
  library: {
    summary: '管理照片文件夹和图库数据库',
    description: '管理图库中的照片文件夹及图库数据库。',
    add: '添加文件夹及其子文件夹。运行 vignette library scan 以读取其中的照片。',
    folders: '文件夹',
    ignore: '要忽略的文件和文件夹，写法同 .gitignore',
    liveSidecars: 'Vignette 打开或提供服务时，保持照片旁的 XMP 附属文件同步',
    noLiveSidecars: '不再同步 XMP 附属文件',
    list: '列出图库中的文件夹。',
    scan: '扫描文件夹，查找新增、更改、移动和缺失的照片，并读取新照片。',
    foldersToScan: '要扫描的文件夹（默认：图库中的所有文件夹）',
    embed: '用匹配模型为照片建立视觉搜索索引。',
    status: '显示照片、队列和问题。',
    check: '检查图库数据库是否损坏。',
    repair: '重建可以重建的内容；不更改说明、回答和标签',
    remove:
      '从图库移除文件夹，不更改其中的文件。说明、回答和标签会保留：\n' +
      '重新添加该文件夹即可恢复。模型生成的文字在保留期限过后删除。',
    folder: 'vignette library list 列出的文件夹',
    restore:
      '恢复图库数据库的备份。当前的数据库会以其他名称保留。\n' +
      'Vignette 会自动备份图库数据库，并在其损坏时恢复最新的备份。',
    backup: '要恢复的备份，由 --list 列出（默认：最新的备份）',
    listBackups: '列出备份，最新的在前',
  },
  tags: {
    summary: '列出标签，导入关键字列表',
    description: '词表是供模型选择的标签列表。',
    list: '列出所有标签及其照片数。',
    vocabulary: '列出词表及其同义词，格式可供 import 读取',
    import: '将关键字列表添加到词表：Lightroom 导出的列表、标签路径、纯文本或 CSV。',
    file: '关键字列表',
    replace: '替换词表，而不是添加到词表',
  },
  fields: {
    summary: '列出和定义回答的字段',
    description:
      '字段为一些问题的回答提供名称和类型，便于查找、显示和导出：\nanswer:season=winter、answer:people>3。回答本身不会改变。',
    list: '列出所有字段及其照片数，以及回答不符合类型的照片数。',
    save: '定义字段，或更改其中指定的部分。',
    name: '字段',
    type: (types) => `回答的类型：${types.join('、')}（默认：text；使用 --value 时为 list）`,
    value: '列表中的一个值，可重复使用',
    question: '字段所包含的回答所对应的问题，可重复使用',
    rename: '重命名字段',
    remove: '移除字段，回答保留不变。',
  },
  mark: {
    summary: '设置照片的星级、旗标和色标',
    description: '为符合查询的所有照片设置星级、旗标或色标，每一项作为一个任务。\n不会更改照片文件。',
    option: (kind, choices) =>
      `${{ rating: '星级', flag: '旗标', label: '色标' }[kind]}：${choices.join('、')}（file：使用文件中的）`,
  },
  runs: {
    summary: '列出任务并撤销任务',
    description:
      '更改说明、回答或标签的所有操作都是任务：生成说明、导入、编辑和撤销。\n' +
      '每项任务都可以随时撤销；撤销该撤销即可重做。',
    list: '列出任务，最新的在前。',
    limit: '最多显示的任务数',
    all: '包括单次编辑和对话',
    show: '显示任务的模型、设置、更改和失败项。',
    number: '任务编号',
    undo: '撤销任务：移除它添加的内容，恢复它移除的内容。之后的更改会保留。\n撤销也是任务：撤销它即可重做原来的任务。',
    numberToUndo: '任务编号',
  },
  presets: {
    summary: '列出、显示、保存和移除预设',
    description: '预设是供 caption --preset 和 ask --preset 使用的提示词。',
    list: '列出内置和自定义的预设。',
    show: '显示预设用于各类模型的提示词。',
    save: '保存自定义预设。',
    name: '名称；同名的预设会被替换',
    text: (variables) => `提示词；占位符：${variables}，以及 {XMP-photoshop:Headline} 这样的 XMP 字段`,
    question: '将文本作为问题',
    about: '描述',
    for: (kinds) => `用于哪种文字：${kinds}（默认：caption）`,
    remove: '移除自定义预设。',
  },
  models: {
    summary: '下载、导入、列出、验证、校准、打包和移除模型',
    description: '本机上的模型。Vignette 自行编译已发布的检查点，参见 models import --help。',
    list: '列出已安装的模型；使用 --known 则列出可以下载的已发布模型。',
    known: '已发布的模型、其许可协议和大小，以及在本机上的运行情况；首次使用时会测量本机速度，最多十秒',
    download:
      '从 Hugging Face 下载检查点到其缓存并编译。只含适配器的仓库会与其基础检查点合并，基础检查点也会一并下载；BLIP 和 LAVIS 训练格式的权重亦然。缓存中已有的内容不会重新下载。\n' +
      '中断的下载会在再次运行时继续。需要令牌的仓库使用 HF_TOKEN 或 hf auth login 保存的令牌；HF_ENDPOINT、HF_HOME、HF_HUB_CACHE 和 HTTPS_PROXY 的作用与其他程序相同。',
    repository: '仓库，例如 Salesforce/blip2-opt-2.7b',
    revision: '分支、标签或提交（默认：main）',
    downloadBase: '用于只含适配器或权重（*.pth）的仓库：与之配套的检查点，可为仓库或文件夹（默认：适配器指定的检查点）',
    downloadFile: '用于含有多个权重文件（*.pth）的仓库：要使用的文件',
    downloadAdapter: '要合并到检查点的 LoRA 适配器，可为仓库或文件夹',
    downloadId: '模型名称（默认：取自仓库）',
    downloadPrecision: '权重的存储精度，同 models import',
    keep: '在 Hugging Face 缓存中保留检查点；不使用此选项时，模型编译完成后会删除下载的内容',
    downloadReplace: '新模型完成并通过测试后，替换现有的同名模型',
    import:
      '编译已发布的检查点（含 config.json 以及 *.safetensors 或 pytorch_model*.bin 的文件夹），并将结果保存在图库中。\n' +
      '在其他电脑上打包的模型会原样复制。来源只会被读取。中断的导入会在再次运行时继续。',
    source:
      '检查点的文件夹、其仓库在 Hugging Face 缓存中的文件夹（models--…）、以 fp32 导入的模型的名称、打包的模型（*.vignette-model），或权重文件（*.pth，与 --base 一起使用）',
    importBase: '用于 BLIP 和 LAVIS 训练保存的权重文件（*.pth）：相同架构的已发布检查点，使用其配置、分词器和其他权重',
    importAdapter: '要合并到检查点的 LoRA 适配器（PEFT 保存的 adapter_config.json 和 adapter_model.*）',
    importId: '模型名称（默认：取自仓库或文件夹）',
    importPrecision:
      '权重的存储精度：fp32 精确，fp16 用于显卡，int8 接近精确且速度快数倍，int4 最小；auto 根据大小、设备和内存选择',
    importReplace: '新模型完成并通过测试后，替换现有的同名模型',
    verify:
      '验证模型是否完好：先检查文件的每个字节，再检查计算结果。使用 --device 时，还会检查在该设备上的计算结果，无论此前的结论如何。',
    calibrate:
      '校准匹配模型的阈值：评分低于阈值的说明会标为存疑。\n' +
      'PAIRS 是 JSON Lines 文件：{"image": …, "text": …, "holds": true 或 false}。图片路径相对于该文件。',
    matcher: '匹配模型',
    pairs: '带标注的照片和文本对（JSON Lines）',
    pack:
      '将模型打包为一个文件，可在没有网络的电脑上用 vignette models import 导入。\n' +
      '其中包含编译后的模型和校验和，不含与本机有关的内容。',
    output: (extension) => `输出文件（默认：当前文件夹中的 <ID>${extension}）`,
    remove: '从图库移除模型，不更改其检查点。',
  },
  serve: {
    summary: '在浏览器中打开图库',
    description:
      '在浏览器中提供图库，并监视其文件夹。指定的文件夹会添加到图库，' +
      '并为其中的照片生成说明。显示的地址供一个浏览器使用；使用后会显示' +
      '供另一个浏览器使用的地址。按 Ctrl-C 停止。',
    folders: '要添加的文件夹',
    port: '端口；0 表示任意空闲端口',
    host: '监听地址；默认只有本机可以访问',
    allowHost: '同时接受此主机名，用于代理或你的网络；可重复使用',
    open: '在浏览器中打开页面',
  },
};
