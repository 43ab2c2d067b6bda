import { type CompletedFlag, type CompletedVerb, isTopLevel } from './completed-verb.ts'

/** A completion for fish. */
export function fishScript(verbs: readonly CompletedVerb[]): string {
  return `function __ltx_verb
    set -l words (commandline -opc)
    set -l last (math 1 + (count $argv))
    test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end
function __ltx_first
    __ltx_verb $argv; and test (count (commandline -opc)) -eq (math 1 + (count $argv))
end
function __ltx_no_verb
    test (count (commandline -opc)) -eq 1
end
for program in ltx litestream
    complete -c $program -f
${verbs.flatMap(verbLines).join('\n')}
end
`
}

function verbLines(verb: CompletedVerb): string[] {
  const { name, summary, flags, takes } = verb
  const here = `    complete -c $program -n '__ltx_verb ${name}'`
  const first = `    complete -c $program -n '__ltx_first ${name}'`
  return [
    ...(isTopLevel(verb)
      ? [`    complete -c $program -n __ltx_no_verb -a ${name} -d ${quoted(summary)}`]
      : []),
    ...(takes === 'nothing' ? [] : [`${typeof takes === 'string' ? here : first} ${offer(takes)}`]),
    ...flags.map((flag) => `${here} -o ${flag.name}${value(flag)} -d ${quoted(flag.summary)}`),
  ]
}

function value({ takes }: CompletedFlag): string {
  if (takes === 'nothing') return ''
  return takes === 'text' ? ' -x' : ` -r ${offer(takes)}`
}

function offer(takes: CompletedFlag['takes']): string {
  return typeof takes === 'string' ? '-F' : `-f -a ${quoted(takes.join(' '))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
