/** A fenced block of a document. */
export interface ShellBlock {
  /** What follows the language: `no-run: needs a bucket`. Empty for a block that is run. */
  readonly info: string
  readonly text: string
}

export interface DocumentScript {
  /** Everything that is to be run, in the order of the document; a configuration file is written where it is shown. */
  readonly script: string
  readonly run: number
  /** What the document shows as output, in blocks of `text output`. */
  readonly shown: readonly string[]
  readonly notRun: readonly ShellBlock[]
  /** What keeps a block from being looked at at all. */
  readonly problems: readonly string[]
}

const FENCE = /^```(\w+)[ ]*([^\n]*)\n(.*?)^```$/gms
const OTHER_SHELLS: ReadonlySet<string> = new Set(['bash', 'shell', 'console', 'zsh'])

/** A loop that waits for something looks more often than it is written for people. */
const IMPATIENT = ['do sleep 1; done', 'do sleep 0.1; done'] as const

/** The blocks of a Markdown document as one shell script. `/backup` becomes a folder of `directory`. */
export function documentScript(markdown: string, directory: string): DocumentScript {
  const script: string[] = ['set -eux']
  const notRun: ShellBlock[] = []
  const problems: string[] = []
  const shown: string[] = []
  let run = 0
  for (const [, language = '', info = '', text = ''] of markdown.matchAll(FENCE)) {
    const here = text.replaceAll('/backup', `${directory}/backup`).replaceAll(...IMPATIENT)
    const fileName = /^# ([\w.-]+\.yml)\n/.exec(text)?.[1]
    if (language === 'yaml' && fileName !== undefined) {
      script.push(`cat > ${fileName} <<'END OF FILE'\n${here}END OF FILE`)
    }
    if (language === 'text' && info === 'output') shown.push(here)
    if (OTHER_SHELLS.has(language)) problems.push(`a block of ${language}: call it sh\n${text}`)
    if (language !== 'sh') continue
    if (info === '') {
      run++
      script.push(here)
    } else {
      if (!/^no-run: \S/.test(info)) problems.push(`a block with ‘${info}’: why is it not run?\n${text}`)
      notRun.push({ info, text })
    }
  }
  return { script: script.join('\n'), run, shown, notRun, problems }
}

/** The commands of ours in a block, as words; lines that end in a backslash are joined. */
export function ownCommands(text: string): readonly (readonly string[])[] {
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n')
  return lines.flatMap((line) => {
    const match = /(?:^|[\s;(])ltx ([^#|;>]*)/.exec(line.replaceAll(/'[^']*'|"[^"]*"/g, 'TEXT'))
    return match === null ? [] : [(match[1] ?? '').trim().split(/\s+/)]
  })
}
