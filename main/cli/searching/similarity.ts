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
  const { catalog, context, terminal, device } = parts;
  let indexed: IndexedPhotos | undefined;
  try {
    indexed = await indexedPhotos(parts);
  } catch (error) {
    if (!(error instanceof VectorError)) throw error;
    const { texts } = terminal;
    await terminal.note(texts.commandLine.photos.textOnly(printable(errorText(error, texts))));
  }
  if (indexed === undefined) return undefined;
  const { model, vectors } = indexed;
  return {
    vectors,
    async embedText(text, signal) {
      await terminal.loadingModel();
      await using host = startHost(context, terminal);
      const options = signal === undefined ? {} : { signal };
      await host.load(model.folder, { ...options, device: device ?? catalog.settings.get('device') });
      const [embedding] = await host.embedTexts({ texts: [text] }, options);
      if (embedding === undefined) throw new RangeError('the model gave no vectors');
      await terminal.warn(unknownTextWarnings(embedding.unknown ?? []));
      return embedding;
    },
  };
}

export interface IndexedPhotos {
  readonly model: UsableModel;
  readonly vectors: VectorIndex;
}

/** Undefined as for `similarityOf`. @throws VectorError where the vectors cannot be read */
export async function indexedPhotos(
  parts: Pick<SimilarityParts, 'catalog' | 'context' | 'resources'>,
): Promise<IndexedPhotos | undefined> {
  const model = await scorerOf(parts);
  if (model === undefined) return undefined;
  if (!parts.catalog.embeddings.modelKeys().includes(embeddingKey(modelIdentity(model)))) return undefined;
  return { model, vectors: await vectorsOf(model, parts) };
}

/** Undefined where no model can score; empty where it indexed nothing. @throws VectorError where the vectors cannot be read */
export async function vectorsAtHand(
  parts: Pick<SimilarityParts, 'catalog' | 'context' | 'resources'>,
): Promise<VectorIndex | undefined> {
  const model = await scorerOf(parts);
  return model === undefined ? undefined : await vectorsOf(model, parts);
}

async function vectorsOf(
  model: UsableModel,
  { catalog, resources }: Pick<SimilarityParts, 'catalog' | 'resources'>,
): Promise<VectorIndex> {
  const { embeddings, libraryFolder } = catalog;
  const vectors = new LibraryVectors({ libraryFolder, catalog: embeddings, readOnly: true });
  return await resources.use(vectors).index(embeddingKey(modelIdentity(model)));
}

/** Several, or one that cannot be used, are no reason not to search. */
async function scorerOf({
  catalog,
  context,
}: Pick<SimilarityParts, 'catalog' | 'context'>): Promise<UsableModel | undefined> {
  try {
    const preferred = catalog.settings.get('matchingModelId') ?? undefined;
    return chooseModel(await context.models(catalog.libraryFolder).list(), preferred, 'matcher');
  } catch (error) {
    if (error instanceof ModelChoiceError) return undefined;
    throw error;
  }
}
