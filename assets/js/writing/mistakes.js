// Says beside a box of a form what is wrong with it, as a page of the service would; nothing once it is right.
const BOX = ':scope > :is(.govuk-input, .govuk-input__wrapper, .govuk-textarea, .govuk-select, .govuk-radios, .govuk-checkboxes, .govuk-date-input)'

/** The group of a question: of all its boxes together where it has several. */
const groupOf = (field) => field.closest('fieldset')?.closest('.govuk-form-group') ?? field.closest('.govuk-form-group')
const fieldOf = (form, name) => form.querySelector(`[name="${name}"]`)

/** The words of a question, as they stand above its boxes. */
export function labelOf (form, name) {
  return groupOf(fieldOf(form, name)).querySelector('legend, label').textContent.trim()
}

export class Mistakes {
  constructor (form) {
    this.form = form
  }

  /** Show these and no others: what is wrong, by the name of the box. */
  show (mistakes) {
    for (const said of this.form.querySelectorAll('[data-mistake]')) this.remove(said)
    for (const [name, text] of Object.entries(mistakes)) this.add(fieldOf(this.form, name), name, text)
  }

  /** Lead to the first of them, if there are any. */
  focus () {
    const said = this.form.querySelector('[data-mistake]')
    if (said) fieldOf(this.form, said.dataset.mistake).focus()
  }

  add (field, name, text) {
    const group = groupOf(field)
    const said = document.createElement('p')
    said.className = 'govuk-error-message'
    said.id = `${name}-mistake`
    said.dataset.mistake = name
    said.textContent = text
    const within = group.querySelector(':scope > fieldset') ?? group
    within.querySelector(BOX).before(said)
    this.mark(group, true)
    this.describe(field, (ids) => [...ids, said.id])
  }

  remove (said) {
    const field = fieldOf(this.form, said.dataset.mistake)
    this.mark(groupOf(field), false)
    this.describe(field, (ids) => ids.filter((id) => id !== said.id))
    said.remove()
  }

  mark (group, isWrong) {
    group.classList.toggle('govuk-form-group--error', isWrong)
    for (const box of group.querySelectorAll('.govuk-input, .govuk-textarea')) {
      box.classList.toggle(`${box.classList[0]}--error`, isWrong)
    }
  }

  describe (field, change) {
    const described = field.closest('fieldset') ?? field
    const ids = (described.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
    described.setAttribute('aria-describedby', change(ids).join(' '))
  }
}
