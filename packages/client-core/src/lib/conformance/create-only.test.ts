import { testThatTheSuiteNotices } from '../../../test/broken-clients.ts'
import { ClientError } from '../errors.ts'
import { readAll, TIME_MS } from './material.ts'

testThatTheSuiteNotices('create-only writes', [
  {
    mistake: 'lets the last writer win',
    noticedBy: 'other bytes → CLIENT_EXISTS',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        await client.deleteFiles([file])
        return await client.writeFile(file, source, options)
      },
    }),
  },
  {
    mistake: 'looks whether the name is free, and then writes',
    noticedBy: 'twenty writers of one name → exactly one',
    breaks: (client) => ({
      async writeFile(file, source) {
        const bytes = await readAll(source())
        if (client.storage.get(file) !== null) throw new ClientError('CLIENT_EXISTS', 'taken')
        await Promise.resolve()
        client.storage.put(file, bytes, TIME_MS)
        return { ...file, size: bytes.length, createdAtMs: TIME_MS }
      },
    }),
  },
  {
    mistake: 'looks and writes, and another process does the same',
    noticedBy: 'twenty writers of one name over two clients → exactly one',
    breaks: (client) => ({
      async writeFile(file, source) {
        const bytes = await readAll(source())
        if (client.storage.get(file) !== null) throw new ClientError('CLIENT_EXISTS', 'taken')
        await Promise.resolve()
        client.storage.put(file, bytes, TIME_MS)
        return { ...file, size: bytes.length, createdAtMs: TIME_MS }
      },
    }),
  },
  {
    mistake: 'takes its own retry for another writer',
    noticedBy: 'the same bytes twice',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        if (client.storage.get(file) !== null) throw new ClientError('CLIENT_EXISTS', '412')
        return await client.writeFile(file, source, options)
      },
    }),
  },
  {
    mistake: 'compares only sizes',
    noticedBy: 'other bytes → CLIENT_EXISTS',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const stored = client.storage.get(file)
        const bytes = await readAll(source())
        if (stored?.length === bytes.length) return { ...file, size: bytes.length, createdAtMs: TIME_MS }
        return await client.writeFile(file, source, options)
      },
    }),
  },
  {
    mistake: 'forgets the condition when it uploads in parts',
    noticedBy: 'other bytes in a file larger than one part',
    breaks: (client) => ({
      async writeFile(file, source, options) {
        const large = (client.storage.get(file)?.length ?? 0) > 100_000
        if (large) await client.deleteFiles([file])
        return await client.writeFile(file, source, options)
      },
    }),
  },
  {
    mistake: 'says that it never replaces a file, or does not say it',
    noticedBy: 'abilities.createOnly',
    breaks: (client) => ({ abilities: { ...client.abilities, createOnly: false } }),
  },
  {
    mistake: 'remembers what it wrote and does not look again',
    noticedBy: 'deleted and written with other bytes',
    breaks: (client) => {
      const written = new Set<bigint>()
      return {
        async writeFile(file, source, options) {
          if (written.has(file.minTXID)) return { ...file, size: 157, createdAtMs: TIME_MS }
          written.add(file.minTXID)
          return await client.writeFile(file, source, options)
        },
      }
    },
  },
])
