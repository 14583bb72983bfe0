/** @file English: models that can be downloaded, and their downloads. */
import type { KnownModel, ModelDownload, ModelFit } from '../../preload/contract/modelDownloads.ts';

type Bytes = (count: number) => string;

export const modelDownloads = {
  title: 'Download a model',
  intro: 'Published models in English. Nothing is downloaded until you confirm.',
  list: 'Models to download',
  measuring: 'Measuring the speed of this computer, once, for up to ten seconds…',
  recommended: 'Recommended for this computer',
  installedAs: (ids: string) => `Installed as ${ids}`,
  uses: {
    captions: 'captions',
    answers: 'answers',
    instructions: 'instructions',
    matching: 'checks captions, finds photos',
  } satisfies Record<KnownModel['uses'][number], string>,
  fit: (fit: ModelFit, bytes: Bytes, duration: (ms: number) => string) => {
    if (fit.type === 'doesNotFit') return `Does not fit: needs ${bytes(fit.memoryBytes)} of memory`;
    if (fit.type === 'fitsNarrower') return `Fits only as ${fit.precision}`;
    if (fit.type === 'unmeasured') return `Needs ${bytes(fit.memoryBytes)} of memory`;
    return `${fit.type === 'slow' ? 'Slow' : 'Runs well'}: about ${duration(fit.answerMs)} per photo on the CPU`;
  },
  license: 'License',
  otherLicense: 'Custom license',
  restrictions: {
    none: '',
    opt: 'Not for commercial use: Meta licenses OPT for research only (OPT-175B license).',
    instructblip:
      'For research only, according to its authors, whatever the model’s page says. Trained on data for non-commercial use (LLaVA, CC BY-NC 4.0).',
    vicuna:
      'For research only, according to its authors. Trained on data for non-commercial use (LLaVA, CC BY-NC 4.0); Vicuna and LLaMA have their own licenses.',
  } satisfies Record<KnownModel['license']['restriction'], string>,
  restricted: 'Restricted use',
  download: 'Download…',
  downloadOf: (name: string) => `Download ${name}`,
  confirmTitle: (name: string) => `Download ${name}?`,
  confirm: 'Download',
  downloadSize: 'Download',
  sizeAfter: 'Size on disk',
  memory: 'Memory required',
  disk: 'Disk space required',
  freeDisk: 'Free disk space',
  diskShort: 'Not enough disk space.',
  other: 'Other model…',
  otherTitle: 'Download a model by name',
  otherText: 'A checkpoint, an adapter (LoRA), or original BLIP or LAVIS weights on Hugging Face.',
  repository: 'Repository',
  repositoryExample: 'Salesforce/blip2-opt-2.7b',
  adapter: 'Adapter to merge (optional)',
  base: 'Base checkpoint',
  baseHint: 'A repository, or the full path of a folder.',
  file: 'File of weights',
  lookUp: 'Continue',
  licenses: (repositories: readonly string[]) => `License: ${repositories.join('; ')}`,
  licenseOf: (repo: string, license: string | null) => `${repo}: ${license ?? 'not stated'}`,
  keep: 'Keep the downloaded checkpoint',
  keepHint: 'It stays in the Hugging Face cache. Otherwise, it is deleted after compilation.',
  networkOff: 'Network access is turned off in Settings.',
  openSettings: 'Open Settings',
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
  statusProblem: (status: string, reason: string) => `${status}. ${reason}`,
  ofBytes: (done: string, total: string) => `${done} of ${total}`,
  rate: (bytes: string) => `${bytes}/s`,
  left: (duration: string) => `${duration} left`,
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  action: (action: string, name: string) => `${action}: ${name}`,
  cancelled: (name: string) => `The download of ${name} was canceled.`,
  ready: (id: string) => `${id} is ready.`,
  readyAsDefault: (id: string) => `${id} is ready and is now the default for captions.`,
};
