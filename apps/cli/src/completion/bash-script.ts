import { type CompletedFlag, type CompletedVerb, isTopLevel } from './completed-verb.ts'

/**
 * A completion for bash 3.2 and later. Flags come before arguments, as the program reads them, with one or two dashes and with `=` or a
 * blank before the value; bash hands over `-name=value` in three words.
 */
export function bashScript(verbs: readonly CompletedVerb[]): string {
  return `_ltx() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} verb=\${COMP_WORDS[1]}
  local switches='' valued='' words='' paths='' flag='' at=2 name
  COMPREPLY=()
  if ((COMP_CWORD < 2)); then
    COMPREPLY=($(compgen -W '${namesOf(verbs.filter(isTopLevel))}' -- "$cur"))
    return
  fi
  case "$verb \${COMP_WORDS[2]}" in
    ${nestedPattern(verbs)}) ((COMP_CWORD > 2)) && verb="$verb \${COMP_WORDS[2]}" at=3 ;;
  esac
  case $verb in
${verbs.map(verbCase).join('\n')}
    *) return ;;
  esac
  while ((at < COMP_CWORD)); do
    name=\${COMP_WORDS[at]#-}
    case \${COMP_WORDS[at]} in
      - | --) break ;;
      -*=*) ((at += 1)) ;;
      -*)
        name=\${name#-}
        [[ \${COMP_WORDS[at + 1]} == = ]] && ((at += 1))
        if [[ " $valued " == *" $name "* ]] && ((at + 1 >= COMP_CWORD)); then
          flag=$name
        elif [[ " $valued " == *" $name "* || \${COMP_WORDS[at]} == = ]]; then
          ((at += 1))
        fi
        ((at += 1))
        ;;
      *) break ;;
    esac
  done
  [[ $cur == = ]] && cur=''
  if [[ -n $flag ]]; then
    words='' paths=''
    case "$verb $flag" in
${valueCases(verbs).join('\n')}
    esac
  elif ((at >= COMP_CWORD)) && { [[ $cur == -* ]] || [[ -z $words$paths$cur ]]; }; then
    name=-
    [[ $cur == --* ]] && name=--
    COMPREPLY=($(compgen -P "$name" -W "$switches $valued" -- "\${cur#$name}"))
    return
  fi
  if [[ -n $words ]] && ((at >= COMP_CWORD)); then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  elif [[ -n $paths ]]; then
    # Let readline complete file names: it knows about quotes and blanks in them.
    compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -F _ltx ltx litestream
`
}

function verbCase({ name, flags, takes }: CompletedVerb): string {
  const switches = flags.filter((flag) => flag.takes === 'nothing')
  const settings = [
    assigned('switches', namesOf(switches)),
    assigned('valued', namesOf(flags.filter((flag) => !switches.includes(flag)))),
    ...offers(takes),
  ]
  return `    '${name}') ${[...settings.filter((each) => each !== ''), ';;'].join(' ')}`
}

/** What follows a flag, by verb and flag. A flag that takes any text has no case: nothing is offered. */
function valueCases(verbs: readonly CompletedVerb[]): string[] {
  return verbs.flatMap(({ name, flags }) =>
    flags
      .filter(({ takes }) => takes !== 'nothing' && takes !== 'text')
      .map((flag) => `      '${name} ${flag.name}') ${offers(flag.takes).join(' ')} ;;`),
  )
}

function namesOf(all: readonly { readonly name: string }[]): string {
  return all.map(({ name }) => name).join(' ')
}

/** Two words that are a verb together. Without any the pattern is one that nothing is like. */
function nestedPattern(verbs: readonly CompletedVerb[]): string {
  const nested = verbs.filter((verb) => !isTopLevel(verb)).map(({ name }) => `'${name}'`)
  return nested.length === 0 ? "''" : nested.join(' | ')
}

function offers(takes: CompletedFlag['takes']): string[] {
  if (takes === 'path') return ['paths=1']
  return typeof takes === 'string' ? [] : [assigned('words', takes.join(' '))]
}

function assigned(name: string, value: string): string {
  return value === '' ? '' : `${name}='${value}'`
}
