/** TypeScript source with parts blanked out. Every variant has the length and the line breaks of the original. */
export interface StrippedSource {
  /** Without comments; strings are kept. */
  readonly withoutComments: string
  /** Without comments, and with the insides of strings, templates and regular expressions blanked. */
  readonly code: string
  /** Only the comments. */
  readonly comments: string
}

/** After one of these characters a slash starts a regular expression; after anything else it divides. */
const BEFORE_REGEX = new Set('(,=:[!&|?{};+-*%~^<>'.split(''))
const WORDS_BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|await|yield|throw)$/

/**
 * Tells code, strings and comments apart without a parser. Knows nested templates; a slash is a regular expression
 * when what stands before it cannot end an expression. Wrong only for sources that the formatter would not leave.
 */
export function stripSource(text: string): StrippedSource {
  return new Stripper(text).run()
}

type Part = 'code' | 'string' | 'comment'

class Stripper {
  readonly #text: string
  readonly #parts: Part[] = []
  #at = 0
  /** What the code so far ends in, blanks left out: enough to judge a slash. */
  #tail = ''

  constructor(text: string) {
    this.#text = text
  }

  run(): StrippedSource {
    this.#code(false)
    return {
      withoutComments: this.#pick((part) => part !== 'comment'),
      code: this.#pick((part) => part === 'code'),
      comments: this.#pick((part) => part === 'comment'),
    }
  }

  #pick(keep: (part: Part) => boolean): string {
    let picked = ''
    for (let i = 0; i < this.#text.length; i++) {
      const char = this.#text.charAt(i)
      picked += char === '\n' || keep(this.#parts[i] ?? 'code') ? char : ' '
    }
    return picked
  }

  #take(part: Part, count = 1): void {
    for (let i = 0; i < count && this.#at < this.#text.length; i++) {
      this.#parts[this.#at] = part
      const char = this.#text.charAt(this.#at++)
      if (part === 'code' && char.trim() !== '') this.#tail = (this.#tail + char).slice(-12)
      else if (part === 'code' && !this.#tail.endsWith(' ')) this.#tail = `${this.#tail} `.slice(-12)
    }
  }

  /** Reads code to the end, or, inside a template's `${`, to the brace that closes it. */
  #code(insideTemplate: boolean): void {
    let depth = 0
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at)
      if (insideTemplate && char === '}' && depth === 0) return
      if (char === '{') depth++
      if (char === '}') depth--
      if (this.#text.startsWith('//', this.#at)) this.#comment('\n', 0)
      else if (this.#text.startsWith('/*', this.#at)) this.#comment('*/', 2)
      else if (char === '#' && this.#at === 0 && this.#text.startsWith('#!')) this.#comment('\n', 0)
      else if (char === "'" || char === '"') this.#quoted(char)
      else if (char === '`') this.#template()
      else if (char === '/' && this.#startsRegex()) this.#regex()
      else this.#take('code')
    }
  }

  #comment(end: string, endLength: number): void {
    const found = this.#text.indexOf(end, this.#at + 2)
    this.#take('comment', (found === -1 ? this.#text.length : found + endLength) - this.#at)
  }

  #quoted(quote: string): void {
    this.#take('code')
    while (this.#at < this.#text.length && this.#text[this.#at] !== quote && this.#text[this.#at] !== '\n') {
      this.#take('string', this.#text[this.#at] === '\\' ? 2 : 1)
    }
    this.#take('code')
  }

  #template(): void {
    this.#take('code')
    while (this.#at < this.#text.length && this.#text[this.#at] !== '`') {
      if (this.#text.startsWith('${', this.#at)) {
        this.#take('code', 2)
        this.#code(true)
        this.#take('code')
      } else {
        this.#take('string', this.#text[this.#at] === '\\' ? 2 : 1)
      }
    }
    this.#take('code')
  }

  #startsRegex(): boolean {
    const tail = this.#tail.trimEnd()
    return tail === '' || BEFORE_REGEX.has(tail.charAt(tail.length - 1)) || WORDS_BEFORE_REGEX.test(tail)
  }

  #regex(): void {
    this.#take('code')
    let insideClass = false
    while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') {
      const char = this.#text.charAt(this.#at)
      if (char === '/' && !insideClass) break
      if (char === '[') insideClass = true
      if (char === ']') insideClass = false
      this.#take('string', char === '\\' ? 2 : 1)
    }
    this.#take('code')
  }
}
