// Marks of a long text by button and by key. The bar stands ready in a template of the page.
import { edit } from './edit.js'
import { bold, link, list, nextItem } from './marking.js'

const VERBS = {
  bold,
  bulleted: (text, from, to) => list(text, from, to, false),
  numbered: (text, from, to) => list(text, from, to, true),
  link
}
const KEYS = { b: 'bold', k: 'link' }
const STEPS = { ArrowRight: 1, ArrowLeft: -1 }
const IS_MAC = /Mac|iP/.test(navigator.platform)

export class Toolbar {
  constructor (form) {
    this.box = form.querySelector('textarea')
    this.bar = form.querySelector('template[data-marks]').content.firstElementChild.cloneNode(true)
    this.buttons = [...this.bar.querySelectorAll('button')]
  }

  start () {
    this.box.before(this.bar)
    this.bar.addEventListener('click', (event) => this.mark(event.target.closest('button')?.dataset.mark))
    this.bar.addEventListener('keydown', (event) => this.move(event))
    this.box.addEventListener('keydown', (event) => this.press(event))
    this.stopAt(0)
  }

  mark (verb) {
    const { value, selectionStart, selectionEnd } = this.box
    if (verb) edit(this.box, VERBS[verb](value, selectionStart, selectionEnd))
  }

  press (event) {
    if (event.isComposing || event.altKey || event.shiftKey) return
    const verb = (IS_MAC ? event.metaKey : event.ctrlKey) && KEYS[event.key.toLowerCase()]
    const next = event.key === 'Enter' && !event.ctrlKey && !event.metaKey && this.next()
    if (!verb && !next) return
    event.preventDefault()
    if (verb) this.mark(verb)
    else edit(this.box, next)
  }

  next () {
    const { value, selectionStart, selectionEnd } = this.box
    return selectionStart === selectionEnd && nextItem(value, selectionStart)
  }

  /** The bar is one stop of the Tab key; arrows lead through it. */
  move (event) {
    const last = this.buttons.length - 1
    const now = this.buttons.indexOf(document.activeElement)
    const place = { Home: 0, End: last }[event.key] ?? (event.key in STEPS ? (now + STEPS[event.key] + last + 1) % (last + 1) : -1)
    if (place < 0) return
    event.preventDefault()
    this.stopAt(place)
    this.buttons[place].focus()
  }

  stopAt (place) {
    this.buttons.forEach((button, number) => { button.tabIndex = number === place ? 0 : -1 })
  }
}
