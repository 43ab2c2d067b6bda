export type NodeCallback<Result> = (error: Error | null, result?: Result) => void

/**
 * The result that Node hands to a callback. What `node:fs/promises` does costs several times as much: its own promises and file objects,
 * where the call itself is a few microseconds.
 */
export function fromCallback<Result>(begin: (tell: NodeCallback<Result>) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    begin((error, result) => {
      if (error === null || error === undefined) resolve(result as Result)
      else reject(error)
    })
  })
}
