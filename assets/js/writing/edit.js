// Typing line after line takes browsers a time that grows with its square: so many take half a second.
const MOST_LINES = 500

/** Put words in place of others in a box as if they were typed, so that the browser's own undo takes them back. */
export function edit (box, { start, end, words, from = start + words.length, to = from }) {
  box.focus()
  box.setSelectionRange(start, end)
  if (words.split('\n').length > MOST_LINES || !typed(words)) {
    box.setRangeText(words, start, end)
    box.dispatchEvent(new Event('input', { bubbles: true }))
  }
  box.setSelectionRange(from, to)
  box.dispatchEvent(new Event('keyup', { bubbles: true }))
}

const typed = (words) => document.execCommand(words ? 'insertText' : 'delete', false, words)
