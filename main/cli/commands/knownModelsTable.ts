/** @file What `vignette models list --known` prints. Pure. */
import { precisionSchema } from '../../../native-models/quantization/precision.ts';
import type { KnownModelHere } from '../../library/models/knownModelList.ts';
import { diskRoomOf, type ModelLicense, type ModelUse } from '../../library/models/knownModels.ts';
import type { Fit } from '../../library/models/modelEstimate.ts';
import { formatBytes, formatDuration } from '../quantities.ts';
import { table } from '../table.ts';

const uses: Readonly<Record<ModelUse, string>> = {
  captions: 'captions',
  answers: 'answers',
  instructions: 'instructions',
  matching: 'scores',
};

const restrictions: Readonly<Record<ModelLicense['restriction'], string>> = {
  none: '',
  opt: ', not commercial [1]',
  instructblip: ', research only [2]',
  vicuna: ': research only [2, 3]',
};

const footnotes = `All models read and write English. FREE DISK is the space that the download and the model need together.
[1] Meta licenses OPT for research only (OPT-175B license).
[2] For research only, according to its authors; trained on LLaVA data (CC BY-NC 4.0).
[3] Vicuna and LLaMA have their own licenses.`;

export function knownModelsTable(models: readonly KnownModelHere[]): string {
  const rows = models.map(({ model, precision, fits, installedIds, isRecommended }) => [
    model.repo,
    model.uses.map((use) => uses[use]).join(', '),
    model.license.name + restrictions[model.license.restriction],
    formatBytes(model.downloadBytes),
    precision,
    formatBytes(model.work.sizes[precision]),
    formatBytes(diskRoomOf(model, 'auto', false)),
    [fitText(fits[precision]), isRecommended ? 'recommended' : '', installedText(installedIds)]
      .filter((text) => text !== '')
      .join('; '),
  ]);
  const header = ['REPOSITORY', 'FOR', 'LICENSE', 'DOWNLOAD', 'PRECISION', 'ON DISK', 'FREE DISK', 'HERE'];
  return `${table([header, ...rows])}\n\n${footnotes}`;
}

function fitText(fit: Fit): string {
  if (fit.type === 'doesNotFit') return `does not fit: needs ${formatBytes(fit.memoryBytes)} of memory`;
  if (fit.type === 'fitsNarrower') return `fits only as ${fit.precision}`;
  if (fit.type === 'unmeasured') return 'fits';
  return `${fit.type === 'slow' ? 'slow' : 'runs well'}: about ${formatDuration(fit.answerMs)} per photo on the CPU`;
}

function installedText(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `installed as ${ids.join(', ')}`;
}

export function knownModelJson({ model, precision, fits, installedIds, isRecommended }: KnownModelHere) {
  const { repo, uses, languages, license, downloadBytes, work } = model;
  const inEach = precisionSchema.options.map((option) => {
    const disk = { diskBytes: diskRoomOf(model, option, false), keptDiskBytes: diskRoomOf(model, option, true) };
    return [option, { sizeBytes: work.sizes[option], ...disk, ...fits[option] }];
  });
  return {
    repo,
    uses,
    languages,
    license,
    downloadBytes,
    precision,
    precisions: Object.fromEntries(inEach),
    installed: installedIds,
    recommended: isRecommended,
  };
}
