// Writes docs/configuration.md and the JSON Schema of the package: see CONFIGURATION_COMMAND.
import { writeFileSync } from 'node:fs'
import { configurationFiles } from './configuration-files.ts'

for (const { url, text } of configurationFiles()) writeFileSync(url, text)
