import { spawnSync } from 'node:child_process'

/** What is offered for each command line; the last word is the one being typed. `<paths>`: names of files, which readline finds. */
export function bashOffers(script: string, lines: readonly (readonly string[])[]): string[] {
  const calls = lines.map((words) => `offers ${words.map((word) => `'${word}'`).join(' ')}`)
  const { stdout, stderr, status } = spawnSync('bash', ['--norc'], {
    encoding: 'utf8',
    input: `set -u
${script}
compopt() { [[ "$*" == '-o default' ]] && echo -n '<paths>'; }
offers() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  _ltx "$1" "\${@: -1}" "\${@: -2:1}"
  echo "\${COMPREPLY[*]-}"
}
${calls.join('\n')}
complete -p ltx litestream >/dev/null || echo 'not told of both names'
`,
  })
  if (status !== 0 || stderr !== '') throw new Error(`bash ended with ${status}: ${stderr}`)
  return stdout.split('\n').slice(0, -1)
}
