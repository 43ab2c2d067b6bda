import {
  type Alias,
  type Document,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLError,
} from 'yaml'
import { ConfigError, placeOf } from './errors.ts'

/** The first document of a YAML text. */
export interface YamlText {
  /** `null` when there is nothing in it. */
  readonly root: Node | null
  /** The node an alias stands for; any other node as it is. */
  follow(node: Node | null): Node | null
  /** The line of a node, counted from 1. */
  lineOf(node: Node | null | undefined): number
}

/**
 * Parses YAML 1.1 without giving scalars a type: what they mean depends on the key they belong to. Only the first document counts.
 *
 * @throws {ConfigError} when the text is no YAML. The message does not quote the text: it may hold secrets.
 */
export function readYaml(text: string, file: string): YamlText | null {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    lineCounter: lines,
    logLevel: 'silent',
  })
  const document = Array.isArray(documents) ? documents[0] : undefined
  if (document === undefined) return null
  const problem = document.errors[0]
  if (problem !== undefined) {
    const opened = problem.message.startsWith('Missing closing') ? openQuote(document, problem.pos[0]) : null
    const { line } = lines.linePos(opened ?? problem.pos[0])
    throw new ConfigError(`yaml: ${placeOf(file, line)}: ${problemText(problem)}`)
  }
  const lineOf = (node: Node | null | undefined): number =>
    node?.range ? lines.linePos(node.range[0]).line : 1
  const targets = aliasTargets(document, (alias) => {
    throw new ConfigError(`yaml: ${placeOf(file, lineOf(alias))}: ${PROBLEMS['BAD_ALIAS']}`)
  })
  return {
    root: document.contents,
    lineOf,
    follow: (node) => (node === null ? null : (targets.get(node) ?? node)),
  }
}

/** What each alias stands for: the nearest anchor of that name before it. One walk, however many aliases there are. */
function aliasTargets(document: Document, onMissing: (alias: Alias) => never): ReadonlyMap<Node, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Node, Node>()
  visit(document, {
    Alias: (_key, alias) => void targets.set(alias, anchors.get(alias.source) ?? onMissing(alias)),
    Value: (_key, node) => void (node.anchor !== undefined && anchors.set(node.anchor, node)),
  })
  return targets
}

/** Where the text in quotes begins that has no end; it is only missed where the file ends. */
function openQuote(document: Document, end: number): number | null {
  let opened: number | null = null
  visit(document, {
    Scalar(_key, { type, range }) {
      const start = range?.[0] ?? end
      if ((type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && start < end) opened = start
    },
  })
  return opened
}

function problemText({ code, message }: YAMLError): string {
  const special = SPECIAL_PROBLEMS.find(([beginning]) => message.startsWith(beginning))
  return special?.[1] ?? PROBLEMS[code] ?? 'this is not valid YAML'
}

/** Where a code stands for several mistakes. */
const SPECIAL_PROBLEMS: readonly (readonly [beginning: string, text: string])[] = [
  ['Missing closing', 'a text in quotes begins here and does not end'],
  ['Sequence item without', 'the indentation does not fit the lines before it'],
  ['Implicit map keys need', 'behind a key, a colon and a space are missing'],
  ['Flow ', 'a [ or { is not closed, or what is inside is not indented'],
  ['Unexpected block-seq-ind on same line', 'a list begins on the line after its key'],
]

/** What each code of the YAML parser means, in words that quote nothing. */
const PROBLEMS: Readonly<Partial<Record<string, string>>> = {
  BAD_ALIAS: 'an alias (*name) has no anchor (&name) before it, or a bad name',
  BAD_DIRECTIVE: 'a directive (%…) is not valid',
  BAD_DQ_ESCAPE: 'a text in double quotes has an escape (\\…) that YAML does not know',
  BAD_INDENT: 'the indentation does not fit the lines before it',
  BAD_SCALAR_START: 'a text that starts with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a key and its value have to be on lines of their own here, or the indentation is wrong',
  BLOCK_IN_FLOW: 'indented lists and maps cannot stand inside [ ] or { }',
  MISSING_CHAR: 'a character is missing here: a closing quote, a bracket, or the colon or space after a key',
  MULTILINE_IMPLICIT_KEY: 'a key has to fit on one line; is a colon missing, the space after it, or a quote?',
  RESOURCE_EXHAUSTION: 'lists or maps are nested too deep',
  TAB_AS_INDENT: 'a tab is used as indentation; YAML takes spaces only',
  UNEXPECTED_TOKEN: 'something stands here that YAML does not expect',
}
