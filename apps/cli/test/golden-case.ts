import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CommandIo } from '../src/program/io.ts'
import { runCommand } from '../src/program/run-command.ts'
import { type InProcess, startInProcess } from './in-process.ts'
import { makeDatabase, makeLegacyReplica, makeReplica, makeSoundReplica } from './make-replica.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { testIo } from './test-io.ts'

/**
 * One case of the command line. Lines of a `.cmd` file, in order:
 *
 * - `# words`: a comment
 * - `$ ltx words…`: runs a command; `'…'` and `"…"` group, nothing else is special
 * - `file NAME`: makes a file out of the indented lines that follow
 * - `directory NAME`, `database NAME`, `replica NAME`: make what they say; `sound-replica NAME`: one of a real database,
 *   `legacy-replica NAME`: that of a real database as Litestream 0.3 has it
 * - `daemon NAME`: starts `replicate` with that configuration file, which must have a control socket; it ends with the case
 * - `env NAME=VALUE`: sets a variable for the commands that follow
 *
 * Each case has a directory of its own, which is where its commands run; commands and output show it as `$DIR`.
 */
export async function runGoldenCase(script: string): Promise<string> {
  await using temporary = await temporaryDirectory()
  const directory = temporary.path
  const environment: Record<string, string> = {}
  await using daemons = new Daemons(directory)
  let transcript = ''
  const lines = script.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('$ ')) {
      transcript += await runLine(line.slice(2), { workingDirectory: directory, environment })
      continue
    }
    const [, word = '', rest = ''] = /^(\S+) (.+)$/.exec(line) ?? []
    if (word === 'file') {
      let text = ''
      for (; lines[at + 1]?.startsWith('  ') === true; at++) text += `${lines[at + 1]?.slice(2)}\n`
      await putFile(join(directory, rest), text)
    } else if (word === 'env') {
      const equals = rest.indexOf('=')
      environment[rest.slice(0, equals)] = rest.slice(equals + 1)
    } else if (word === 'daemon') {
      await daemons.start(rest)
    } else if (word in MAKERS) {
      await MAKERS[word]?.(join(directory, rest))
    } else if (line !== '' && !line.startsWith('#')) {
      throw new Error(`what does this line of a golden case mean? ${line}`)
    }
  }
  return normalised(transcript, directory)
}

/** Daemons that run in this process while a case does. */
class Daemons implements AsyncDisposable {
  readonly #directory: string
  readonly #running: InProcess[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  async start(config: string): Promise<void> {
    const daemon = startInProcess(['replicate', '-config', config], this.#directory)
    this.#running.push(daemon)
    await daemon.says('control socket is open')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#running) daemon.signal('SIGTERM')
    await Promise.all(this.#running.map(({ exitCode }) => exitCode))
  }
}

const MAKERS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  directory: (path) => mkdir(path, { recursive: true }),
  database: makeDatabase,
  replica: makeReplica,
  'sound-replica': makeSoundReplica,
  'legacy-replica': makeLegacyReplica,
}

async function putFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function runLine(
  line: string,
  changes: Pick<CommandIo, 'workingDirectory' | 'environment'>,
): Promise<string> {
  const [programName, ...words] = splitWords(line.replaceAll('$DIR', changes.workingDirectory))
  if (programName !== 'ltx' && programName !== 'litestream') throw new Error(`not our program: ${line}`)
  const { io, output } = testIo({ ...changes, programName, platform: 'linux' })
  const exitCode = await runCommand(words, io)
  return `$ ${line}\n${marked('| ', output.stdout)}${marked('! ', output.stderr)}exit ${exitCode}\n`
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
}

/** Each line with a mark that tells stdout from stderr; a missing line end shows. */
function marked(mark: string, text: string): string {
  if (text === '') return ''
  const lines = text.split('\n')
  const last = lines.pop()
  const shown = lines.map((line) => `${mark}${line}`.trimEnd())
  if (last !== '') shown.push(`${mark}${last}(no line end)`)
  return `${shown.join('\n')}\n`
}

/** Takes out what differs from run to run and from machine to machine. */
function normalised(text: string, directory: string): string {
  return text
    .replaceAll(directory, '$DIR')
    .replaceAll(/time=\S+/g, 'time=TIME')
    .replaceAll(/duration=\S+/g, 'duration=D')
    .replaceAll(/(transaction [0-9a-f]{16} of |"replicated_at": ")(?!2026-01-02T)[^",]+Z/g, '$1TIME')
    .replaceAll(/rate="[^"]*"|rate=\S+/g, 'rate=R')
    .replaceAll(/("?duration_ms"?: )\d+/g, '$1MS')
    .replaceAll(/("(?:pid|uptime_seconds)": |PID: +)\d+/g, '$1N')
    .replaceAll(/("(?:started_at|last_sync_at)": )"[^"]+"/g, '$1"TIME"')
    .replaceAll(/(Uptime: +|Started at: +|last sync: )(?!never)[^)\n]+/g, '$1TIME')
    .replaceAll(/(?<=ltx-doctor-)[0-9a-f]{16}/g, 'ID')
    .replaceAll(/ \d+ ms +/g, ' # ms  ')
    .replaceAll(/"size": \d+/g, '"size": SIZE')
    .replaceAll(/ \d+ +(?=2026-01-02T)/g, ' ###  ') // sizes in tables: the compressor's affair
    .replaceAll(/verify\.\d+\.[0-9a-f]{16}/g, 'verify.ID')
    .replaceAll(/(needed in )\S+, .*? free/g, '$1PLACE, MUCH free')
    .replaceAll(/(Node Version: |OS\/Arch: {6})\S+/g, '$1X')
    .replaceAll(/(?<=\S) {2,}/g, '  ') // columns are as wide as the names of temporary directories
}
