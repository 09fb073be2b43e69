// Counts down to an instant by the service's clock: the page carries the instant it was made and the instant
// that comes, and only the time since then is measured here. The visitor's own clock is never read as the time.
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [[DAY, 'day'], [HOUR, 'hour'], [MINUTE, 'minute'], [SECOND, 'second']]
const SAID_AT = [HOUR, 10 * MINUTE, MINUTE]
// Everybody reaches the end at once: the questions to the service are spread over so long.
const SPREAD = 5 * SECOND
const TRY_AGAIN_AFTER = 5 * SECOND
// A machine that slept counts no time: its two clocks are then apart by the sleep.
const SLEPT = 2 * SECOND

const counted = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`

/** So long in its two largest units; seconds only in the last hour. */
export function inWords (left) {
  const whole = Math.max(0, Math.ceil(left / SECOND) * SECOND)
  const first = Math.max(0, STEPS.findIndex(([size]) => whole >= size))
  const shown = whole < SECOND ? STEPS.slice(-1) : STEPS.slice(first, first + 2)
  const words = []
  let rest = whole
  for (const [size, word] of shown) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0 && !(size === SECOND && whole >= HOUR)) words.push(counted(count, word))
  }
  return words.join(' ') || counted(0, 'second')
}

export class Countdown {
  constructor (time) {
    this.time = time
    this.status = time.nextElementSibling
    // Where people write, the page is never loaded anew under them.
    this.notice = time.closest('[data-closing]')
    this.whole = Date.parse(time.dateTime) - Date.parse(time.dataset.countdown)
    this.began = performance.now()
    this.apart = Date.now() - this.began
    this.before = this.whole
  }

  start () {
    this.timer = setInterval(() => this.tick(), SECOND)
  }

  tick () {
    const left = this.whole - (performance.now() - this.began)
    if (left <= 0 || Math.abs(Date.now() - performance.now() - this.apart) > SLEPT) {
      clearInterval(this.timer)
      if (left <= 0 && this.notice) return this.end()
      setTimeout(() => this.askAnew(), left <= 0 ? Math.random() * SPREAD : 0)
    }
    this.show(left)
    this.before = left
  }

  /** The figure changes in silence; the last hour, ten minutes and minute are spoken as each begins. */
  show (left) {
    const words = inWords(left)
    if (this.time.textContent !== words) this.time.textContent = words
    if (SAID_AT.some((at) => this.before > at && left <= at)) {
      this.status.textContent = `${this.time.dataset.label} ${words}`
    }
  }

  /** Say in place that it is over. */
  end () {
    const said = this.notice.querySelector('[data-ended]')
    this.notice.querySelector('[data-left]').hidden = true
    said.textContent = said.dataset.ended
  }

  /** Put the notice of the same page as it is now in place of this one. */
  renew (page) {
    const fresh = new DOMParser().parseFromString(page, 'text/html').querySelector('[data-closing]')
    if (!fresh) {
      this.notice.querySelector('[data-left]').hidden = true
      return
    }
    this.notice.replaceWith(fresh)
    fresh.querySelectorAll('time[data-countdown]').forEach((time) => new Countdown(time).start())
  }

  /** Have the service say how things stand; while it cannot be reached, the page stays and asks again. */
  async askAnew () {
    try {
      const answer = await fetch(location.href, { cache: 'no-store' })
      if (this.notice) this.renew(await answer.text())
      else location.reload()
    } catch {
      setTimeout(() => this.askAnew(), TRY_AGAIN_AFTER)
    }
  }
}
