import { type Flag, switchFlag, textFlag } from './flag.ts'

/** Flags of every verb that reads the configuration file. */
export const CONFIG_FLAGS: { readonly config: Flag<string>; readonly 'no-expand-env': Flag<boolean> } = {
  config: textFlag(
    'PATH',
    'configuration file; otherwise $LITESTREAM_CONFIG,\nand if that is empty the file of the system: /etc/litestream.yml',
  ),
  'no-expand-env': switchFlag('leave $NAME and ${NAME} in the file as they are'),
}

export const JSON_FLAG: Flag<boolean> = switchFlag('print JSON instead of text')
