import type { Target } from './targets.ts'

type Manifest = Readonly<Record<string, unknown>>

/** The manifest of a prebuilt package: as napi's, so that a package manager installs it only where it fits. */
export function prebuiltManifest(main: Manifest, { platform, os, cpu, libc }: Target): Manifest {
  const file = `ltx-native.${platform}.node`
  return {
    name: `@ltx/native-${platform}`,
    version: main['version'],
    description: `The native addon of ltx for ${platform}; installed by @ltx/native`,
    license: main['license'],
    repository: main['repository'],
    files: [file],
    main: file,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    engines: main['engines'],
    publishConfig: { access: 'public' },
  }
}

/** The main manifest as it is published: it asks for the prebuilt packages of its own version, any of which may be missing. */
export function withPrebuilt(main: Manifest, platforms: readonly string[]): Manifest {
  const version = main['version']
  const optionalDependencies = Object.fromEntries(
    platforms.map((platform) => [`@ltx/native-${platform}`, version]),
  )
  return { ...main, optionalDependencies }
}

/** The main manifest as it is in the repository, which cannot ask for packages that are not published yet. */
export function withoutPrebuilt(main: Manifest): Manifest {
  return Object.fromEntries(Object.entries(main).filter(([key]) => key !== 'optionalDependencies'))
}
