import { isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import { goQuote } from '../text/go-quote.ts'
import { maskText } from '../text/mask-secrets.ts'
import { ConfigError, placeOf } from './errors.ts'
import { Section, type GivenValue } from './given.ts'
import { readYaml, type YamlText } from './read-yaml.ts'
import { readScalar } from './scalars.ts'
import { unknownKeyText } from './unknown-key.ts'
import type { Key, Keys, ListKey, ScalarKind, ScalarShape, SectionShape } from './schema.ts'

export interface ReadConfig {
  readonly section: Section
  /** What deserves a word but stops nothing: unknown keys, keys without effect, keys given twice. */
  readonly warnings: readonly string[]
}

/** Merges inside merges; more is a loop. */
const MERGE_DEPTH_MAX = 64
/** Keys read in all, merges counted each time: a few lines of aliases could otherwise stand for billions. */
const KEYS_READ_MAX = 100_000
const VALUE_LENGTH_MAX = 80
/** Warnings, and problems, that are told. */
const MESSAGES_MAX = 100

/**
 * Reads a configuration text by a table of keys.
 *
 * @param file Named in errors and warnings.
 * @throws {ConfigError} listing every value of the wrong kind, a line each.
 */
export function readConfig(text: string, file: string, keys: Keys): ReadConfig {
  const yaml = readYaml(text, file)
  const values = new Map<string, GivenValue>()
  if (yaml === null) return { section: new Section(keys, values, 1), warnings: [] }
  const reader = new Reader(yaml, file)
  reader.readRoot(keys, values)
  if (reader.problems.length > 0)
    throw new ConfigError(`yaml: ${reader.problems.join('\n')}`, { warnings: reader.warnings })
  return { section: new Section(keys, values, yaml.lineOf(yaml.root)), warnings: reader.warnings }
}

class Reader {
  readonly problems: string[] = []
  readonly warnings: string[] = []
  readonly #yaml: YamlText
  readonly #file: string
  #keysRead = 0

  constructor(yaml: YamlText, file: string) {
    this.#yaml = yaml
    this.#file = file
  }

  readRoot(keys: Keys, into: Map<string, GivenValue>): void {
    const { root } = this.#yaml
    if (root !== null && !isNull(root)) this.#readSection(keys, root, '', into)
  }

  /** Later keys win, and a merged map counts where `<<` stands, as in Go: values go into what is there already. */
  #readSection(keys: Keys, node: Node, path: string, into: Map<string, GivenValue>, depth = 0): void {
    const map = this.#resolve(node)
    if (!isMap(map)) {
      this.#problem(node, path, `found ${shapeOf(map)}, expected a map of keys`)
      return
    }
    if (depth > MERGE_DEPTH_MAX) throw new ConfigError(`yaml: ${this.#at(node)}: merges are nested too deep`)
    const seen = new Set<string>()
    for (const pair of (map as YAMLMap<Node, Node | null>).items) {
      const key = this.#resolve(pair.key)
      if (!isScalar(key)) {
        this.#problem(pair.key, path, 'a key has to be a word')
        continue
      }
      if (++this.#keysRead > KEYS_READ_MAX) throw new ConfigError(`yaml: ${this.#at(node)}: too many keys`)
      const name = String(key.value)
      if (name === '<<' && isPlain(key)) this.#merge(keys, pair.value, path, into, depth + 1)
      else this.#readPair(keys, { key, name, value: pair.value }, path, into, seen)
    }
  }

  #merge(keys: Keys, value: Node | null, path: string, into: Map<string, GivenValue>, depth: number): void {
    const node = this.#resolve(value)
    const maps = isSeq(node) ? [...(node.items as Node[])].toReversed() : [node]
    for (const map of maps) {
      if (map !== null) this.#readSection(keys, map, path, into, depth)
    }
  }

  #readPair(
    keys: Keys,
    pair: { readonly key: Node; readonly name: string; readonly value: Node | null },
    path: string,
    into: Map<string, GivenValue>,
    seen: Set<string>,
  ): void {
    const { name } = pair
    const fullName = path === '' ? name : `${path}.${name}`
    const spec = Object.hasOwn(keys, name) ? keys[name] : undefined
    if (spec === undefined) {
      if (/^(?:x-|\.)/.test(name) || this.#isFull()) return // a place for anchors, as in other tools
      this.#warn(pair.key, unknownKeyText(name, path, Object.keys(keys)))
      return
    }
    if (seen.has(name)) this.#warn(pair.key, `${fullName} is given twice; the later one counts`)
    seen.add(name)
    const before = into.get(name)
    if (spec.deprecated === true) this.#warn(pair.key, `${fullName} is deprecated. ${spec.about}`)
    const value = this.#readValue(spec, pair.value ?? pair.key, pair.value === null, fullName, before)
    if (value === 'bad') return
    if (value === null) {
      into.delete(name)
      return
    }
    into.set(name, value)
    this.#warnIfUnused(spec, pair.key, fullName, value)
  }

  /** `null`: nothing was given, the default counts. `bad`: a problem was noted. */
  #readValue(
    spec: Key | ScalarShape | SectionShape,
    node: Node,
    isMissing: boolean,
    path: string,
    before?: GivenValue,
  ): GivenValue | null | 'bad' {
    const value = isMissing ? null : this.#resolve(node)
    const line = this.#yaml.lineOf(node)
    if (spec.kind === 'list') return this.#readList(spec, value, line, path)
    if (value === null || isNull(value)) return null
    if (spec.kind === 'section') {
      const values = before?.kind === 'section' ? before.values : new Map<string, GivenValue>()
      this.#readSection(spec.keys, value, path, values)
      return { kind: 'section', values, line }
    }
    return this.#readScalar(spec, value, line, path)
  }

  /** An empty value is an empty list. */
  #readList(spec: ListKey, value: Node | null, line: number, path: string): GivenValue | 'bad' {
    if (value === null || isNull(value)) return { kind: 'list', items: [], line }
    if (!isSeq(value)) {
      this.#problem(value, path, `found ${shapeOf(value)}, expected a list`)
      return 'bad'
    }
    const items: GivenValue[] = []
    for (const [index, item] of (value.items as Node[]).entries()) {
      const read = this.#readValue(spec.item, item, false, `${path}[${index}]`)
      if (read === null && spec.item.kind === 'section')
        this.#problem(item, `${path}[${index}]`, 'found nothing, expected a map of keys')
      if (read !== null && read !== 'bad') items.push(read)
    }
    return { kind: 'list', items, line }
  }

  #readScalar(spec: ScalarShape, value: Node, line: number, path: string): GivenValue | 'bad' {
    if (!isScalar(value)) {
      this.#problem(value, path, `found ${shapeOf(value)}, expected a single value`)
      return 'bad'
    }
    const text = String(value.value)
    const result = readScalar(spec.kind, { text, plain: isPlain(value) })
    if (result.kind === 'value') {
      const odd = isPlain(value) ? oddNumber(spec.kind, text) : null
      if (odd !== null) this.#warn(value, `${path}: ${odd}`)
      return { kind: 'scalar', value: result.value, line }
    }
    const found = spec.secret === true ? 'a value that is not shown' : shownValue(text)
    const allowed = result.kind === 'bad' ? result.allowed : 'a value'
    this.#problem(value, path, `found ${found}, expected ${allowed}`)
    return 'bad'
  }

  #warnIfUnused(spec: Key, node: Node, path: string, value: GivenValue): void {
    if (spec.kind === 'section' || spec.unused !== true) return
    if (value.kind === 'scalar' && spec.kind !== 'list' && value.value === spec.initial) return
    const [, reason = ''] = /^No effect(.*?)\.?$/.exec(spec.about) ?? []
    this.#warn(node, `${path} has no effect${reason}`)
  }

  #resolve(node: Node | null): Node | null {
    return this.#yaml.follow(node)
  }

  #at(node: Node | null): string {
    return placeOf(this.#file, this.#yaml.lineOf(node))
  }

  #problem(node: Node | null, path: string, text: string): void {
    if (this.problems.length === MESSAGES_MAX) this.problems.push('and more')
    if (this.problems.length < MESSAGES_MAX)
      this.problems.push(`${this.#at(node)}: ${path === '' ? '' : `${path}: `}${text}`)
  }

  #warn(node: Node, text: string): void {
    if (this.#isFull()) return
    this.warnings.push(`${this.#at(node)}: ${text}`)
    if (this.#isFull()) this.warnings.push(`${this.#file}: further warnings are left out`)
  }

  /** More warnings nobody reads, and finding out what was meant takes a while. */
  #isFull(): boolean {
    return this.warnings.length >= MESSAGES_MAX
  }
}

/** What Go makes of a number may not be what was meant; `null`: nothing odd about it. */
function oddNumber(kind: ScalarKind, text: string): string | null {
  const digits = text.replaceAll('_', '')
  if (kind === 'duration' && Number.isFinite(Number(digits)) && Number(digits) !== 0)
    return `${text} has no unit, so it counts as nanoseconds; write ${digits}s for seconds`
  if (kind === 'file-mode' && /^[1-7][0-7]{2}$/.test(text))
    return `${text} is a decimal number; write 0${text} for permission bits`
  return null
}

/** May this scalar be something else than a text? */
function isPlain(scalar: Scalar): boolean {
  if (scalar.tag === 'tag:yaml.org,2002:str' || scalar.tag === '!') return false
  return (
    scalar.type === 'PLAIN' ||
    scalar.type === undefined ||
    /^tag:yaml\.org,2002:(?:int|float|bool|null)$/.test(scalar.tag ?? '')
  )
}

function isNull(node: Node): boolean {
  return (
    isScalar(node) && readScalar('string', { text: String(node.value), plain: isPlain(node) }).kind === 'null'
  )
}

/** A value in a message. A long one is some other text that slipped in here. */
function shownValue(text: string): string {
  const shown = maskText(text)
  return shown.length > VALUE_LENGTH_MAX ? `${goQuote(shown.slice(0, VALUE_LENGTH_MAX))}…` : goQuote(shown)
}

function shapeOf(node: Node | null): string {
  if (isMap(node)) return 'a map of keys'
  return isSeq(node) ? 'a list' : 'a single value'
}
