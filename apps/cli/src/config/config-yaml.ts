import { Document, Scalar, visit } from 'yaml'
import { FileMode, type EffectiveSection } from './effective-config.ts'

/** A configuration as YAML that every reader of this file format understands in the same way. */
export function configYaml(config: EffectiveSection, comment: string): string {
  const document = new Document(config, replaceModes, { version: '1.1', aliasDuplicateObjects: false })
  document.commentBefore = ` ${comment}`
  visit(document, {
    Pair(_key, pair) {
      const { key } = pair
      if (key instanceof Scalar && key.value === 'dbs') key.spaceBefore = true
    },
  })
  return document.toString({ lineWidth: 0, directives: false })
}

function replaceModes(_key: unknown, value: unknown): unknown {
  if (!(value instanceof FileMode)) return value
  const octal = new Scalar(value.bits)
  octal.format = 'OCT'
  return octal
}
