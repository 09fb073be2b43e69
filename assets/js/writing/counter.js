// Counts what stands in a box exactly as the service does (workflows/rules/words.py).
import { CharacterCount } from 'govuk-frontend'

export class Counter extends CharacterCount {
  updateCount () {
    const text = this.$textarea.value
    this.count = this.config.maxwords
      ? (text.match(/\S+/g) ?? []).length
      : [...text.normalize('NFC').trim()].length
  }
}
