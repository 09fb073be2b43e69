// Works a cost sheet out while it is written, by the service's own rule, and adds and removes its lines.
const PAUSE = 350
const ANSWER_WITHIN = 12_000

export class Costs {
  constructor (form) {
    this.form = form
    this.timer = 0
    this.asked = 0
  }

  start () {
    this.form.addEventListener('input', () => this.soon())
    this.form.addEventListener('change', () => this.showWhatApplies())
    this.form.addEventListener('click', (event) => this.press(event))
    this.form.addEventListener('put', (event) => this.makeRoom(event.detail))
    this.showWhatApplies()
  }

  soon () {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.workOut(), PAUSE)
  }

  /** Ask the service what it comes to; an answer that was overtaken by another is left aside. */
  async workOut () {
    const asked = ++this.asked
    try {
      const response = await fetch(this.form.dataset.costs, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new URLSearchParams(new FormData(this.form)),
        signal: AbortSignal.timeout(ANSWER_WITHIN)
      })
      if (response.ok) this.show(await response.json(), asked)
    } catch {
      // The next change asks again; that the service cannot be reached is said beside the words.
    }
  }

  show ({ totals, amounts }, asked) {
    if (asked !== this.asked) return
    this.form.querySelector('[data-totals]').innerHTML = totals
    for (const [name, amount] of Object.entries(amounts)) {
      const output = this.form.querySelector(`[data-amount="${name}"]`)
      if (output) output.textContent = amount
    }
    for (const limit of this.form.querySelectorAll('[data-limit]')) {
      const gap = this.form.querySelector(`[data-field="${limit.dataset.limit}-limit"]`)
      limit.textContent = gap ? gap.textContent : ''
    }
  }

  press (event) {
    const button = event.target.closest('button[name="add"], button[name="remove"]')
    if (!button) return
    event.preventDefault()
    if (button.name === 'remove') return this.remove(button.closest('.app-line'))
    const list = button.parentElement.querySelector('[data-lines]')
    this.add(list)?.querySelector('input').focus()
  }

  /** One more line, numbered after the highest there is, so that no two share a name. */
  add (list) {
    const numbers = [...list.children].map((line) => Number(line.dataset.name.split('-').pop()))
    const number = Math.max(-1, ...numbers) + 1
    if (list.children.length >= Number(list.dataset.most)) return null
    const name = list.dataset.lines
    const line = this.form.querySelector(`template[data-line="${name}"]`).content.firstElementChild.cloneNode(true)
    const was = line.dataset.name
    for (const element of [line, ...line.querySelectorAll('*')]) {
      for (const attribute of element.attributes) {
        attribute.value = attribute.value.replaceAll(`${was}-`, `${name}-${number}-`)
        if (attribute.value === was) attribute.value = `${name}-${number}`
      }
    }
    list.append(line)
    return line
  }

  remove (line) {
    const list = line.parentElement
    line.remove()
    list.parentElement.querySelector('button[name="add"]').focus()
    this.form.dispatchEvent(new Event('input', { bubbles: true }))
  }

  /** Before words are put back into the form: a line for every box they need. */
  makeRoom (words) {
    const wanted = new Set(Object.keys(words))
    for (const line of this.form.querySelectorAll('.app-line')) {
      if (![...wanted].some((name) => name.startsWith(`${line.dataset.name}-`))) line.remove()
    }
    for (const list of this.form.querySelectorAll('[data-lines]')) {
      const pattern = new RegExp(`^${list.dataset.lines}-(\\d+)-`)
      const numbers = new Set([...wanted].map((name) => pattern.exec(name)?.[1]).filter(Boolean).map(Number))
      const there = new Set([...list.children].map((line) => Number(line.dataset.name.split('-').pop())))
      for (const number of [...numbers].sort((one, other) => one - other)) {
        while (!there.has(number)) {
          const line = this.add(list)
          if (!line) break
          there.add(Number(line.dataset.name.split('-').pop()))
        }
      }
    }
    this.soon()
  }

  /** Boxes that only one answer needs are hidden under every other. */
  showWhatApplies () {
    for (const part of this.form.querySelectorAll('[data-shown-for]')) {
      const [name, value] = part.dataset.shownFor.split('=')
      part.hidden = new FormData(this.form).get(name) !== value
    }
  }
}
