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

  add (list) {
    if (list.children.length >= Number(list.dataset.most)) return null
    const name = list.dataset.lines
    const line = this.form.querySelector(`template[data-line="${name}"]`).content.firstElementChild.cloneNode(true)
    list.append(line)
    this.number(list)
    return line
  }

  remove (line) {
    const list = line.parentElement
    line.remove()
    this.number(list)
    list.parentElement.querySelector('button[name="add"]').focus()
    this.form.dispatchEvent(new Event('input', { bubbles: true }))
  }

  /** Lines are numbered from nought without a gap, as the service numbers them. */
  number (list) {
    for (const [number, line] of [...list.children].entries()) {
      const was = line.dataset.name
      const name = `${list.dataset.lines}-${number}`
      if (was === name) continue
      for (const element of [line, ...line.querySelectorAll('*')]) {
        for (const attribute of element.attributes) {
          if (attribute.value === was) attribute.value = name
          else attribute.value = attribute.value.replaceAll(`${was}-`, `${name}-`)
        }
      }
    }
  }

  /** Before words are put back into the form: as many lines as they fill. */
  makeRoom (words) {
    for (const list of this.form.querySelectorAll('[data-lines]')) {
      const pattern = new RegExp(`^${list.dataset.lines}-(\\d+)-`)
      const numbers = Object.keys(words).map((name) => Number(pattern.exec(name)?.[1] ?? -1))
      const wanted = Math.max(-1, ...numbers) + 1
      while (list.children.length > wanted) list.lastElementChild.remove()
      while (list.children.length < wanted && this.add(list));
    }
    this.soon()
  }

  /** What only some answers need is hidden under every other. */
  showWhatApplies () {
    for (const part of this.form.querySelectorAll('[data-shown-for]')) {
      const [name, values] = part.dataset.shownFor.split('=')
      part.hidden = !values.split(' ').includes(new FormData(this.form).get(name))
    }
  }
}
