/** @file The places that captions of a run go to, behind one interface. */

import type { DocumentFormat } from '../../../schemas/exports.ts';
import type { WrittenFileStore } from '../../library/catalog/exports/writtenFiles.ts';
import type { CaptionRunStore } from '../../library/catalog/runs/captionRuns.ts';
import type { Caption, RunIdentity } from '../../library/catalog/texts/provenance.ts';
import { withReason } from '../../library/files/fileSystemError.ts';
import { type CaptionFailure, type CaptionRecord, captionDocument } from '../../library/interchange/captionDocument.ts';
import { writeOutputFile } from '../../library/interchange/outputFile.ts';
import {
  type IsOwnText,
  modelWriter,
  type SidecarFile,
  type SidecarKind,
  sidecarRefusal,
} from '../../library/interchange/sidecars.ts';
import type { PhotoFile } from '../../library/photos/photoFile.ts';
import type { CataloguedPhoto, FailedPhoto } from '../named/namedPhotos.ts';
import { besidePhotos } from '../named/resultLines.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export interface CaptionOutput {
  /** Asked before the model is: true when the photo has text that no model wrote. */
  holdsForeignText(photo: CataloguedPhoto): Promise<boolean>;
  /** Called once for each caption, also for those of earlier calls. False: other text was there, and was kept. */
  deliver(photo: CataloguedPhoto, caption: Caption): Promise<boolean>;
  fail(failure: FailedPhoto): Promise<void>;
  /** The run is over, or was interrupted. */
  finish(isComplete: boolean): Promise<void>;
  /** For the summary; undefined when the captions went to stdout. */
  readonly place: string | undefined;
}

/** Each caption on a line of its own as it comes. */
export class LinesOutput implements CaptionOutput {
  readonly place = undefined;
  readonly #terminal: Terminal;
  readonly #run: RunIdentity;
  readonly #json: boolean;

  constructor(terminal: Terminal, run: RunIdentity, json: boolean) {
    this.#terminal = terminal;
    this.#run = run;
    this.#json = json;
  }

  async holdsForeignText(): Promise<boolean> {
    return false;
  }

  async deliver(photo: PhotoFile, caption: Caption): Promise<boolean> {
    const line = this.#json
      ? JSON.stringify({
          path: photo.shownAs,
          [this.#run.textKind ?? 'caption']: caption.text,
          model: this.#run.model.id,
          prompt: caption.prompt ?? this.#run.prompt,
          width: caption.width,
          height: caption.height,
          ...caption.captionScore,
          ...(caption.copiedFrom === undefined ? {} : { copiedFrom: caption.copiedFrom?.shownAs ?? null }),
          ...(caption.warnings === undefined ? {} : { warnings: caption.warnings }),
        })
      : `${printable(photo.shownAs)}\t${printable(caption.text)}${caption.captionScore?.doubtful === true ? '\tdoubtful' : ''}`;
    await this.#terminal.print(line);
    return true;
  }

  async fail({ shownAs, code, message }: FailedPhoto): Promise<void> {
    if (this.#json) {
      await this.#terminal.print(JSON.stringify({ path: shownAs, error: { code, message } }));
    }
  }

  async finish(): Promise<void> {
    // Every line is out already.
  }
}

export interface DocumentPlace {
  readonly format: DocumentFormat;
  readonly run: RunIdentity;
  readonly baseFolder: string;
  readonly documentFolder: string | undefined;
  readonly byteOrderMark: boolean;
}

/** All captions in one document, when the run is over. */
abstract class DocumentOutput implements CaptionOutput {
  abstract readonly place: string | undefined;
  readonly #document: DocumentPlace;
  readonly #records: CaptionRecord[] = [];
  readonly #failures: CaptionFailure[] = [];

  constructor(document: DocumentPlace) {
    this.#document = document;
  }

  async holdsForeignText(): Promise<boolean> {
    return false;
  }

  async deliver(photo: PhotoFile, caption: Caption): Promise<boolean> {
    this.#records.push({ photo, caption });
    return true;
  }

  async fail({ file, code, message }: FailedPhoto): Promise<void> {
    this.#failures.push({ file, code, message });
  }

  async finish(isComplete: boolean): Promise<void> {
    const { format, byteOrderMark, ...place } = this.#document;
    if (isComplete || this.#records.length > 0) {
      const document = captionDocument(format, { ...place, records: this.#records, failures: this.#failures });
      await this.write(byteOrderMark ? `\ufeff${document}` : document);
    }
  }

  protected abstract write(content: string): Promise<void>;
}

export class StdoutDocument extends DocumentOutput {
  readonly place = undefined;
  readonly #terminal: Terminal;

  constructor(document: DocumentPlace, terminal: Terminal) {
    super(document);
    this.#terminal = terminal;
  }

  protected async write(content: string): Promise<void> {
    await this.#terminal.write(content.endsWith('\n') ? content : `${content}\n`);
  }
}

export class FileDocument extends DocumentOutput {
  readonly place: string;
  readonly #writtenFiles: WrittenFileStore;
  readonly #terminal: Terminal;

  constructor(document: DocumentPlace, file: string, writtenFiles: WrittenFileStore, terminal: Terminal) {
    super(document);
    this.place = file;
    this.#writtenFiles = writtenFiles;
    this.#terminal = terminal;
  }

  protected async write(content: string): Promise<void> {
    const written = await writeOutputFile(this.place, content, (sha256) =>
      this.#writtenFiles.wrote(this.place, sha256),
    );
    this.#writtenFiles.add(this.place, written.sha256);
    if (written.backup !== undefined) {
      const { general } = this.#terminal.texts.commandLine;
      await this.#terminal.note(general.previousVersion(printable(this.place), printable(written.backup)));
    }
  }
}

export interface SidecarOutputParts {
  /** Each photo's sidecar, by the photo's path. */
  readonly files: ReadonlyMap<string, string>;
  readonly kind: SidecarKind;
  readonly captions: Pick<CaptionRunStore, 'isModelText'>;
  /** Whose captions, or texts of another kind, they are. */
  readonly run: RunIdentity;
  /** That the person named, if any. */
  readonly folder: string | undefined;
}

/** A file for each photo, as soon as it has its caption. */
export class SidecarOutput implements CaptionOutput {
  readonly place: string;
  readonly #files: ReadonlyMap<string, string>;
  readonly #kind: SidecarKind;
  readonly #captions: Pick<CaptionRunStore, 'isModelText'>;
  readonly #run: RunIdentity;
  readonly #folder: string | undefined;

  constructor({ files, kind, captions, run, folder }: SidecarOutputParts) {
    this.#files = files;
    this.#kind = kind;
    this.#captions = captions;
    this.#run = run;
    this.#folder = folder;
    this.place = folder ?? besidePhotos;
  }

  async holdsForeignText(photo: CataloguedPhoto): Promise<boolean> {
    const sidecar = this.#sidecarOf(photo);
    const kind = this.#run.textKind ?? 'caption';
    return await withReason(
      () => this.#kind.holdsForeignText(sidecar, kind, this.#isOwn(photo)),
      sidecarRefusal(sidecar.file),
    );
  }

  async deliver(photo: CataloguedPhoto, caption: Caption): Promise<boolean> {
    const sidecar = this.#sidecarOf(photo);
    const { textKind, model } = this.#run;
    const text =
      textKind === undefined
        ? { caption: caption.text, captionWriter: modelWriter(model.id) }
        : { [textKind]: caption.text };
    return await withReason(() => this.#kind.deliver(sidecar, text, this.#isOwn(photo)), sidecarRefusal(sidecar.file));
  }

  async fail(): Promise<void> {
    // Named on stderr; a photo that failed gets no sidecar.
  }

  async finish(): Promise<void> {
    // Every sidecar is written already.
  }

  #sidecarOf({ id, path }: CataloguedPhoto): SidecarFile {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`no sidecar was planned for ${path}`);
    return { photoId: id, photo: path, file, folder: this.#folder };
  }

  /** What a model wrote about the photo may be replaced; anything else is a person's, also where Vignette put it there. */
  #isOwn({ id }: CataloguedPhoto): IsOwnText {
    return (text, form, _isWritten, kind) => this.#captions.isModelText(id, text, form, kind);
  }
}
