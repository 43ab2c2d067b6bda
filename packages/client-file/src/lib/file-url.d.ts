/**
 * The directory that a `file:` URL means to Litestream, and therefore to everybody's existing replicas: scheme and query go, a
 * fragment stays, the path is cleaned, and percent-encoding is **kept literally**: `file:///a%20b` is a directory called `a%20b`,
 * and so is `file:///a b`. What stands where a host would is the first directory: `file://a/b` is `/a/b`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: another scheme, a user or password, a broken `%` escape, no path
 * @see litestream `replica_url.go`; Go `net/url` `URL.String`
 */
export declare function pathFromFileUrl(url: string): string
//# sourceMappingURL=file-url.d.ts.map
