/** @file Everything about one photo, as the contract has it. Main process and server. */
import type { PhotoDetails, StoredCaption as StoredText } from '../../preload/contract/photos.ts';
import type { RunDescription } from '../../schemas/runDescription.ts';
import type { TextKind } from '../../schemas/text.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { photoCards } from '../library/catalog/photos/cards.ts';
import { ownMarks } from '../library/catalog/photos/marks.ts';
import type { StoredCaption } from '../library/catalog/texts/captions.ts';
import { firstOfField } from '../library/catalog/texts/fieldAnswers.ts';
import { cameraName } from '../library/prompting/photoFacts.ts';
import { fieldValue } from '../library/text/fieldValue.ts';
import { toContract } from './fieldsRouter.ts';

/** @throws CatalogError NO_SUCH_PHOTO */
export function photoDetails(catalog: Catalog, photoId: number): PhotoDetails {
  return catalog.connection.read(() => {
    const photo = catalog.photos.get(photoId);
    const [card] = photoCards(catalog.connection, [photoId]);
    if (card === undefined) throw new RangeError(`photo ${photoId} has no card`);
    const { details } = photo;
    const { takenLocal = null, takenOffsetMinutes = null, latitude = null, longitude = null } = details ?? {};
    const { lens = null, iso = null, exposureS = null, aperture = null, focalLengthMm = null } = details ?? {};
    return {
      ...card,
      takenLocal,
      takenOffsetMinutes,
      latitude,
      longitude,
      lens,
      iso,
      exposureS,
      aperture,
      focalLengthMm,
      tags: [...card.tags],
      path: photo.path,
      sizeBytes: photo.sizeBytes,
      modifiedMs: photo.modifiedMs,
      format: details?.format ?? null,
      altitudeM: details?.altitudeM ?? null,
      camera: cameraName(details) || null,
      colourProfile: details?.colourProfile ?? null,
      fileInfo: catalog.fileInfo.of(photoId),
      ownMarks: ownMarks(catalog.marks.of(photoId)),
      sidecarProblems: catalog.fileInfo.problemsOf(photoId),
      captions: textsOf(catalog, photoId, photo.revision, 'caption'),
      altTexts: textsOf(catalog, photoId, photo.revision, 'altText'),
      longDescriptions: textsOf(catalog, photoId, photo.revision, 'longDescription'),
      photoTags: catalog.tags.of(photoId).map(({ id, path, source, modelId, confidence, approval }) => ({
        id,
        path,
        source,
        modelId: modelId ?? null,
        confidence: confidence ?? null,
        approvedAtMs: approval?.atMs ?? null,
      })),
      ...answersAndFields(catalog, photoId, photo.revision),
    };
  });
}

/** Captions on the default terms and in words of a person's own are both described so: `caption`. */
function presetOf(description: RunDescription): string | null {
  return description.kind === 'caption' && description.preset !== 'caption' ? description.preset : null;
}

function textsOf(catalog: Catalog, photoId: number, revision: number, kind: TextKind): PhotoDetails['captions'] {
  const scores = catalog.scores.of(photoId);
  // The first one is shown.
  return catalog.captions.of(photoId, kind).map((caption, index) => {
    const run = catalog.runs.get(caption.authorRunId);
    const score = scores.find(({ captionId }) => captionId === caption.id);
    return {
      id: caption.id,
      text: caption.text,
      source: caption.source,
      runId: caption.authorRunId,
      approvedAtMs: caption.approval?.atMs ?? null,
      modelId: run.identity?.model.id ?? null,
      modelVersions: catalog.modelVersions.of(caption.authorRunId),
      stale: caption.photoRevision < revision,
      doubtful: caption.approval === undefined ? (score?.doubtful ?? caption.doubtful ?? null) : null,
      itm: score?.itm ?? caption.itm ?? null,
      shown: index === 0,
      preset: presetOf(run.description),
      prompt: caption.prompt ?? run.identity?.prompt ?? null,
      basedOn: originOf(catalog, caption),
      copiedFrom: copiedFrom(catalog, caption.copiedFromId),
      warnings: [...caption.warnings],
      candidates: caption.candidates.map(({ text, itm }) => ({ text, itm })),
      createdAtMs: caption.createdAtMs,
    };
  });
}

function copiedFrom(catalog: Catalog, otherId: number | undefined): StoredText['copiedFrom'] {
  if (otherId === undefined) return null;
  const { id = null, name = null } = catalog.photos.find(otherId) ?? {};
  return { photoId: id, name };
}

/** What others wrote that it was made from: a person's text that goes on from an earlier one of theirs has its origin. */
function originOf({ captions, runs }: Catalog, caption: StoredCaption): StoredText['basedOn'] {
  // Imported documents can say that texts go round in a circle.
  const seen = new Set<number>();
  let text: StoredCaption | undefined = caption;
  while (text?.basedOnId !== undefined && !seen.has(text.id)) {
    seen.add(text.id);
    text = captions.get(text.basedOnId);
    if (text !== undefined && text.source !== 'human') {
      return { source: text.source, modelId: runs.get(text.authorRunId).identity?.model.id ?? null };
    }
  }
  return null;
}

function answersAndFields(
  catalog: Catalog,
  photoId: number,
  revision: number,
): Pick<PhotoDetails, 'answers' | 'fields'> {
  const answers = answersOf(catalog, photoId, revision);
  const fields = catalog.fields.all().map((field) => {
    const questions = new Set(field.questions.map(({ text }) => text));
    const answer = firstOfField(answers.filter(({ question }) => questions.has(question)));
    return {
      field: toContract(field),
      answer: answer ?? null,
      value: answer === undefined ? null : (fieldValue(field, answer.text) ?? null),
    };
  });
  return { answers, fields };
}

function answersOf(catalog: Catalog, photoId: number, revision: number): PhotoDetails['answers'] {
  return catalog.answers
    .of(photoId)
    .filter(({ shown }) => shown)
    .map(({ id, question, text, source, runId, photoRevision, copiedFromId, warnings, createdAtMs }) => ({
      id,
      question,
      text,
      source,
      createdAtMs,
      warnings: [...warnings],
      modelId: catalog.runs.get(runId).identity?.model.id ?? null,
      modelVersions: catalog.modelVersions.of(runId),
      stale: photoRevision < revision,
      copiedFrom: copiedFrom(catalog, copiedFromId),
    }));
}
