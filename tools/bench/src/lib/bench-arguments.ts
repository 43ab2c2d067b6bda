import type { Effort } from './measure.ts'

export interface BenchArguments {
  readonly effort: Effort
  /** Of each side; `null`: as many as the effort has. */
  readonly rounds: number | null
  /** Names of measures; empty: all. */
  readonly only: readonly string[]
  /** Where the JSON goes; `null`: the place of its own. */
  readonly json: string | null
  /** Results to compare with; `null`: none. */
  readonly compare: string | null
  /** Results to print instead of measuring anything. */
  readonly show: string | null
  /** A command to measure instead of the one of this checkout. */
  readonly ltx: string | null
  /** `source`: no build, and the rows say so. `packed`: built, packed and installed first. */
  readonly from: 'packed' | 'source'
  /** `null`: the one in the cache folder, if it is there. */
  readonly peer: string | null
  readonly oursAlone: boolean
  readonly list: boolean
  readonly help: boolean
}

export const USAGE = `pnpm bench [flags]: measures ours, and the real Litestream beside it where it is installed

  --quick         smaller and fewer: under 3 minutes, without what takes long
  --smoke         tiny sizes: does everything run? Its numbers mean nothing
  --rounds N      of each side, instead of 5 and fewer for --quick
  --only NAME     this measure alone; more than once: these
  --list          names the measures
  --json FILE     where the results go (default: tools/bench/results/TIME-COMMIT.json)
  --compare FILE  names what got slower, and faster, since FILE was written; tools/bench/baseline.json is of --quick
  --show FILE     measures nothing: the tables of FILE again
  --source        start the command from its source; otherwise it is built, packed and installed first
  --ltx FILE      this command (a JavaScript file) instead
  --peer FILE     this Litestream (default: the one that node tools/peer/src/main.ts installed)
  --no-peer       ours alone

With the native addon where pnpm build:native made it; LTX_KERNELS=wasm measures without it.`

const VALUED = new Set(['--only', '--rounds', '--json', '--compare', '--show', '--ltx', '--peer'])
const SWITCHES = new Set(['--quick', '--smoke', '--list', '--source', '--no-peer', '--help', '-h'])

/** @throws {RangeError} for what it does not know; the message is for the person who typed it */
export function parseArguments(words: readonly string[]): BenchArguments {
  const switches = new Set<string>()
  const values = new Map<string, string[]>()
  const rest = words.filter((word) => word !== '--') // `pnpm bench -- --quick` hands the dashes on
  for (let at = 0; at < rest.length; at++) {
    const [flag = '', inline] = (rest[at] ?? '').split(/=(.*)/s, 2)
    if (SWITCHES.has(flag) && inline === undefined) switches.add(flag)
    else if (VALUED.has(flag)) {
      const value = inline ?? rest[++at]
      if (value === undefined || value === '') throw new RangeError(`${flag} needs a value`)
      values.set(flag, [...(values.get(flag) ?? []), value])
    } else throw new RangeError(`unknown: ${rest[at]}`)
  }
  return {
    effort: switches.has('--smoke') ? 'smoke' : switches.has('--quick') ? 'quick' : 'full',
    rounds: wholeNumber('--rounds', values.get('--rounds')?.at(-1)),
    only: values.get('--only') ?? [],
    json: values.get('--json')?.at(-1) ?? null,
    compare: values.get('--compare')?.at(-1) ?? null,
    show: values.get('--show')?.at(-1) ?? null,
    ltx: values.get('--ltx')?.at(-1) ?? null,
    from: switches.has('--source') ? 'source' : 'packed',
    peer: values.get('--peer')?.at(-1) ?? null,
    oursAlone: switches.has('--no-peer'),
    list: switches.has('--list'),
    help: switches.has('--help') || switches.has('-h'),
  }
}

function wholeNumber(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new RangeError(`${flag} is a number from 1 to 9999, not ${text}`)
  return Number(text)
}
