/**
 * @file The elements of an XMP packet. Nothing but elements, attributes and text is taken: a document with declarations,
 * comments or sections is left to ExifTool, so that nothing is ever expanded. Pure; any process.
 */
import sax from 'sax';
import { NotPlain } from './notPlain.ts';

export const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** The name of an element or an attribute. */
export interface XmpName {
  /** The namespace. */
  readonly uri: string;
  readonly prefix: string;
  readonly local: string;
}

export interface XmpAttribute extends XmpName {
  readonly value: string;
}

export interface XmpElement extends XmpName {
  /** Declarations of namespaces are none of them. */
  readonly attributes: readonly XmpAttribute[];
  readonly children: readonly XmpElement[];
  /** All of it that stands directly in the element. */
  readonly text: string;
}

/** Structures of XMP are four or five levels deep, each of which takes two or three elements. */
const maxDepth = 40;
/** In more of it ExifTool finds its way, within its time. */
const maxBytes = 1024 * 1024;
/** A mark of the byte order stays, and is refused. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strict: no names of characters but XML's five. */
const options: sax.SAXOptions & { readonly strictEntities: boolean } = {
  xmlns: true,
  position: false,
  strictEntities: true,
};

/** @throws NotPlain */
export function parseXmp(bytes: Uint8Array): XmpElement {
  if (bytes.byteLength > maxBytes) throw new NotPlain();
  let text: string;
  try {
    text = utf8.decode(withoutZeros(bytes));
  } catch {
    throw new NotPlain();
  }
  if (!text.startsWith('<')) throw new NotPlain();
  const parser = sax.parser(true, options);
  const builder = new TreeBuilder();
  const giveUp = () => {
    throw new NotPlain();
  };
  parser.onerror = giveUp;
  parser.ondoctype = giveUp;
  parser.oncomment = giveUp;
  parser.onopencdata = giveUp;
  parser.onprocessinginstruction = ({ name, body }) => {
    if (!isPlainInstruction(name, body)) giveUp();
  };
  parser.onopentag = (tag) => {
    if (!('uri' in tag)) throw new NotPlain();
    builder.open(tag);
  };
  parser.ontext = (part) => builder.text(part);
  parser.onclosetag = () => builder.close();
  parser.write(text).close();
  return builder.root();
}

/** iPhones end their packets with one. */
function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.byteLength;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/** A byte order mark that was encoded twice, or another encoding, is for ExifTool to see through. */
function isPlainInstruction(name: string, body: string): boolean {
  if (name === 'xpacket') return !/begin=(?!"\ufeff?"|'\ufeff?')/.test(body);
  return name === 'xml' && !/encoding=(?!["']utf-8["'])/i.test(body);
}

interface OpenElement extends XmpElement {
  readonly children: OpenElement[];
  text: string;
}

class TreeBuilder {
  readonly #open: OpenElement[] = [];
  #root: XmpElement | undefined;

  open({ uri, prefix, local, attributes }: sax.QualifiedTag): void {
    const isSecondRoot = this.#open.length === 0 && this.#root !== undefined;
    if (isSecondRoot || this.#open.length >= maxDepth) throw new NotPlain();
    const taken = Object.values(attributes).filter((attribute) => !isDeclaration(attribute));
    // Nodes that are told elsewhere, and what ExifTool writes for itself.
    if (taken.some((attribute) => attribute.uri === rdf && attribute.local === 'nodeID')) throw new NotPlain();
    if (uri.startsWith('http://ns.exiftool.')) throw new NotPlain();
    // Where ExifTool takes the tag to end, although XML lets it stand there.
    if (taken.some(({ value }) => value.includes('>'))) throw new NotPlain();
    const element: OpenElement = { uri, prefix, local, attributes: taken, children: [], text: '' };
    this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
    this.#root ??= element;
  }

  text(part: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += part;
  }

  close(): void {
    this.#open.pop();
  }

  root(): XmpElement {
    if (this.#root === undefined) throw new NotPlain();
    return this.#root;
  }
}

function isDeclaration({ prefix, local }: XmpName): boolean {
  return prefix === 'xmlns' || (prefix === '' && local === 'xmlns');
}
