// Sets and takes away marks in a text: each verb says what to put in place of what, and what is chosen then.
import { ITEM } from './marks.js'

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i
const NO_ADDRESS = 'https://'

/** Bold for what is chosen, line by line, or for the word at the cursor; no longer bold where it was. */
export function bold (text, from, to) {
  const { start, end } = wordsIn(text, from, to)
  if (text.slice(start - 2, start) === '**' && text.slice(end, end + 2) === '**') {
    return { start: start - 2, end: end + 2, words: text.slice(start, end), from: start - 2, to: end - 2 }
  }
  if (start === end) return { start, end, words: '****', from: start + 2, to: start + 2 }
  const lines = text.slice(start, end).split('\n').map((line) => {
    const item = ITEM.exec(line)?.[0] ?? ''
    return { item, words: line.slice(item.length).trim() }
  })
  const isBold = lines.every(({ words }) => !words || /^\*\*.+\*\*$/.test(words))
  const words = lines.map(({ item, words }) => {
    const bare = words.replaceAll('**', '')
    return item + (isBold || !bare ? bare : `**${bare}**`)
  }).join('\n')
  const [inner, outer] = lines.length > 1 || isBold ? [0, 0] : [2, 2]
  return { start, end, words, from: start + inner, to: start + words.length - outer }
}

/** The lines that are chosen as a list, or no longer as one where each of them was an item of this kind. */
export function list (text, from, to, isNumbered) {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const end = endOfLine(text, to > from && text[to - 1] === '\n' ? to - 1 : to)
  const lines = text.slice(start, end).split('\n')
  const filled = lines.filter((line) => line.trim())
  const isList = filled.length > 0 && filled.every((line) => ITEM.test(line) && Boolean(ITEM.exec(line)[1]) === isNumbered)
  let number = 0
  const words = lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line
    const bare = line.replace(ITEM, '')
    return isList ? bare : (isNumbered ? `${++number}. ` : '- ') + bare
  }).join('\n')
  return { start, end, words, from: lines.length > 1 ? start : start + words.length, to: start + words.length }
}

/** A link on what is chosen, or on the word at the cursor; what is still to be given is chosen then. */
export function link (text, from, to) {
  const { start, end } = wordsIn(text, from, Math.min(to, endOfLine(text, from)))
  const chosen = text.slice(start, end)
  if (ADDRESS.test(chosen)) return { start, end, words: `[](${chosen})`, from: start + 1, to: start + 1 }
  const words = `[${chosen}](${NO_ADDRESS})`
  if (!chosen) return { start, end, words, from: start + 1, to: start + 1 }
  return { start, end, words, from: start + words.length - 1 - NO_ADDRESS.length, to: start + words.length - 1 }
}

/** What Enter does in a list: the next item, or, in an empty one, the end of the list. Nothing elsewhere. */
export function nextItem (text, place) {
  const start = text.lastIndexOf('\n', place - 1) + 1
  const end = endOfLine(text, place)
  const item = ITEM.exec(text.slice(start, end))
  if (!item || place < start + item[0].length) return null
  if (!text.slice(start + item[0].length, end).trim()) return { start, end, words: '', from: start, to: start }
  const words = `\n${item[1] ? `${Number(item[1]) + 1}. ` : item[0]}`
  return { start: place, end: place, words, from: place + words.length, to: place + words.length }
}

/** What is chosen without the space around it; the word at the cursor where nothing is. */
function wordsIn (text, start, end) {
  if (start === end) {
    while (/[\p{L}\p{N}]/u.test(text[start - 1] ?? '')) start--
    while (/[\p{L}\p{N}]/u.test(text[end] ?? '')) end++
  }
  while (start < end && /\s/.test(text[start])) start++
  while (end > start && /\s/.test(text[end - 1])) end--
  return { start, end }
}

function endOfLine (text, place) {
  const end = text.indexOf('\n', place)
  return end < 0 ? text.length : end
}
