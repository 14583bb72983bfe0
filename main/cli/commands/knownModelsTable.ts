/** @file What `vignette models list --known` prints. Pure. */
import { precisionSchema } from '../../../native-models/quantization/precision.ts';
import { formatBytes } from '../../../resources/messages/commandLine/quantities.ts';
import type { CommandLineTexts } from '../../../resources/messages/commandLine/texts.ts';
import type { KnownModelHere } from '../../library/models/knownModelList.ts';
import { diskRoomOf } from '../../library/models/knownModels.ts';
import { table } from '../columns.ts';

export function knownModelsTable(models: readonly KnownModelHere[], { models: texts }: CommandLineTexts): string {
  const rows = models.map(({ model, precision, fits, installedIds, isRecommended }) => [
    model.repo,
    texts.useList(model.uses),
    texts.license(model.license),
    formatBytes(model.downloadBytes),
    precision,
    formatBytes(model.work.sizes[precision]),
    formatBytes(diskRoomOf(model, 'auto', false)),
    texts.notes([
      texts.fit(fits[precision]),
      ...(isRecommended ? [texts.recommended] : []),
      ...(installedIds.length === 0 ? [] : [texts.installedAs(installedIds)]),
    ]),
  ]);
  return `${table([texts.knownColumns, ...rows])}\n\n${texts.footnotes}`;
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
