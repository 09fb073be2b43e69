// Words pasted from a word processor or a mail keep their bold, lists and links as marks; what cannot be kept
// is named beside the box, and one press brings the plain text instead.
import { edit } from './edit.js'
import { readHtml } from './html.js'
import { ITEM, plain } from './marks.js'

const squeezed = (text) => text.replace(/\s+/g, ' ').trim()

export class Pasting {
  constructor (form) {
    this.box = form.querySelector('textarea')
    this.place = form.querySelector('[data-pasted]')
    this.words = form.querySelector('template[data-words="pasted"]').content.firstElementChild
    this.pasted = null
  }

  start () {
    this.box.addEventListener('paste', (event) => this.paste(event))
    this.box.addEventListener('input', () => this.offerPlain())
    this.place.addEventListener('click', (event) => event.target.closest('button') && this.takePlain())
  }

  paste (event) {
    this.pasted = null
    this.place.replaceChildren()
    const clipboard = event.clipboardData
    const typed = clipboard.getData('text/plain').replace(/\r\n?/g, '\n')
    const html = clipboard.getData('text/html')
    const read = html ? readHtml(html) : { text: typed, leftOut: picturesIn(clipboard), isFlattened: false }
    const isPlain = squeezed(read.text) === squeezed(typed)
    if (isPlain && !Object.keys(read.leftOut).length) return
    event.preventDefault()
    if (read.text) this.insert(read.text, typed)
    this.say(read)
  }

  insert (text, typed) {
    const { value, selectionStart: start, selectionEnd: end } = this.box
    const before = ITEM.test(text) && start > 0 && value[start - 1] !== '\n' ? '\n' : ''
    const after = ITEM.test(text.split('\n').pop()) && end < value.length && value[end] !== '\n' ? '\n' : ''
    const words = before + text + after
    edit(this.box, { start, end, words })
    this.pasted = { start, words, typed }
  }

  say ({ text, leftOut, isFlattened }) {
    const notice = this.words.cloneNode(true)
    const left = this.inWords(leftOut)
    const said = { marked: plain(text) !== text, nothing: !text, flattened: isFlattened, 'left-out': left }
    notice.querySelector('[data-slot="left-out"]').textContent = left
    for (const each of notice.querySelectorAll('[data-if]')) if (!said[each.dataset.if]) each.remove()
    this.place.replaceChildren(notice)
    this.offerPlain()
  }

  /** The things left out, each with its number: the page names them, one and several. */
  inWords (leftOut) {
    const names = JSON.parse(this.words.dataset.names)
    return Object.entries(leftOut).map(([thing, count]) => `${count} ${names[thing][count === 1 ? 0 : 1]}`).join(', ')
  }

  /** The way to the plain text is open as long as what was pasted stands in the box as it came. */
  offerPlain () {
    const button = this.place.querySelector('button')
    if (button) button.hidden = !this.isUntouched()
  }

  isUntouched () {
    if (!this.pasted?.typed) return false
    const { start, words } = this.pasted
    return this.box.value.slice(start, start + words.length) === words
  }

  takePlain () {
    const { start, words, typed } = this.pasted
    this.pasted = null
    this.place.replaceChildren()
    edit(this.box, { start, end: start + words.length, words: typed })
  }
}

function picturesIn (clipboard) {
  const count = [...clipboard.files].filter(({ type }) => type.startsWith('image/')).length
  return count ? { picture: count } : {}
}
