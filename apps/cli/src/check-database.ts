import Sqlite from 'better-sqlite3'

// A program of its own: `check-database.ts quick|full PATH`. Prints what SQLite finds wrong; exit code 0 means nothing.
const [mode, path = ''] = process.argv.slice(2)

function problems(): string[] {
  try {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      const rows = database.pragma(mode === 'quick' ? 'quick_check' : 'integrity_check') as Record<
        string,
        unknown
      >[]
      const found = rows.flatMap((row) => Object.values(row).map(String))
      return found.length === 1 && found[0] === 'ok' ? [] : found
    } finally {
      database.close()
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

const found = problems()
if (found.length > 0) {
  process.stdout.write(`${found.join('\n')}\n`)
  process.exitCode = 1
}
