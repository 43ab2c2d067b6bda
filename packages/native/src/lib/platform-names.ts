/**
 * Names of the builds that may fit, in napi's way: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`. On Linux there are two, because
 * which C library there is shows when one of them loads.
 *
 * @param platform As in `process.platform`. @param arch As in `process.arch`.
 */
export function platformNames(platform: string, arch: string): readonly string[] {
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`]
  return [platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`]
}
