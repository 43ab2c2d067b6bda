import type { Registry } from 'prom-client'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^(?<name>[a-z_:][a-z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/

/** The samples of a scrape, in its order. */
export function parseSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const { name, labels = '', value } = LINE.exec(line)?.groups ?? {}
    if (name === undefined || value === undefined) return []
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', word = '']) => [key, word])
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }]
  })
}

/** The kind of each metric of a scrape, by its name. */
export function parseKinds(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return new Map(found.map(([, name = '', kind = '']) => [name, kind]))
}

export async function samplesOf(registry: Registry): Promise<Sample[]> {
  return parseSamples(await registry.metrics())
}
