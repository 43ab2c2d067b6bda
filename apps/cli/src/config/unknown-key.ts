import { nearestWord } from '@ltx/client-core'
import { goQuote } from '../text/go-quote.ts'
import { maskText } from '../text/mask-secrets.ts'
import { CONFIG_KEYS, RETIRED_KEYS } from './keys.ts'
import type { Key, Keys } from './schema.ts'

/** Longer words are no slip of a finger, and comparing them would take a while. */
const NAME_LENGTH_MAX = 64

/**
 * What to say of a key that its section does not know: the whole sentence, the key's own name in front.
 *
 * @param path Of the section; empty at the top level.
 * @param known The keys of that section.
 */
export function unknownKeyText(name: string, path: string, known: readonly string[]): string {
  const within = path === '' ? '' : `${path}.`
  const [, word = '', sign = ''] = /^([\w-]+)([:=])./.exec(name) ?? []
  // Nothing that stands behind the colon: it is a value, and may be a secret.
  if (sign !== '') return `${within}${word}: a key ends with a colon and a space; this one counts for nothing`
  if (name.length > NAME_LENGTH_MAX)
    return `${within}${goQuote(maskText(name).slice(0, 16))}… is not a known key`
  const shown = `${within}${/^[\w.-]+$/.test(name) ? name : goQuote(maskText(name))}`
  const homes = RETIRED_KEYS.has(name) ? [] : homesOf(name)
  if (homes.length > 0) return `${shown} has no effect here; it belongs ${homes.join(' or ')}`
  if (RETIRED_KEYS.has(name)) return `${shown} belongs to Litestream 0.3 and has no effect`
  const nearest = nearestWord(name, known)
  return `${shown} is not a known key${nearest === null ? '' : `; did you mean ${nearest}?`}`
}

/** The sections that have a key of this name. */
function homesOf(name: string): string[] {
  return [...sectionsOf(CONFIG_KEYS, '')]
    .filter(([path, keys]) => Object.hasOwn(keys, name) && !path.startsWith('dbs[].replicas'))
    .map(([path]) => (path === '' ? 'at the top level' : `in ${path}`))
}

function* sectionsOf(keys: Keys, path: string): Generator<readonly [path: string, keys: Keys]> {
  yield [path, keys]
  for (const [name, key] of Object.entries(keys)) {
    const inner = keysWithin(key)
    if (inner !== null)
      yield* sectionsOf(inner, `${path === '' ? '' : `${path}.`}${name}${key.kind === 'list' ? '[]' : ''}`)
  }
}

function keysWithin(key: Key): Keys | null {
  if (key.kind === 'section') return key.keys
  return key.kind === 'list' && key.item.kind === 'section' ? key.item.keys : null
}
