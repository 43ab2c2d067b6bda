/** What the control socket answers instead of a result. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  /** HTTP. */
  readonly status: number
  /** More for the person who wrote the request. */
  readonly details: string | undefined

  constructor(status: number, message: string, options?: ErrorOptions & { readonly details?: string }) {
    super(message, options)
    this.status = status
    this.details = options?.details
  }
}
