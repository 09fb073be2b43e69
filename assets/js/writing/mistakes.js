// Says beside a box of a form what is wrong with it, as a page of the service would; nothing once it is right.
const BOX = ':scope > :is(.app-toolbar, .govuk-input, .govuk-input__wrapper, .govuk-textarea, .govuk-select, .govuk-radios, .govuk-checkboxes, .govuk-date-input)'
const SEVERAL = '.govuk-radios, .govuk-checkboxes, .govuk-date-input'
const FROM_THE_SERVICE = '.govuk-error-message[id$="-error"]'

/** The group of a question: of all its boxes together where it has several. */
const groupOf = (field) => (field.closest(SEVERAL) ?? field).closest('.govuk-form-group')
/** A box by its name, or by its id where several have the same name. */
const fieldOf = (form, name) => form.querySelector(`[name="${name}"]`) ?? form.querySelector(`[id="${name}"]`)
/** What a message belongs to: the box, or the set of boxes of a question that has several. */
const describedBy = (field) => groupOf(field).querySelector(':scope > fieldset') ?? field

/** The words of a question, as they stand above its boxes. */
export function labelOf (form, name) {
  return groupOf(fieldOf(form, name)).querySelector('legend, label').textContent.trim()
}

export class Mistakes {
  constructor (form) {
    this.form = form
  }

  /** Show these and no others, nor those the page came with: what is wrong, by the name of the box. */
  show (mistakes) {
    document.querySelector('.govuk-error-summary')?.remove()
    for (const said of this.form.querySelectorAll(`[data-mistake], ${FROM_THE_SERVICE}`)) this.remove(said)
    for (const [name, text] of Object.entries(mistakes)) this.add(name, text)
  }

  /** Lead to the first of them; whether there are any. */
  focus () {
    const { first } = this
    if (first) fieldOf(this.form, first.dataset.mistake).focus()
    return first !== null
  }

  get first () {
    return this.form.querySelector('[data-mistake]')
  }

  add (name, text) {
    const field = fieldOf(this.form, name)
    if (!field) return // its line was taken out meanwhile
    const group = groupOf(field)
    const said = document.createElement('p')
    said.className = 'govuk-error-message'
    said.id = `${name}-mistake`
    said.dataset.mistake = name
    said.textContent = text
    const within = group.querySelector(':scope > fieldset') ?? group
    within.querySelector(BOX).before(said)
    this.mark(group, true)
    this.describe(describedBy(field), (ids) => [...ids, said.id])
  }

  remove (said) {
    const group = said.closest('.govuk-form-group')
    if (group) this.mark(group, false)
    for (const described of this.form.querySelectorAll(`[aria-describedby~="${said.id}"]`)) {
      this.describe(described, (ids) => ids.filter((id) => id !== said.id))
    }
    said.remove()
  }

  mark (group, isWrong) {
    group.classList.toggle('govuk-form-group--error', isWrong)
    for (const box of group.querySelectorAll('.govuk-input, .govuk-textarea, .govuk-select')) {
      box.classList.toggle(`${box.classList[0]}--error`, isWrong)
    }
  }

  describe (described, change) {
    const ids = (described.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
    described.setAttribute('aria-describedby', change(ids).join(' '))
  }
}
