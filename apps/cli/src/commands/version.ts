import { switchFlag, type Flag } from '../flags/flag.ts'
import { defineCommand, type Command } from '../program/command.ts'
import { goPlatform } from '../text/go-platform.ts'

const flags: { readonly verbose: Flag<boolean> } = {
  verbose: switchFlag('also say what it runs on'),
}

export const versionCommand: Command = defineCommand({
  forms: ['[-verbose]'],
  about: 'Prints the version on one line.',
  flags,
  examples: ['', '-verbose'],
  run({ flags: { verbose }, io }) {
    const lines = verbose
      ? [
          `Version:      ${io.version}`,
          `Node Version: ${process.version}`,
          `OS/Arch:      ${goPlatform(io.platform, process.arch)}`,
        ]
      : [io.version]
    io.stdout.write(`${lines.join('\n')}\n`)
    return Promise.resolve(0)
  },
})
