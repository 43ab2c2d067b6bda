/** A machine that we publish a build for. */
export interface Target {
  /** As in `ltx-native.<platform>.node` and `@ltx/native-<platform>`. */
  readonly platform: string
  /** Rust's name for it. */
  readonly rust: string
  readonly os: string
  readonly cpu: string
  /** Of Linux. */
  readonly libc?: string
}

/** Those that were seen to build. All but the machine's own are built with cargo-zigbuild. */
export const TARGETS: readonly Target[] = [
  { platform: 'linux-x64-gnu', rust: 'x86_64-unknown-linux-gnu', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { platform: 'linux-x64-musl', rust: 'x86_64-unknown-linux-musl', os: 'linux', cpu: 'x64', libc: 'musl' },
  {
    platform: 'linux-arm64-gnu',
    rust: 'aarch64-unknown-linux-gnu',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
  },
  { platform: 'darwin-arm64', rust: 'aarch64-apple-darwin', os: 'darwin', cpu: 'arm64' },
]
