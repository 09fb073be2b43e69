// Takes out of a form what nobody types and no page can show, exactly as the service does (workflows/rules/words.py).
const HIDDEN = /(?![\t\n\r\u0085])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffd-\uffff]/gu
const BREAKS = ['\v', '\f']

const shown = (text, lineEnd) => text.replace(HIDDEN, (sign) => BREAKS.includes(sign) ? lineEnd : '')

/** Clean every box of a form that holds hidden signs, and leave the caret where it was; these boxes. */
export function takeOutHidden (form) {
  return [...form.querySelectorAll('textarea, input[type=text]')].filter(clean)
}

function clean (box) {
  const { value, selectionStart, selectionEnd } = box
  const read = (text) => shown(text, box.localName === 'textarea' ? '\n' : ' ')
  if (read(value) === value) return false
  box.value = read(value)
  if (box === document.activeElement) {
    box.setSelectionRange(read(value.slice(0, selectionStart)).length, read(value.slice(0, selectionEnd)).length)
  }
  box.dispatchEvent(new Event('input', { bubbles: true }))
  box.dispatchEvent(new Event('keyup', { bubbles: true }))
  return true
}
