// Writes lines of words, bold or linked, as a text with marks.

/** The lines as a text: paragraphs and lists apart, the items of one list together. */
export function written (lines) {
  const texts = []
  let before = null
  for (const line of lines) {
    const words = inMarks(line.runs)
    if (!words) continue
    const isApart = line.isApart && !line.isItem
    if (before && (isApart || Boolean(line.isItem) !== Boolean(before.isItem))) texts.push('')
    texts.push((line.mark ?? '') + words)
    before = line
  }
  return texts.join('\n')
}

const inMarks = (runs) => inBold(together(spaced(runs), 'address').flatMap(wholeLink), linked).trim()

const inBold = (runs, write) => together(runs, 'isBold').map((bold) => {
  const words = together(bold, 'address').map(write).join('')
  return bold[0].isBold ? `**${words}**` : words
}).join('')

/** A link that is bold in part stays one link: its words carry the marks. */
function wholeLink (runs) {
  const { address } = runs[0]
  const isMixed = address && runs.some(({ isBold }) => isBold !== runs[0].isBold)
  return isMixed ? [{ text: inBold(runs, textOf), isBold: false, address }] : runs
}

/** Space stands outside of a mark unless both its neighbours are in it; two spaces are one. */
function spaced (runs) {
  const pieces = runs.flatMap(({ text, isBold = false, address = '' }) =>
    text.split(/( )/).filter(Boolean).map((text) => ({ text, isBold, address })))
  const kept = pieces.filter(({ text }, place) => text !== ' ' || pieces[place - 1]?.text !== ' ')
  return kept.map((piece, place) => {
    if (piece.text !== ' ') return piece
    const [before, after] = [kept[place - 1], kept[place + 1]]
    return {
      text: ' ',
      isBold: Boolean(before?.isBold && after?.isBold),
      address: before?.address === after?.address ? before?.address ?? '' : ''
    }
  })
}

/** Neighbours that are alike in this, side by side. */
function together (runs, what) {
  const groups = []
  for (const run of runs) {
    const last = groups[groups.length - 1]
    if (last && last[0][what] === run[what]) last.push(run)
    else groups.push([run])
  }
  return groups
}

const textOf = (runs) => runs.map(({ text }) => text).join('')

function linked (runs) {
  const words = textOf(runs)
  const { address } = runs[0]
  if (!address || !words.trim()) return words
  return /[[\]]/.test(words) ? `${words} (${address})` : `[${words}](${address})`
}
