// Reads the marks of a long text as the service does (workflows/rules/marked.py).
const LINE_END = /\r\n|[\n\r\u2028\u2029]/
const MARK = /\[([^[\]]+)\]\((?:https?:\/\/|mailto:)[!#-'*-;=?-~]{1,2000}\)|\*+/gi
const BOLD = '**'

/** How a line begins that is, or becomes, an item of a list; its number where it has one. */
export const ITEM = /^(?:[-*•]|(0|[1-9][0-9]{0,2})\.)[ \t\u00a0]+/

/** The text without its marks, line for line: what is counted. */
export const plain = (text) => /\S/.test(text) ? text.split(LINE_END).map(said).join('\n') : ''

function said (line) {
  const begin = ITEM.exec(line)?.[0].length
  return withoutMarks(/^\S/.test(line.slice(begin)) ? line.slice(begin) : line)
}

function withoutMarks (line) {
  const marks = [...line.matchAll(MARK)].filter(([, words]) => words === undefined || /\S/.test(words))
  const turns = new Set(turnsOf(line, marks.filter(([sign]) => sign === BOLD).map(({ index }) => index)))
  let words = ''
  let place = 0
  for (const { 0: sign, 1: linked, index } of marks) {
    if (linked === undefined && !turns.has(index)) continue
    words += line.slice(place, index) + (linked === undefined ? '' : withoutMarks(linked))
    place = index + sign.length
  }
  return words + line.slice(place)
}

/** Where bold begins and ends: stars right before a word, and the next ones right after one. */
function turnsOf (line, stars) {
  const turns = []
  let opened = -1
  for (const place of stars) {
    if (opened >= 0 && /\S/.test(line[place - 1])) {
      turns.push(opened, place)
      opened = -1
    } else if (/\S/.test(line[place + BOLD.length] ?? '')) {
      opened = place
    }
  }
  return turns
}
