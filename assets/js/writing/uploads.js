// Sends chosen or dropped files in pieces, one file after the other. A lost network, an ended session or a
// server that starts anew costs a piece: the service says how far a file has come, and it goes on from there.
import { offerSignIn } from './sign_in.js'

const PIECE = 400_000
const ANSWER_WITHIN = 30_000
const TRY_AGAIN_AFTER = [1_000, 2_000, 4_000, 8_000, 15_000]

const words = (name, texts = {}) => {
  const found = document.querySelector(`template[data-words="upload-${name}"]`).content.cloneNode(true)
  for (const slot of found.querySelectorAll('[data-slot]')) slot.textContent = texts[slot.dataset.slot]
  return found
}

export class Uploads {
  constructor (form) {
    this.form = form
    this.input = form.querySelector('input[type=file]')
    this.rows = form.querySelector('[data-sending]')
    this.said = form.querySelector('[data-said]')
    this.waiting = []
    this.isSending = false
    this.wake = () => {}
  }

  start () {
    this.form.querySelector('[name=stay]').remove()
    this.input.addEventListener('change', () => this.choose([...this.input.files]))
    addEventListener('online', () => this.wake())
    addEventListener('beforeunload', (event) => this.isSending && event.preventDefault())
  }

  choose (files) {
    if (!files.length) return
    this.input.value = ''
    this.input.dispatchEvent(new Event('change'))
    this.rows.querySelectorAll('[data-refused]').forEach((row) => row.remove())
    this.waiting.push(...files.map((file) => ({ file, row: this.rowFor(file) })))
    if (!this.isSending) this.sendAll()
  }

  rowFor (file) {
    this.rows.append(words('row', { name: file.name }))
    this.rows.hidden = false
    const row = this.rows.lastElementChild
    row.querySelector('progress').setAttribute('aria-label', file.name)
    this.say(row, 'waiting')
    return row
  }

  async sendAll () {
    this.isSending = true
    while (this.waiting.length) {
      const { file, row } = this.waiting.shift()
      await this.send(file, row)
    }
    this.isSending = false
    this.rows.hidden = !this.rows.children.length
  }

  /** Do what the service says comes next, until the file is added or refused. */
  async send (file, row) {
    let standing = null
    for (let failures = 0; ;) {
      this.say(row, standing?.received === file.size ? 'checking' : 'sending')
      const answer = standing ? await this.sendPiece(file, standing) : await this.begin(file)
      if (answer?.added) return this.added(row, answer.added)
      if (answer?.csrf) await this.signedOut(row, answer)
      else if (answer?.error) return this.refused(row, answer.error)
      if (answer) failures = 0
      else await this.unreachable(row, failures++)
      standing = answer?.next ? answer : null
      if (standing) row.querySelector('progress').value = Math.floor(standing.received * 100 / file.size)
    }
  }

  begin (file) {
    const about = { filename: file.name, size: file.size, modified: file.lastModified }
    return this.ask(this.form.dataset.uploads, new URLSearchParams(about))
  }

  sendPiece (file, { next, received }) {
    return this.ask(next, file.slice(received, received + PIECE), { 'Content-Type': 'application/octet-stream' })
  }

  /** What the service answers; nothing when it cannot be reached or is not well. */
  async ask (address, body, headers = {}) {
    const token = this.form.elements.csrf_token.value
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { Accept: 'application/json', 'X-CSRFToken': token, ...headers },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN)
      })
      return response.status < 500 ? await response.json() : null
    } catch {
      return null
    }
  }

  unreachable (row, failures) {
    this.say(row, 'unreachable')
    return new Promise((resolve) => {
      this.wake = resolve
      setTimeout(resolve, TRY_AGAIN_AFTER[Math.min(failures, TRY_AGAIN_AFTER.length - 1)])
    })
  }

  /** The session ended, or another one began: go on with its token once the same person is there. */
  signedOut (row, answer) {
    if (String(answer.person) === this.form.dataset.person) {
      this.form.elements.csrf_token.value = answer.csrf
      return
    }
    this.say(row, 'signed-out')
    return new Promise((resolve) => offerSignIn(row, this.form, answer, resolve))
  }

  refused (row, error) {
    row.dataset.refused = ''
    row.querySelector('progress').remove()
    this.say(row, 'refused', { error })
    this.said.textContent = error
  }

  /** The list of files as the service shows it now takes the place of the one on the page. */
  async added (row, name) {
    let list
    for (let failures = 0; !(list = await this.list()); failures++) await this.unreachable(row, failures)
    document.querySelector('[data-files]').replaceWith(list)
    row.remove()
    this.said.replaceChildren(words('added', { name }))
  }

  async list () {
    try {
      const page = await (await fetch(location.pathname)).text()
      return new DOMParser().parseFromString(page, 'text/html').querySelector('[data-files]')
    } catch {
      return null
    }
  }

  say (row, name, texts = {}) {
    const percent = row.querySelector('progress')?.value
    row.querySelector('[data-state]').replaceChildren(words(name, { percent, ...texts }))
  }
}
