// What somebody has written and the service has not confirmed yet, kept in this browser until it has. Each
// window keeps its own, so that one never takes away or writes over what another has not saved.
const PREFIX = 'fundapp:unsaved:'
const WINDOW = 'fundapp:window'

/** What this window is called, also after the page is loaded anew. */
const ownName = () => {
  try {
    const name = sessionStorage.getItem(WINDOW) ?? `${Date.now()}-${Math.random()}`
    sessionStorage.setItem(WINDOW, name)
    return name
  } catch {
    return ''
  }
}

export class LocalCopy {
  constructor (name) {
    this.place = `${PREFIX}${name}#`
    this.key = this.place + ownName()
    this.found = null
  }

  /** Keep these words, written on top of this version; false where the browser keeps nothing. */
  keep (words, version) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ words, version, at: Date.now() }))
      return true
    } catch {
      return false
    }
  }

  /** The words kept and the version they were written on: this window's own, else the newest; or nothing. */
  read () {
    try {
      const kept = Object.entries(localStorage).filter(([key]) => key.startsWith(this.place))
      const newest = (one, other) => JSON.parse(other[1]).at - JSON.parse(one[1]).at
      this.found = kept.find(([key]) => key === this.key) ?? kept.sort(newest)[0] ?? null
      return this.found && JSON.parse(this.found[1])
    } catch {
      return null
    }
  }

  /** Let go of this window's own words, and of those read from another that it has not changed since. */
  forget () {
    try {
      localStorage.removeItem(this.key)
      const [key, words] = this.found ?? []
      if (key && localStorage.getItem(key) === words) localStorage.removeItem(key)
      this.found = null
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }
}
