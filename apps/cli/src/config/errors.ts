/** Something in the configuration file that cannot be used. The message names the file, the line and the key where there are any. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Where in a file something stands. */
export function placeOf(file: string, line: number): string {
  return `${file}:${line}`
}
