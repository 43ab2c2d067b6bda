import type { CompletedFlag, CompletedVerb } from './completed-verb.ts'

/** A completion for fish. */
export function fishScript(verbs: readonly CompletedVerb[]): string {
  return `function __ltx_verb
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = "$argv[1]"
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

function verbLines({ name, summary, flags, takes }: CompletedVerb): string[] {
  const here = `    complete -c $program -n '__ltx_verb ${name}'`
  return [
    `    complete -c $program -n __ltx_no_verb -a ${name} -d ${quoted(summary)}`,
    ...(takes === 'nothing' ? [] : [`${here} ${offer(takes)}`]),
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
