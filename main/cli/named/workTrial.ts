/** @file `--try` of what works on many photos: what all of them would cost, which of them come first, and how to go on. */
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { UsableModel } from '../../library/models/chooseModel.ts';
import type { Library } from '../../library/openLibrary.ts';
import { type EstimatedWork, estimateWork } from '../../library/pilots/workEstimate.ts';
import { workSample } from '../../library/pilots/workSample.ts';
import type { CliContext } from '../cliContext.ts';
import { estimateLine } from '../estimateLine.ts';
import type { CataloguedPhoto } from '../named/namedPhotos.ts';
import { indexedPhotos } from '../searching/similarity.ts';
import type { Terminal } from '../terminal.ts';

export interface TrialParts {
  readonly library: Library;
  readonly work: Omit<EstimatedWork, 'photoIds'>;
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

export interface WorkTrial {
  /** The sample, in the order in which it is shown. */
  readonly photos: readonly CataloguedPhoto[];
  /** How to go on with the photos that are left. @param done photos of the sample */
  sayRest(done: number): Promise<void>;
}

/** Photos that get the text of their stack's top photo where it holds for them are not tried. */
export async function beginTrial(parts: TrialParts, photos: readonly CataloguedPhoto[]): Promise<WorkTrial> {
  const { library, model, device, json, context, terminal, resources } = parts;
  const { catalog, features } = library;
  const work: EstimatedWork = { ...parts.work, photoIds: photos.map(({ id }) => id) };
  const speed = context.machineSpeed(catalog.libraryFolder);
  const estimate = await estimateWork(
    {
      catalog,
      model: model.facts,
      device,
      floor: () => speed.known(),
      features,
      // Texts are in no index.
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
    async sayRest(done) {
      const left = estimate.photos - done;
      if (!json && left > 0) await terminal.note(terminal.texts.commandLine.photos.doTheRest(left));
    },
  };
}
