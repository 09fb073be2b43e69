// Saves a form as it is written, within two seconds of a pause. What is written is kept in the browser
// until the service has confirmed it; a lost network, an ended session or somebody else's words are shown,
// and nothing is ever put over what the person has on the screen without being asked to.
import { takeOutHidden } from './hidden.js'
import { LocalCopy } from './local_copy.js'
import { Mistakes, labelOf } from './mistakes.js'
import { Notices } from './notices.js'
import { offerSignIn } from './sign_in.js'

const PAUSE = 1200
const LONGEST_WAIT = 10_000
const ANSWER_WITHIN = 12_000
const TRY_AGAIN_AFTER = [2_000, 4_000, 8_000, 15_000, 30_000]
const NOT_WORDS = ['csrf_token', 'version', 'next', 'stay', 'add', 'remove']
const CHOSEN = ['radio', 'checkbox']

const since = ({ saved_at: time, who }) => [time && `at ${time}`, who && `by ${who}`].filter(Boolean).join(' ') || 'meanwhile'
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)

export class Autosave {
  constructor (form) {
    this.form = form
    this.notices = new Notices(form)
    this.mistakes = new Mistakes(form)
    this.copy = new LocalCopy(form.dataset.copy)
    this.confirmed = 'unsaved' in form.dataset ? null : this.written()
    this.savedAt = form.dataset.savedAt
    this.sending = null
    this.unanswered = []
    this.timer = 0
    this.failures = 0
    this.unsavedSince = 0
    this.takenOut = {}
  }

  start () {
    this.form.addEventListener('input', () => this.changed())
    this.form.addEventListener('submit', (event) => this.press(event))
    addEventListener('online', () => this.tryAgain())
    addEventListener('focus', () => this.notices.shown === 'signed-out' && this.tryAgain())
    document.addEventListener('visibilitychange', () => document.hidden && this.save({ keepalive: true }))
    this.putBack()
  }

  /** The person's words as the form holds them, by field; line ends are those a form sends. */
  written () {
    const words = {}
    for (const [name, value] of new FormData(this.form)) {
      if (!NOT_WORDS.includes(name)) (words[name] ??= []).push(value.replace(/\r?\n/g, '\n'))
    }
    return words
  }

  put (words) {
    this.form.dispatchEvent(new CustomEvent('put', { detail: words }))
    this.form.querySelector('[data-preview]')?.replaceChildren()
    const places = {}
    for (const field of this.form.elements) {
      const { name, type } = field
      if (!name || type === 'submit' || NOT_WORDS.includes(name)) continue
      const values = words[name] ?? []
      if (CHOSEN.includes(type)) field.checked = values.includes(field.value)
      else field.value = values[places[name] = (places[name] ?? -1) + 1] ?? ''
      field.dispatchEvent(new Event('keyup', { bubbles: true }))
    }
  }

  /** The words as the person reads them: an option by its label, each box under its own where there are several. */
  asRead (words) {
    const named = (value) => {
      const option = [...this.form.querySelectorAll('option, [type=radio], [type=checkbox]')].find((each) => each.value === value)
      return option ? (option.labels?.[0] ?? option).textContent.trim() : value
    }
    const said = (values) => values.filter(Boolean).map(named)
    if (Object.keys(words).length < 2) return Object.values(words).flatMap(said).join('\n')
    return Object.entries(words).map(([name, values]) => `${labelOf(this.form, name)}: ${said(values).join(' ') || '–'}`).join('\n')
  }

  changed () {
    this.isKept = this.copy.keep(this.written(), this.version.value)
    this.notices.clear('refused', 'put-back', 'waits')
    this.takenOut = {}
    if (['meanwhile', 'changed-elsewhere'].includes(this.notices.shown)) return
    this.unsavedSince ||= Date.now()
    this.notices.say('unsaved')
    this.saveIn(Date.now() - this.unsavedSince > LONGEST_WAIT ? 0 : PAUSE)
  }

  saveIn (milliseconds) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), milliseconds)
  }

  tryAgain () {
    if (!this.isSaved()) this.save()
  }

  isSaved () {
    return this.confirmed !== null && same(this.written(), this.confirmed)
  }

  /** A button was pressed: first make sure of the words, then go on as the button says. */
  async press (event) {
    if (this.isSaved()) return this.copy.forget()
    event.preventDefault()
    const button = event.submitter
    if (await this.save({ isPressed: true }) && same(this.takenOut, {})) this.form.requestSubmit(button)
    else if (!this.mistakes.focus()) this.notices.place.scrollIntoView({ block: 'nearest' })
  }

  /** Save what is written now; whether it is confirmed. While a message stands, the service judges it anew. */
  async save (options = {}) {
    this.takeOut()
    clearTimeout(this.timer)
    if (this.sending) await this.sending
    if (this.isSaved() && !this.mistakes.first) return this.settle()
    this.sending = this.send(this.written(), options)
    const isConfirmed = await this.sending
    this.sending = null
    return isConfirmed
  }

  /** What the service would not keep is taken out before it is sent, and that is said beside its box. */
  takeOut () {
    const boxes = takeOutHidden(this.form)
    if (!boxes.length) return
    const said = this.notices.words('taken-out').textContent
    this.takenOut = Object.fromEntries(boxes.map(({ id }) => [id, said]))
    this.tell({})
  }

  /** Say beside the boxes what is wrong with them, and what was taken out of them. */
  tell (mistakes) {
    this.mistakes.show({ ...this.takenOut, ...mistakes })
  }

  async send (words, { isPressed = false, ...options }) {
    this.notices.say('saving')
    this.unanswered.push(words)
    const body = new URLSearchParams(new FormData(this.form))
    if (isPressed) body.set('pressed', '1')
    let response
    let answer
    try {
      response = await fetch(this.form.dataset.autosave, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN),
        ...options
      })
      answer = await response.json()
    } catch {
      return this.unreachable()
    }
    if (response.ok) return this.keep(words, answer)
    if (response.status >= 500) return this.unreachable()
    if (response.status === 401) return this.signedOut(answer)
    if (answer.csrf) return this.signedInAnew(answer)
    if (answer.reload) return this.changedElsewhere(answer)
    if (answer.theirs) return this.isOwn(answer.theirs) ? this.goOnFrom(answer) : this.meanwhile(answer)
    return answer.waits ? this.wait(answer.waits) : this.refuse(answer)
  }

  keep (words, answer) {
    this.failures = 0
    this.unanswered = []
    this.confirmed = words
    this.version.value = answer.version
    this.notices.clear('unreachable', 'unreachable-not-kept', 'signed-out', 'refused', 'waits')
    this.tell(answer.mistakes ?? {})
    this.savedAt = answer.saved_at
    if ('aside' in answer) this.form.querySelector('[data-aside]').replaceChildren(answer.aside)
    if ('preview' in answer) this.form.querySelector('[data-preview]').innerHTML = answer.preview
    for (const [name, part] of Object.entries(answer.parts ?? {})) {
      const place = document.querySelector(`[data-part="${name}"]`)
      if (place.innerHTML !== part) place.innerHTML = part // said aloud only when it changes
    }
    if (this.isSaved()) return this.settle()
    this.copy.keep(this.written(), answer.version)
    this.saveIn(PAUSE)
    return true
  }

  /** What is on the screen is what the service has. */
  settle () {
    this.unsavedSince = 0
    this.copy.forget()
    this.notices.say(this.savedAt ? 'saved' : 'untouched', this.savedAt)
    return true
  }

  /** Whether these are words this page sent and never had an answer for: they arrived all the same. */
  isOwn (theirs) {
    return this.unanswered.some((words) => same(words, theirs))
  }

  goOnFrom (answer) {
    this.version.value = answer.version
    this.confirmed = answer.theirs
    return this.send(this.written(), {})
  }

  unreachable () {
    this.notices.say('unsaved')
    this.notices.show(this.isKept === false ? 'unreachable-not-kept' : 'unreachable')
    this.saveIn(TRY_AGAIN_AFTER[Math.min(this.failures++, TRY_AGAIN_AFTER.length - 1)])
    return false
  }

  signedOut (answer) {
    this.notices.say('unsaved')
    if (this.notices.shown !== 'signed-out') {
      offerSignIn(this.notices.show('signed-out'), this.form, answer, () => this.save())
    }
    return false
  }

  /** Signed in again in another window: this page goes on with the new session's token, for the same person. */
  signedInAnew (answer) {
    if (String(answer.person) !== this.form.dataset.person) return this.refuse(answer)
    this.form.elements.csrf_token.value = answer.csrf
    return this.send(this.written(), {})
  }

  refuse ({ error, mistakes = {} }) {
    this.notices.say('unsaved')
    this.notices.show('refused', { error })
    this.tell(mistakes)
    return false
  }

  /** Nothing is wrong, only unfinished, or for the person to press: the words stay in the browser until then. */
  wait (why) {
    this.notices.say('unsaved')
    this.notices.show('waits', { why })
    this.tell({})
    return false
  }

  /** Somebody else, or this person in another window, saved other words: both are shown, the person chooses. */
  meanwhile (answer) {
    this.notices.say('unsaved')
    const notice = this.notices.show('meanwhile', { theirs: this.asRead(answer.theirs), since: since(answer) })
    const choose = (words) => {
      if (words === answer.theirs && this.rowsShort(words)) {
        this.copy.forget()
        return location.reload()
      }
      this.version.value = answer.version
      this.confirmed = answer.theirs
      this.savedAt = answer.saved_at
      this.put(words)
      this.notices.clear()
      this.form.querySelector('textarea, select, input:not([type=hidden])').focus()
      this.save()
    }
    notice.querySelector('[data-keep-mine]').addEventListener('click', () => choose(this.written()))
    notice.querySelector('[data-take-theirs]').addEventListener('click', () => {
      const mine = this.asRead(this.written())
      choose(answer.theirs)
      this.notices.show('set-aside', { mine })
    })
    return false
  }

  /** The same for a form that cannot show what was saved beside it: a page of its own does. */
  changedElsewhere (answer) {
    this.notices.say('unsaved')
    const notice = this.notices.show('changed-elsewhere', { since: since(answer) })
    notice.querySelector('[data-keep-mine]').addEventListener('click', () => {
      this.version.value = answer.version
      this.notices.clear()
      this.save()
    })
    notice.querySelector('[data-take-theirs]').addEventListener('click', () => {
      this.copy.forget()
      location.reload()
    })
    return false
  }

  /** Words this browser kept from before: put back when nothing else was saved since, shown beside it otherwise. */
  putBack () {
    const kept = this.copy.read()
    if (!kept || this.goWhereThereIsRoom(kept.words)) return
    if (same(kept.words, this.confirmed)) return this.copy.forget()
    const theirs = this.confirmed ?? this.written()
    this.put(kept.words)
    if (kept.version === this.version.value) {
      this.notices.show('put-back')
      this.save()
    } else {
      const { savedBy: who = '', savedAt = '' } = this.form.dataset
      this.meanwhile({ theirs, version: this.version.value, who, saved_at: savedAt })
    }
  }

  /** How many rows these words have, where the page has fewer. */
  rowsShort (words) {
    const boxes = Number(this.form.querySelector('[data-boxes]')?.dataset.boxes)
    const needed = Math.ceil((words.answer?.length ?? 0) / boxes)
    return boxes && needed > (this.written().answer?.length ?? 0) / boxes ? needed : 0
  }

  /** Open the page with as many rows as these words have, once; whether that is under way. */
  goWhereThereIsRoom (words) {
    const search = `?rows=${this.rowsShort(words)}`
    if (search === '?rows=0' || location.search === search) return false
    location.search = search
    return true
  }

  get version () {
    return this.form.elements.version
  }
}
