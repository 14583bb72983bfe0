/** @file What the application says outside of its page, in menus, the tray, notifications and dialogs of the system. A text that a language lacks does not compile. Desktop main process. */
import type { MenuCommand } from '../../preload/contract/desktop.ts';

export type Language = 'en' | 'zh';

const en = {
  menus: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    photo: 'Photo',
    queue: 'Queue',
    window: 'Window',
    help: 'Help',
  },
  commands: {
    'add-folder': 'Add a Folder…',
    undo: 'Undo',
    redo: 'Redo',
    'select-all': 'Select All',
    filter: 'Filter Photos',
    palette: 'Commands…',
    shortcuts: 'Keyboard Shortcuts',
    'go-library': 'Library',
    'go-review': 'Review',
    'go-tags': 'Tags',
    'go-runs': 'Runs',
    'go-models': 'Models',
    'go-settings': 'Settings…',
    sidebar: 'Sidebar',
    panel: 'Right Panel',
    larger: 'Larger Pictures',
    smaller: 'Smaller Pictures',
    caption: 'Caption the Selection',
    'panel.ask': 'Ask about the Photo',
    'panel.editCaption': 'Edit the Caption',
    'panel.tag': 'Add a Tag',
    'photo.reveal': 'Reveal in the File Manager',
    'photo.openElsewhere': 'Open with the Usual Program',
    queue: 'Show the Queue',
  } satisfies Record<MenuCommand, string>,
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  fullScreen: 'Full Screen',
  minimize: 'Minimize',
  zoom: 'Zoom',
  closeWindow: 'Close Window',
  front: 'Bring All to Front',
  services: 'Services',
  hide: 'Hide Vignette',
  hideOthers: 'Hide Others',
  showAll: 'Show All',
  developerTools: 'Developer Tools',
  about: 'About Vignette',
  crashReports: 'Show Crash Reports',
  open: 'Open Vignette',
  quit: 'Quit Vignette',
  pause: 'Pause',
  resume: 'Go On',
  idle: 'Nothing to do',
  paused: (left: string) => `Paused, ${left} left`,
  pausedIdle: 'Paused, nothing to do',
  resting: (left: string, why: string) => `${left} left. ${why}`,
  working: (left: string, perMinute: string | null, eta: string | null) =>
    [`${left} left`, perMinute === null ? '' : `${perMinute} a minute`, eta === null ? '' : `about ${eta}`]
      .filter((part) => part !== '')
      .join(' · '),
  runDone: (name: string) => `${name}: done`,
  runCounts: (done: string, failed: string | null) =>
    failed === null ? `${done} done` : `${done} done, ${failed} failed`,
  choosePhotos: 'Choose a folder of photos',
  chooseModel: 'Choose the folder of a model',
  choosePack: 'Choose a packed model',
  chooseExport: 'Choose the folder to export to',
  pageNotLoaded: 'The page of Vignette cannot be loaded.',
  pageGone: 'The page of Vignette ended twice.',
  pageGoneText: 'What was being worked on is kept. Load the page again?',
  reload: 'Load Again',
  cannotStart: 'Vignette could not start',
  sandboxOff:
    'This system does not let Vignette isolate the photos that it opens, so it does not start. Install the .deb package, which brings the AppArmor profile for it, or run “vignette serve” and use Vignette in a browser.',
  failedInside: 'Vignette must end',
  failedInsideText: (reason: string) => `Something failed inside: ${reason} A report was written on this computer.`,
};

export type DesktopTexts = typeof en;

const zh: DesktopTexts = {
  menus: { file: '文件', edit: '编辑', view: '显示', photo: '照片', queue: '队列', window: '窗口', help: '帮助' },
  commands: {
    'add-folder': '添加文件夹…',
    undo: '撤销',
    redo: '重做',
    'select-all': '全选',
    filter: '筛选照片',
    palette: '命令…',
    shortcuts: '键盘快捷键',
    'go-library': '图库',
    'go-review': '审阅',
    'go-tags': '标签',
    'go-runs': '任务记录',
    'go-models': '模型',
    'go-settings': '设置…',
    sidebar: '侧栏',
    panel: '右侧面板',
    larger: '放大图片',
    smaller: '缩小图片',
    caption: '为所选照片生成说明',
    'panel.ask': '向照片提问',
    'panel.editCaption': '编辑说明',
    'panel.tag': '添加标签',
    'photo.reveal': '在文件管理器中显示',
    'photo.openElsewhere': '用默认程序打开',
    queue: '显示队列',
  },
  cut: '剪切',
  copy: '拷贝',
  paste: '粘贴',
  fullScreen: '全屏',
  minimize: '最小化',
  zoom: '缩放',
  closeWindow: '关闭窗口',
  front: '全部移到前面',
  services: '服务',
  hide: '隐藏 Vignette',
  hideOthers: '隐藏其他',
  showAll: '全部显示',
  developerTools: '开发者工具',
  about: '关于 Vignette',
  crashReports: '显示崩溃报告',
  open: '打开 Vignette',
  quit: '退出 Vignette',
  pause: '暂停',
  resume: '继续',
  idle: '无事可做',
  paused: (left) => `已暂停，剩余 ${left}`,
  pausedIdle: '已暂停，无事可做',
  resting: (left, why) => `剩余 ${left}。${why}`,
  working: (left, perMinute, eta) =>
    [`剩余 ${left}`, perMinute === null ? '' : `每分钟 ${perMinute} 个`, eta === null ? '' : `约 ${eta}`]
      .filter((part) => part !== '')
      .join(' · '),
  runDone: (name) => `${name}：已完成`,
  runCounts: (done, failed) => (failed === null ? `完成 ${done} 个` : `完成 ${done} 个，失败 ${failed} 个`),
  choosePhotos: '选择照片文件夹',
  chooseModel: '选择模型文件夹',
  choosePack: '选择打包的模型',
  chooseExport: '选择导出到的文件夹',
  pageNotLoaded: '无法加载 Vignette 的页面。',
  pageGone: 'Vignette 的页面两次退出。',
  pageGoneText: '正在进行的工作已保留。要重新加载页面吗？',
  reload: '重新加载',
  cannotStart: 'Vignette 无法启动',
  sandboxOff:
    '此系统不允许 Vignette 隔离它打开的照片，因此无法启动。请安装附带 AppArmor 配置文件的 .deb 软件包，或运行“vignette serve”并在浏览器中使用 Vignette。',
  failedInside: 'Vignette 必须退出',
  failedInsideText: (reason) => `内部出错：${reason} 已在本机写入报告。`,
};

export const desktopTexts: Readonly<Record<Language, DesktopTexts>> = { en, zh };

/** @param preferred the languages of the system, the first one first */
export function languageOf(setting: Language | 'system', preferred: readonly string[]): Language {
  if (setting !== 'system') return setting;
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'en' || language === 'zh') return language;
  }
  return 'en';
}
