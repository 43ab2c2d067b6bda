/** What one character of a name has to be; `star`: any number of any. */
type Part = 'star' | ((character: string) => boolean)

/**
 * Reads a pattern for file names as Go's filepath.Match does: `*`, `?`, `[a-z]`, `[^a]`, and `\` before a special character (not on
 * Windows). Leading dots are nothing special, upper and lower case differ.
 *
 * @returns Whether a name fits; `null`: the pattern is malformed.
 * @see spec-cli §8.1
 */
export function parseGlob(pattern: string, isWindows = false): ((name: string) => boolean) | null {
  const characters = Array.from(pattern)
  const escapes = !isWindows
  const parts: Part[] = []
  for (let at = 0; at < characters.length;) {
    const character = characters[at++] ?? ''
    if (character === '*') {
      if (parts.at(-1) !== 'star') parts.push('star')
    } else if (character === '?') {
      parts.push((other) => other !== '/')
    } else if (character === '[') {
      const set = readSet(characters, at, escapes)
      if (set === null) return null
      parts.push(set.fits)
      at = set.end
    } else {
      const wanted = character === '\\' && escapes ? characters[at++] : character
      if (wanted === undefined) return null
      parts.push((other) => other === wanted)
    }
  }
  return (name) => fits(parts, Array.from(name))
}

/** Goes back to the last star only: never more than the product of the two lengths. */
function fits(parts: readonly Part[], name: readonly string[]): boolean {
  let [part, at] = [0, 0]
  let star: { readonly part: number; at: number } | null = null
  while (at < name.length) {
    const wanted = parts[part]
    if (wanted === 'star') {
      star = { part: ++part, at }
    } else if (wanted !== undefined && wanted(name[at] ?? '')) {
      part++
      at++
    } else if (star !== null && name[star.at] !== '/') {
      part = star.part
      at = ++star.at
    } else {
      return false
    }
  }
  return parts.slice(part).every((rest) => rest === 'star')
}

interface CharacterSet {
  readonly fits: (character: string) => boolean
  /** Behind the closing bracket. */
  readonly end: number
}

/** A set, from behind its opening bracket; `null`: malformed. */
function readSet(characters: readonly string[], start: number, escapes: boolean): CharacterSet | null {
  let at = start
  const isNegated = characters[at] === '^'
  if (isNegated) at++
  const ranges: [from: number, to: number][] = []
  const read = (): number | null => {
    const character = characters[at++]
    if (character === '\\' && escapes) return characters[at++]?.codePointAt(0) ?? null
    if (character === '-' || character === ']') return null
    return character?.codePointAt(0) ?? null
  }
  while (characters[at] !== ']' || ranges.length === 0) {
    const from = read()
    if (from === null) return null
    let to: number | null = from
    if (characters[at] === '-') {
      at++
      to = read()
      if (to === null) return null
    }
    ranges.push([from, to])
  }
  return {
    end: at + 1,
    fits(character) {
      const code = character.codePointAt(0) ?? 0
      return character !== '/' && ranges.some(([from, to]) => from <= code && code <= to) !== isNegated
    },
  }
}
