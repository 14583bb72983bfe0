/**
 * @file A JSON object of any length, a piece at a time: what stands two levels down is told as soon as it is complete, so
 * that nothing is held whole. Pure.
 */
import { type ParsedTokenInfo, Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { ImportError } from './importError.ts';

/** `{"photos": [{…}]}` has the entry `photos`, 0, {…}; `{"a": "text"}` has `a`, null, "text". */
export interface JsonEntry {
  readonly key: string;
  /** The key or the index below it; null of a value that holds no others. */
  readonly below: string | number | null;
  readonly value: unknown;
}

/** Deeper than any of the formats; each level takes memory. */
const maxDepth = 32;

/**
 * A key that stands twice in an object is refused, since one of the values would be lost; the keys at the top, which may
 * be names of photos, may stand there twice: both are told.
 */
export class JsonEntries {
  readonly #tokenizer = new Tokenizer();
  readonly #parser = new TokenParser({ paths: ['$.*.*'], keepStack: false });
  /** The keys of the objects that are open; undefined of an array. */
  readonly #open: (Set<string> | undefined)[] = [];
  readonly #file: string;
  #keyIsNext = false;
  #topKey = '';
  #entries: JsonEntry[] = [];

  /** @param file for messages */
  constructor(file: string) {
    this.#file = file;
    this.#tokenizer.onToken = (token) => this.#take(token);
    this.#parser.onValue = ({ key, value }) => {
      if (key !== undefined) this.#entries.push({ key: this.#topKey, below: key, value });
    };
  }

  /** The entries that are complete now. @throws ImportError IMPORT_NOT_JSON, IMPORT_TOO_DEEP, IMPORT_KEY_TWICE */
  take(text: string): JsonEntry[] {
    this.#guarded(() => this.#tokenizer.write(text));
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  /** @throws ImportError IMPORT_NOT_JSON where it is not complete */
  end(): void {
    this.#guarded(() => {
      if (!this.#tokenizer.isEnded) this.#tokenizer.end();
      if (!this.#parser.isEnded) throw new Error('the document ends too early');
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof ImportError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ImportError(
        'IMPORT_NOT_JSON',
        `${this.#file} is not valid JSON: ${reason}`,
        { file: this.#file },
        cause,
      );
    }
  }

  #take(parsed: ParsedTokenInfo): void {
    const { token, value } = parsed;
    switch (token) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        if (this.#open.length === 0 && token === TokenType.LEFT_BRACKET) throw this.#notAnObject();
        if (this.#open.length === maxDepth) throw this.#tooDeep();
        this.#open.push(token === TokenType.LEFT_BRACE ? new Set() : undefined);
        this.#keyIsNext = token === TokenType.LEFT_BRACE;
        break;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#open.pop();
        this.#keyIsNext = false;
        break;
      case TokenType.COMMA:
        this.#keyIsNext = this.#open.at(-1) !== undefined;
        break;
      case TokenType.COLON:
        break;
      default:
        if (this.#open.length === 0) throw this.#notAnObject();
        if (this.#keyIsNext) this.#takeKey(String(value));
        else if (this.#open.length === 1) this.#entries.push({ key: this.#topKey, below: null, value });
        this.#keyIsNext = false;
    }
    this.#parser.write(parsed);
  }

  #takeKey(key: string): void {
    if (this.#open.length === 1) {
      this.#topKey = key;
      return;
    }
    const keys = this.#open.at(-1);
    if (keys?.has(key)) {
      const shown = key.slice(0, 100);
      throw new ImportError(
        'IMPORT_KEY_TWICE',
        `${this.#file} has the key "${shown}" twice in one object, so that one of the values would be lost.`,
        { file: this.#file, key: shown },
      );
    }
    keys?.add(key);
  }

  #notAnObject(): Error {
    return new Error('the document is not an object in braces');
  }

  #tooDeep(): ImportError {
    return new ImportError('IMPORT_TOO_DEEP', `${this.#file} is nested more than ${maxDepth} levels deep.`, {
      file: this.#file,
      maxDepth,
    });
  }
}
