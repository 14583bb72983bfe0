/** @file Finding by what photos show, for the command: with the vectors of a matching model, where photos have any. */

import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import { unknownTextWarnings } from '../../../native-models/prompting/promptRequest.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import type { Catalog } from '../../library/catalog/catalog.ts';
import { chooseModel, ModelChoiceError, type UsableModel } from '../../library/models/chooseModel.ts';
import { modelIdentity } from '../../library/openInstalledModel.ts';
import { embeddingKey } from '../../library/queue/modelLeases.ts';
import type { SimilaritySearch } from '../../library/search/searchPhotos.ts';
import { LibraryVectors } from '../../library/search/vectors/libraryVectors.ts';
import { VectorError } from '../../library/search/vectors/vectorError.ts';
import type { VectorIndex } from '../../library/search/vectors/vectorIndex.ts';
import type { CliContext } from '../cliContext.ts';
import { startHost } from '../modelHost.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export interface SimilarityParts {
  readonly catalog: Catalog;
  readonly context: CliContext;
  readonly terminal: Terminal;
  /** In place of the one in the settings. */
  readonly device: DeviceChoice | undefined;
  /** Takes what has to be let go at the end. */
  readonly resources: AsyncDisposableStack;
}

/** Undefined where no model can score, or no photo has its vectors; then words are all there is to go by. */
export async function similarityOf(parts: SimilarityParts): Promise<SimilaritySearch | undefined> {
  const { catalog, context, terminal, resources, device } = parts;
  const model = await scorerOf(parts);
  if (model === undefined) return undefined;
  const key = embeddingKey(modelIdentity(model));
  const { embeddings, libraryFolder } = catalog;
  if (!embeddings.modelKeys().includes(key)) return undefined;
  const vectors = resources.use(new LibraryVectors({ libraryFolder, catalog: embeddings, readOnly: true }));
  let index: VectorIndex;
  try {
    index = await vectors.index(key);
  } catch (error) {
    if (!(error instanceof VectorError)) throw error;
    const { texts } = terminal;
    await terminal.note(texts.commandLine.photos.textOnly(printable(errorText(error, texts))));
    return undefined;
  }
  return {
    vectors: index,
    async embedText(text, signal) {
      await terminal.loadingModel();
      await using host = startHost(context, terminal);
      const options = signal === undefined ? {} : { signal };
      await host.load(model.folder, { ...options, device: device ?? catalog.settings.get('device') });
      const [embedding] = await host.embedTexts({ texts: [text] }, options);
      if (embedding === undefined) throw new RangeError('the model gave no vectors');
      const { data, unknown = [] } = embedding;
      await terminal.warn(unknownTextWarnings(unknown));
      return data;
    },
  };
}

/** Several, or one that cannot be used, are no reason not to search. */
async function scorerOf({ catalog, context }: SimilarityParts): Promise<UsableModel | undefined> {
  try {
    const preferred = catalog.settings.get('matchingModelId') ?? undefined;
    return chooseModel(await context.models(catalog.libraryFolder).list(), preferred, 'matcher');
  } catch (error) {
    if (error instanceof ModelChoiceError) return undefined;
    throw error;
  }
}
