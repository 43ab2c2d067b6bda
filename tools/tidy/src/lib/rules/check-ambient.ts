import type { Finding } from '../finding.ts'
import { importsOf } from '../imports-of.ts'
import { isSource, isTest, lineAt, type Repository } from '../repository.ts'

interface Ban {
  readonly pattern: RegExp
  readonly instead: string
}

const CLOCK = 'take a Clock from the Env: clock.wallMs(), clock.elapsedMs(), clock.sleep(ms, { signal })'
const RANDOM = 'take a Random from the Env: random.next(), random.hex(bytes)'
const FILES = 'take Files from the Env: files, or blockingFiles where SQLite blocks anyway'
const LOGGER = 'take a Logger from the Env: logger.info(…); only apps print'
const SETTINGS = 'take it as a setting or as an argument; only apps read the process'
const NETWORK = 'talk to servers in a client, or through client-core/src/lib/http'

/** Members of Node's `process`: a variable of that name with members of its own is not meant. */
const PROCESS =
  /(?<![.\w])process\s*\.\s*(?:env|argv|execPath|p?pid|cwd|chdir|std(?:in|out|err)|exitCode|on|once|off|nextTick|hrtime|uptime|memoryUsage|cpuUsage|platform|arch|versions?|get[eg]?[ug]id|umask|emitWarning|abort)\b/g

/** Ambient clock, chance, disk, network and process, banned below the apps except in the places of {@link placeOf}. */
const BANS: readonly Ban[] = [
  { pattern: /\bDate\s*\.\s*now\b/g, instead: CLOCK },
  { pattern: /\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(]))/g, instead: CLOCK },
  { pattern: /\bperformance\s*\.\s*\w+/g, instead: CLOCK },
  { pattern: /(?<![.\w])(?:setTimeout|setInterval|setImmediate)\b/g, instead: CLOCK },
  { pattern: /\bAbortSignal\s*\.\s*timeout\b/g, instead: CLOCK },
  { pattern: /\bMath\s*\.\s*random\b/g, instead: RANDOM },
  { pattern: /\b(?:randomBytes|randomUUID|getRandomValues|randomFillSync)\b/g, instead: RANDOM },
  { pattern: /(?<![.\w])fetch\s*\(/g, instead: NETWORK },
  { pattern: PROCESS, instead: SETTINGS },
]

/** Nobody below the apps prints or ends the process, not even in the places of rule 9. */
const BANS_EVERYWHERE: readonly Ban[] = [
  { pattern: /(?<![.\w])console\s*\.\s*\w+/g, instead: LOGGER },
  {
    pattern: /(?<![.\w])process\s*\.\s*exit\b/g,
    instead: 'throw an error; only the main file of an app ends the process',
  },
]

const BANNED_MODULES: Readonly<Record<string, string>> = {
  'node:fs': FILES,
  'node:fs/promises': FILES,
  'node:timers': CLOCK,
  'node:timers/promises': CLOCK,
  'node:perf_hooks': CLOCK,
  'node:process': SETTINGS,
  'node:os': SETTINGS,
  'node:child_process': SETTINGS,
  'node:net': NETWORK,
  'node:tls': NETWORK,
  'node:dns': NETWORK,
  'node:http': NETWORK,
  'node:https': NETWORK,
}

/** Rule 9: time, chance and disk are arguments. The message names what to use instead. */
export function checkAmbient(repository: Repository): Finding[] {
  const findings: Finding[] = []
  for (const file of repository.files.keys()) {
    if (!isSource(file) || isTest(file)) continue
    const place = placeOf(file)
    if (place === 'free') continue
    const bans = place === 'edge' ? BANS_EVERYWHERE : [...BANS, ...BANS_EVERYWHERE]
    if (place === 'app') findings.push(...exitFindings(repository, file))
    else findings.push(...wordFindings(repository, file, bans), ...moduleFindings(repository, file, place))
  }
  return findings
}

/** `edge`: may touch the world, not the terminal. `app`: may print, but only its main file may end the process. */
function placeOf(file: string): 'free' | 'app' | 'edge' | 'core' {
  if (file.startsWith('apps/'))
    return /^apps\/[^/]+\/(?:bin\/|src\/main\.ts$)|\.config\.ts$/.test(file) ? 'free' : 'app'
  if (!file.startsWith('packages/') || !/^packages\/[^/]+\/src\//.test(file)) return 'free'
  if (/^packages\/env\/src\/(?:node\.ts$|lib\/node\/)/.test(file)) return 'edge'
  if (file.startsWith('packages/client-core/src/lib/http/')) return 'edge'
  return /^packages\/client-(?!core\/)/.test(file) ? 'edge' : 'core'
}

function exitFindings(repository: Repository, file: string): Finding[] {
  return wordFindings(repository, file, BANS_EVERYWHERE.slice(1))
}

function wordFindings(repository: Repository, file: string, bans: readonly Ban[]): Finding[] {
  const { code } = repository.stripped(file)
  const findings: Finding[] = []
  for (const { pattern, instead } of bans) {
    for (const match of code.matchAll(pattern)) {
      const path = `${file}:${lineAt(code, match.index)}`
      findings.push({ path, rule: 'ambient', message: `${match[0].replaceAll(/\s+/g, ' ')}: ${instead}` })
    }
  }
  return findings
}

function moduleFindings(repository: Repository, file: string, place: 'edge' | 'core'): Finding[] {
  if (place === 'edge') return []
  return importsOf(repository, file).flatMap(({ specifier, line }) => {
    const instead = BANNED_MODULES[specifier]
    return instead === undefined
      ? []
      : [{ path: `${file}:${line}`, rule: 'ambient', message: `${specifier}: ${instead}` }]
  })
}
