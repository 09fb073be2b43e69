// What somebody has written and the service has not confirmed yet, kept in this browser until it has.
const PREFIX = 'fundapp:unsaved:'

export class LocalCopy {
  constructor (name) {
    this.key = PREFIX + name
  }

  /** Keep these words, written on top of this version; false where the browser keeps nothing. */
  keep (words, version) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ words, version }))
      return true
    } catch {
      return false
    }
  }

  /** The words kept and the version they were written on, or nothing. */
  read () {
    try {
      return JSON.parse(localStorage.getItem(this.key))
    } catch {
      return null
    }
  }

  forget () {
    try {
      localStorage.removeItem(this.key)
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }
}
