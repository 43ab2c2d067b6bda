import { bashScript } from '../completion/bash-script.ts'
import { type CompletedVerb, completedVerbs, isTopLevel } from '../completion/completed-verb.ts'
import { fishScript } from '../completion/fish-script.ts'
import { zshScript } from '../completion/zsh-script.ts'
import { atMost, type Command, defineCommand } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { VERBS } from '../program/verbs.ts'

const SCRIPTS: Readonly<Record<string, (verbs: readonly CompletedVerb[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}
const SHELLS = Object.keys(SCRIPTS)

export const completionCommand: Command = defineCommand({
  forms: [SHELLS.join('|')],
  about: `Prints a script with which a shell completes verbs, flags, values and paths after ltx and litestream. Bash and zsh (after
compinit) take it from  eval "$(ltx completion bash)"  in what they read at their start, fish from a file for each name.`,
  flags: {},
  words: SHELLS,
  examples: ['bash', 'fish > ~/.config/fish/completions/ltx.fish'],
  async run({ positionals, io }) {
    const [shell] = positionals
    const hint = `${io.programName} completion bash`
    if (shell === undefined) throw new CommandError(`shell required: ${SHELLS.join(', ')}`, { hint })
    atMost(positionals, 1)
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
    if (script === undefined)
      throw new CommandError(`no completion for ${shell}: ${SHELLS.join(', ')}`, { hint })
    io.stdout.write(script(await allVerbs()))
    return 0
  },
})

/** Every verb that the help shows, and the help. */
async function allVerbs(): Promise<CompletedVerb[]> {
  const shown = Object.entries(VERBS).filter(([, verb]) => verb.deprecatedFor === undefined)
  const verbs = await Promise.all(
    shown.map(async ([name, verb]) => completedVerbs(name, verb.summary, await verb.load())),
  )
  const flat = verbs.flat()
  const names = flat.filter(isTopLevel).map(({ name }) => name)
  return [...flat, { name: 'help', summary: 'explain one verb', flags: [], takes: names }]
}
