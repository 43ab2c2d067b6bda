import { schemaText } from '../src/config/config-schema.ts'
import { configurationText } from './configuration-text.ts'

/** What is made of the definitions of the configuration file, and where it is kept. */
export function configurationFiles(): readonly { readonly url: URL; readonly text: string }[] {
  return [
    { url: new URL('../../../docs/configuration.md', import.meta.url), text: configurationText() },
    { url: new URL('../schema/litestream.schema.json', import.meta.url), text: schemaText() },
  ]
}
