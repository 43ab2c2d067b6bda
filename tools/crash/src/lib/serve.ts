/** A request to a program of ours in another process, and its answer. */
export interface Request {
  readonly call: number
  readonly method: string
  readonly args: readonly unknown[]
}

export type Reply =
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly error: string; readonly code: string | undefined }
  | { readonly event: unknown }

/** Answers requests of the process that started this one, until it goes away. */
export function serve(methods: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  process.on('message', (request: Request) => {
    void answer(methods, request).then((reply) => process.send?.(reply))
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ event: 'ready' } satisfies Reply)
}

/** Tells the process that started this one something it did not ask for. */
export function tell(event: unknown): void {
  process.send?.({ event } satisfies Reply)
}

async function answer(
  methods: Readonly<Record<string, (...args: never[]) => unknown>>,
  { call, method, args }: Request,
): Promise<Reply> {
  try {
    const act = methods[method]
    if (act === undefined) throw new Error(`no method ${method}`)
    return { call, value: await act(...(args as never[])) }
  } catch (error) {
    const { code } = error as { code?: unknown }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { call, error: text, code: typeof code === 'string' ? code : undefined }
  }
}
