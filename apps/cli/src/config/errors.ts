/** Something in the configuration file that cannot be used. The message names the file, the line and the key where there are any. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** What else is odd about the file, as far as it was read: to be told before the error. */
  readonly warnings: readonly string[]

  constructor(message: string, options: ErrorOptions & { readonly warnings?: readonly string[] } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.warnings = options.warnings ?? []
  }
}

/** Where in a file something stands. */
export function placeOf(file: string, line: number): string {
  return `${file}:${line}`
}
