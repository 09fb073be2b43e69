// Reads the HTML of word processors, mails and pages as lines of words, bold or linked; counts what words cannot hold.
import { written } from './html_lines.js'

const APART = /^(?:p|h[1-6]|table|blockquote|pre|dl)$/
const BLOCK = /^(?:address|article|aside|caption|center|dd|div|dt|fieldset|figcaption|figure|footer|form|header|hr|li|main|nav|ol|section|ul)$/
const BOLD = /^(?:b|strong|th|h[1-6])$/
const UNSEEN = /^(?:head|noscript|script|style|template|title)$/
const LEFT_OUT = {
  audio: 'embedded', canvas: 'drawing', del: 'deletion', embed: 'embedded', iframe: 'embedded', img: 'picture',
  math: 'formula', 'm:omath': 'formula', object: 'embedded', svg: 'drawing', 'v:shape': 'drawing', video: 'embedded'
}
const RAISED = { sup: ['0123456789+-=()n', '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ'], sub: ['0123456789+-=()', '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎'] }
const WORD_LIST = /mso-list:\s*l\d+ level(\d+)/i
const WORD_BULLET = /mso-list:\s*ignore/i
const WORD_COMMENT = /mso-element:\s*comment\b(?!-)/i

/** HTML as a text with marks; what was left out, by kind and number; whether lists lost their inner levels. */
export function readHtml (html) {
  const reading = new Reading()
  reading.walk(new DOMParser().parseFromString(unstyled(html), 'text/html').body, { isBold: false, address: '' })
  return { text: written(reading.lines), leftOut: reading.leftOut, isFlattened: reading.isFlattened }
}

/** The same with its styles as data: the page's policy has a browser complain of every style, shown or not. */
const unstyled = (html) => html.replace(/<[^<>]*>/g, (tag) =>
  tag.replace(/\sstyle=/gi, ' data-style=').replace(/^<(\/?)style\b/i, '<$1template'))

const styleOf = (node) => node.dataset?.style ?? ''

class Reading {
  constructor () {
    this.lines = []
    this.line = null
    this.next = {}
    this.lists = []
    this.leftOut = {}
    this.isFlattened = false
    this.isFormula = false
  }

  walk (node, look) {
    if (node.nodeType === Node.TEXT_NODE) this.say(node.data, look)
    else if (node.nodeType === Node.ELEMENT_NODE) this.element(node, look)
    else if (/^\[if !msEquation\]/.test(node.data)) this.isFormula = true // Word shows a formula as a picture next
  }

  inside (node, look) {
    node.childNodes.forEach((each) => this.walk(each, look))
  }

  element (node, look) {
    const name = node.localName
    const style = styleOf(node)
    const thing = WORD_COMMENT.test(style) ? 'comment' : node.classList.contains('msoDel') ? 'deletion' : LEFT_OUT[name]
    if (thing) return this.leave(thing)
    if (UNSEEN.test(name) || WORD_BULLET.test(style) || node.classList.contains('msocomanchor')) return
    if (name === 'br') return this.breakLine()
    const seen = { isBold: isBold(name, style, look), address: name === 'a' ? addressOf(node) : look.address }
    const raised = raisedText(name, style, node)
    if (raised) return this.say(raised, seen)
    if (name === 'table') return this.table(node, seen)
    if (!APART.test(name) && !BLOCK.test(name)) return this.inside(node, seen)
    this.begin({ ...(APART.test(name) && { isApart: true }), ...this.itemOf(node, name, style) })
    this.within(node, name, seen)
    this.end()
  }

  /** What a block holds; inside a list its items know which they are. */
  within (node, name, look) {
    const isList = ['ol', 'ul'].includes(name)
    if (isList) this.lists.push({ isNumbered: name === 'ol', number: numberIn(node, 'start', 1) })
    this.isFlattened ||= this.lists.length > 1
    this.inside(node, look)
    if (isList) this.lists.pop()
  }

  itemOf (node, name, style) {
    const level = WORD_LIST.exec(style)?.[1]
    if (level) {
      this.isFlattened ||= level > 1
      return { isItem: true, mark: wordMark(node) }
    }
    if (name !== 'li') return {}
    const list = this.lists[this.lists.length - 1]
    if (!list?.isNumbered) return { isItem: true, mark: '- ' }
    const number = numberIn(node, 'value', list.number)
    list.number = number + 1
    return { isItem: true, mark: `${number}. ` }
  }

  /** A row is a line, its cells parted by a stroke. A row of one cell only lays out a page: it is a block. */
  table (node, look) {
    if (node.caption) this.walk(node.caption, look)
    const rows = [...node.rows]
    rows.forEach((row, number) => {
      this.begin({ isApart: number === 0 || row.cells.length < 2 })
      const cells = row.cells.length > 1 ? [...row.cells].map((cell) => this.cell(cell, look)) : []
      if (!cells.length) this.inside(row, look)
      else if (cells.some((runs) => runs.length)) this.put(cells.flatMap((runs, place) => place ? [{ text: ' | ' }, ...runs] : runs))
      this.end()
    })
  }

  cell (node, look) {
    const { lines, line, next } = this
    Object.assign(this, { lines: [], line: null, next: {} })
    this.walk(node, look)
    const runs = this.lines.flatMap(({ mark = '', runs }) => [{ text: ` ${mark}` }, ...runs])
    Object.assign(this, { lines, line, next })
    return runs
  }

  say (typed, look) {
    const text = typed.replace(/\s+/g, ' ')
    if (this.line) this.line.runs.push({ text, ...look })
    else if (text.trim()) this.put([{ text, ...look }])
  }

  put (runs) {
    this.line = { ...this.next, runs }
    this.next = {}
    this.lines.push(this.line)
  }

  begin (next) {
    this.line = null
    this.next = { ...this.next, ...next }
  }

  end () {
    this.line = null
    this.next = {}
  }

  breakLine () {
    if (!this.line) this.next.isApart = true
    this.line = null
  }

  leave (thing) {
    const what = thing === 'picture' && this.isFormula ? 'formula' : thing
    this.isFormula = false
    this.leftOut[what] = (this.leftOut[what] ?? 0) + 1
  }
}

function isBold (name, style, look) {
  const weight = /(?:^|[;\s])font-weight:\s*(\w+)/i.exec(style)?.[1].toLowerCase()
  if (weight) return weight.startsWith('bold') || weight >= 600
  return look.isBold || BOLD.test(name)
}

/** Where a link leads, written so that it can stand in a mark; nothing where it leads nowhere outside. */
function addressOf (node) {
  try {
    const { protocol, href } = new URL(node.getAttribute('href'))
    const address = href.replace(/[()]/g, (sign) => sign === '(' ? '%28' : '%29')
    return /^(?:https?|mailto):$/.test(protocol) && /^[!#-'*-;=?-~]{1,2000}$/.test(address) ? address : ''
  } catch {
    return ''
  }
}

/** m2 is not m²: raised and lowered figures keep their height where there are signs for them. */
function raisedText (name, style, node) {
  const way = RAISED[name] ? name : /vertical-align:\s*(sup|sub)/i.exec(style)?.[1].toLowerCase()
  if (!way) return ''
  const text = node.textContent.trim()
  const [flat, raised] = RAISED[way]
  return text && [...text].every((sign) => flat.includes(sign)) && [...text].map((sign) => raised[flat.indexOf(sign)]).join('')
}

/** The mark of an item of Word's: its number, or a dash; any other label stays as words behind it. */
function wordMark (node) {
  const bullet = [...node.querySelectorAll('[data-style]')].find((each) => WORD_BULLET.test(styleOf(each)))
  const label = (bullet?.textContent ?? '').replace(/\s+/g, '')
  const number = /^\(?([0-9]{1,3})[.)]$/.exec(label)?.[1]
  if (number) return `${Number(number)}. `
  return /^\(?[0-9a-z.]+[.)]$/i.test(label) ? `- ${label} ` : '- '
}

function numberIn (node, attribute, otherwise) {
  const number = Number.parseInt(node.getAttribute(attribute))
  return number >= 0 ? number : otherwise
}
