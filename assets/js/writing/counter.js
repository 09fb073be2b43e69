// Counts what stands in a box exactly as the service does (workflows/rules/words.py); marks do not count.
import { CharacterCount } from 'govuk-frontend'
import { plain } from './marks.js'

export class Counter extends CharacterCount {
  updateCount () {
    const typed = this.$textarea.value
    const text = 'marked' in this.$textarea.form.dataset ? plain(typed) : typed
    this.count = this.config.maxwords
      ? (text.match(/\S+/g) ?? []).length
      : [...text.normalize('NFC').trim()].length
  }
}
