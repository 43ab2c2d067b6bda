/** Go's names of what Node calls otherwise. */
const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const PROCESSORS: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  mipsel: 'mipsle',
  ppc64: 'ppc64le',
}

/** The system and its processor as Litestream's users know them: `linux/amd64`. */
export function goPlatform(platform: string, architecture: string): string {
  return `${SYSTEMS[platform] ?? platform}/${PROCESSORS[architecture] ?? architecture}`
}
