/** @file All that the command touches outside itself. `context.ts` makes the real one; tests make their own. */
import type { ImportProgress } from '../../native-models/compiler/importCheckpoint.ts';
import type { ModelKind } from '../../native-models/compiler/manifest.ts';
import type { PromptStyle } from '../../native-models/prompting/promptStyle.ts';
import type { Answer, AnswerRequest, LoadedModel } from '../../native-models/runtime/protocol.ts';
import type { CaptionJudge, CaptionWriter } from '../library/captioning/capFilt.ts';
import type { FolderReader } from '../library/photos/findPhotos.ts';

export interface TextStream {
  readonly isTty: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
  /** Settles when the text has been taken over; throws PipeClosed when nobody reads any more. */
  write(text: string): Promise<void>;
}

/** The reader of our output went away, as `head` does. Not an error: there is just nothing left to do. */
export class PipeClosed extends Error {}

export interface CliHost extends CaptionWriter, CaptionJudge, AsyncDisposable {
  answer(request: AnswerRequest, options?: { signal?: AbortSignal; onText?: (delta: string) => void }): Promise<Answer>;
  load(folder: string, options?: { signal?: AbortSignal }): Promise<LoadedModel>;
}

/** What a model says about itself. */
export interface ModelFacts {
  /** What it is for: writing text, or judging it. */
  readonly kind: ModelKind;
  readonly architecture: string;
  /** Generators: how they want to be asked. */
  readonly promptStyle?: PromptStyle | undefined;
  readonly precision: string;
  /** Matching models: captions less probable than this are doubtful. */
  readonly doubtfulBelow: number | undefined;
  readonly sizeBytes: number;
  readonly sourceName: string;
  /** Of the checkpoint's weights. */
  readonly sourceSha256: string;
}

export interface ListedModel {
  readonly id: string;
  readonly folder: string;
  /** Came with Vignette; cannot be removed. */
  readonly bundled: boolean;
  readonly facts?: ModelFacts;
  /** Why it cannot be used. */
  readonly problem?: { readonly code: string; readonly message: string };
}

export interface ImportRequest {
  readonly source: string;
  readonly id: string | undefined;
  readonly precision: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

export interface VerifyRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { doneBytes: number; totalBytes: number }) => void;
}

export interface CliModels {
  readonly precisions: readonly string[];
  list(): Promise<ListedModel[]>;
  import(request: ImportRequest): Promise<ListedModel>;
  /** Throws what is wrong with the model. */
  verify(folder: string, request: VerifyRequest): Promise<{ readonly files: number }>;
  remove(id: string): Promise<void>;
}

export interface ServeRequest {
  readonly port: number;
  readonly host: string;
  readonly open: boolean;
  readonly folders: readonly string[];
  readonly model: ListedModel;
  readonly signal: AbortSignal;
}

export interface ServedLibrary {
  readonly url: string;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export interface CliContext {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  readonly temporaryFolder: string;
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly interrupt: AbortSignal;
  readonly folderReader?: FolderReader;
  nowMs(): number;
  models(libraryFolder: string): CliModels;
  startHost(onRestart: (reason: string) => void): CliHost;
  serve(request: ServeRequest): Promise<ServedLibrary>;
}
