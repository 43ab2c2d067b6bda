// Writes docs/errors.md, the catalogue of error codes: `node tools/tidy/src/write-errors.ts`.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { CATALOGUE_PATH, errorCatalogue } from './lib/error-catalogue.ts'
import { readRepository } from './lib/repository.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const { text, problems } = errorCatalogue(readRepository(root))
writeFileSync(path.join(root, CATALOGUE_PATH), text)
for (const problem of problems) console.error(`${problem.path}: ${problem.message}`)
process.exitCode = problems.length === 0 ? 0 : 1
