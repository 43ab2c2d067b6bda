import { type CompletedFlag, type CompletedVerb, isTopLevel } from './completed-verb.ts'

/** A completion for zsh, both as a file `_ltx` in `$fpath` and for `source <(…)`. */
export function zshScript(verbs: readonly CompletedVerb[]): string {
  return `#compdef ltx litestream
_ltx() {
  local -a verbs=(
${verbs
  .filter(isTopLevel)
  .map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`)
  .join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  ((CURRENT--))
  case "$verb $words[2]" in
    ${nestedPattern(verbs)})
      if ((CURRENT > 2)); then
        verb="$verb $words[2]"
        shift words
        ((CURRENT--))
      fi ;;
  esac
  case $verb in
${verbs.map(verbCase).join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _ltx "$@"
else
  compdef _ltx ltx litestream
fi
`
}

function verbCase({ name, flags, takes }: CompletedVerb): string {
  const specs = flags.map((flag) => quoted(flagSpec(flag)))
  if (takes !== 'nothing') {
    specs.push(quoted(typeof takes === 'string' ? '*:path:_files' : `1:word:${action(takes)}`))
  }
  return `    ${quoted(name)}) _arguments -S -A '-*'${specs.map((spec) => ` \\\n      ${spec}`).join('')} ;;`
}

function flagSpec({ name, summary, takes }: CompletedFlag): string {
  const explained = `[${summary.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]`
  return takes === 'nothing' ? `-${name}${explained}` : `-${name}=${explained}:${name}:${action(takes)}`
}

/** What _arguments offers; a lone blank is nothing, with a message. */
function action(takes: CompletedFlag['takes']): string {
  if (takes === 'path') return '_files'
  return typeof takes === 'string' ? ' ' : `(${takes.join(' ')})`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Two words that are a verb together. Without any the pattern is one that nothing is like. */
function nestedPattern(verbs: readonly CompletedVerb[]): string {
  const nested = verbs.filter((verb) => !isTopLevel(verb)).map(({ name }) => quoted(name))
  return nested.length === 0 ? "''" : nested.join(' | ')
}
