// The words of a page that saves by itself: they stand ready in its templates, one is shown at a time.
export class Notices {
  constructor (form) {
    this.status = form.querySelector('[data-saved]')
    this.place = form.querySelector('[data-notice]')
    this.shown = ''
  }

  /** Say beside the answer how it stands: a short word, or the time it was saved. */
  say (name, time = '') {
    const words = this.words(`status-${name}`)
    const slot = words.querySelector('[data-time]')
    if (slot) slot.textContent = time
    this.status.replaceChildren(words)
  }

  /** Show the notice of this name, filled in; what it returns is the notice on the page. */
  show (name, texts = {}) {
    if (this.shown !== name || Object.keys(texts).length) {
      const words = this.words(name)
      for (const [slot, text] of Object.entries(texts)) {
        words.querySelector(`[data-slot="${slot}"]`).textContent = text
      }
      this.place.replaceChildren(words)
      this.shown = name
    }
    return this.place
  }

  clear (...names) {
    if (names.length && !names.includes(this.shown)) return
    this.place.replaceChildren()
    this.shown = ''
  }

  words (name) {
    return document.querySelector(`template[data-words="${name}"]`).content.cloneNode(true)
  }
}
