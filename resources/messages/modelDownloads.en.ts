/** @file English: models that can be downloaded, and their downloads. */
import type { KnownModel, ModelDownload, ModelFit } from '../../preload/contract/modelDownloads.ts';

type Bytes = (count: number) => string;

export const modelDownloads = {
  title: 'Download a model',
  intro: 'Published models in English. Nothing is fetched before you confirm it.',
  list: 'Models to download',
  measuring: 'Measuring this machine, once, for up to ten seconds…',
  recommended: 'Recommended for this machine',
  installedAs: (ids: string) => `Installed as ${ids}`,
  uses: {
    captions: 'captions',
    answers: 'answers',
    instructions: 'instructions',
    matching: 'checks captions, finds photos',
  } satisfies Record<KnownModel['uses'][number], string>,
  fit: (fit: ModelFit, bytes: Bytes, duration: (ms: number) => string) => {
    if (fit.type === 'doesNotFit') return `Does not fit: needs ${bytes(fit.memoryBytes)} of memory`;
    if (fit.type === 'fitsNarrower') return `Does not fit: ${fit.precision} does`;
    if (fit.type === 'unmeasured') return `Needs ${bytes(fit.memoryBytes)} of memory`;
    return `${fit.type === 'slow' ? 'Slow' : 'Runs well'}: about ${duration(fit.answerMs)} a photo on the processor`;
  },
  license: 'License',
  otherLicense: 'Its own license',
  restrictions: {
    none: '',
    opt: 'Not for commercial use: Meta publishes OPT under the OPT-175B license, for research only.',
    instructblip:
      'Research only, its authors say, whatever the model’s page says. It was trained on data for non-commercial use (LLaVA, CC BY-NC 4.0).',
    vicuna:
      'Research only, its authors say. It was trained on data for non-commercial use (LLaVA, CC BY-NC 4.0); Vicuna and LLaMA have licenses of their own.',
  } satisfies Record<KnownModel['license']['restriction'], string>,
  restricted: 'Restricted use',
  download: 'Download…',
  downloadOf: (name: string) => `Download ${name}`,
  confirmTitle: (name: string) => `Download ${name}?`,
  confirm: 'Download',
  downloadSize: 'Download',
  sizeAfter: 'On disk afterwards',
  memory: 'Memory while it works',
  disk: 'Needed at most',
  freeDisk: 'Free disk space',
  diskShort: 'There is not enough room on the disk.',
  keep: 'Keep the downloaded checkpoint',
  keepHint: 'It stays in the Hugging Face cache. Otherwise it is deleted once the model is compiled.',
  networkOff: 'The network is switched off in Settings.',
  openSettings: 'Open Settings',
  denied:
    'Accept the license on the model’s page, then make an access token there, start Vignette with it in HF_TOKEN (or sign in with hf auth login), and resume.',
  deniedOnDesktop:
    'Accept the license on the model’s page, then make an access token there, save it in Settings, and resume.',
  phases: {
    waiting: 'Waiting',
    downloading: 'Downloading',
    compiling: 'Compiling',
    testing: 'Testing',
    paused: 'Paused',
    failed: 'Failed',
  } satisfies Record<ModelDownload['phase'], string>,
  status: (name: string, phase: string) => `Model ${name}: ${phase}`,
  statusPercent: (status: string, percent: string) => `${status}, ${percent}`,
  ofBytes: (done: string, total: string) => `${done} of ${total}`,
  rate: (bytes: string) => `${bytes}/s`,
  left: (duration: string) => `${duration} left`,
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  action: (action: string, name: string) => `${action}: ${name}`,
  ready: (id: string) => `${id} is ready.`,
  readyAsDefault: (id: string) => `${id} is ready, and writes captions by default now.`,
};
