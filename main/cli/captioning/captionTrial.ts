/** @file `vignette caption --try`: what all photos would cost, which of them are captioned first, and how to go on. */
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { UsableModel } from '../../library/models/chooseModel.ts';
import type { Library } from '../../library/openLibrary.ts';
import { type EstimatedWork, estimateWork } from '../../library/pilots/workEstimate.ts';
import { workSample } from '../../library/pilots/workSample.ts';
import type { CliContext } from '../cliContext.ts';
import { estimateLine } from '../estimateLine.ts';
import { indexedPhotos } from '../searching/similarity.ts';
import type { Terminal } from '../terminal.ts';
import type { CataloguedPhoto } from './captionOutput.ts';

export interface TrialParts {
  readonly library: Library;
  readonly identity: EstimatedWork['identity'];
  readonly model: UsableModel;
  /** In place of the one in the settings. */
  readonly device: DeviceChoice | undefined;
  /** Nothing but results is said. */
  readonly json: boolean;
  readonly context: CliContext;
  readonly terminal: Terminal;
  /** Takes what has to be let go at the end. */
  readonly resources: AsyncDisposableStack;
}

export interface CaptionTrial {
  /** The sample, in the order in which it is shown. */
  readonly photos: readonly CataloguedPhoto[];
  /** How the photos that are left are captioned. @param captioned photos of the sample */
  sayRest(captioned: number): Promise<void>;
}

/** @param tops of photos that get the text of their stack's top photo where it holds for them: these are not tried */
export async function beginTrial(
  parts: TrialParts,
  photos: readonly CataloguedPhoto[],
  tops: ReadonlyMap<number, number> | undefined,
): Promise<CaptionTrial> {
  const { library, identity, model, device, json, context, terminal, resources } = parts;
  const { catalog, features } = library;
  const work: EstimatedWork = { kind: 'caption', identity, photoIds: photos.map(({ id }) => id), tops };
  const speed = context.machineSpeed(catalog.libraryFolder);
  const estimate = await estimateWork(
    {
      catalog,
      model: model.facts,
      device,
      floor: () => speed.known(),
      features,
      // Captions are in no index.
      indexBytes: async () => undefined,
    },
    work,
    context.interrupt,
  );
  if (!json) await terminal.note(estimateLine(estimate, work.kind, terminal.texts));
  const appearances = async (ids: readonly number[]) => {
    const indexed = await indexedPhotos({ catalog, context, resources });
    return indexed === undefined ? new Map<number, Float32Array>() : await indexed.vectors.means(ids);
  };
  const sampleIds = await workSample({ reader: catalog.reader, appearances }, work, context.interrupt);
  const byId = new Map(photos.map((photo) => [photo.id, photo]));
  return {
    photos: sampleIds.flatMap((id) => byId.get(id) ?? []),
    async sayRest(captioned) {
      const left = estimate.photos - captioned;
      if (!json && left > 0) await terminal.note(terminal.texts.commandLine.photos.doTheRest(left));
    },
  };
}
