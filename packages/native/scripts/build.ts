// Compiles the addon for this machine into ltx-native.<platform>.node beside package.json. Without a usable cargo it says so and ends
// well, because the addon is optional; with NATIVE=1 it fails.
import path from 'node:path'
import { cargoDefect, compile, ROOT, thisPlatform } from './compile.ts'

const defect = cargoDefect()
if (defect === null) {
  const file = `ltx-native.${thisPlatform()}.node`
  compile(path.join(ROOT, file), null)
  console.log(`native: ${file}`)
} else {
  console.log(`native: skipped, cargo is not usable (${defect})`)
  if (process.env['NATIVE'] === '1') process.exitCode = 1
}
