// Signs the same person in again without leaving the page, so that what stands on it stays.

/** Let this notice open a window to sign in; once that has worked, the form carries the new token and goes on. */
export function offerSignIn (notice, form, answer, goOn) {
  const dialog = document.querySelector('template[data-words="sign-in"]').content.cloneNode(true).querySelector('dialog')
  const asking = dialog.querySelector('form')
  let token = answer.csrf
  document.body.append(dialog)
  notice.querySelector('[data-sign-in]').addEventListener('click', () => dialog.showModal())
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close())

  const say = (text, address) => {
    dialog.querySelector('[data-problem]').textContent = text
    const way = dialog.querySelector('[data-other-way]')
    if (address) way.href = address
    if (address) way.focus()
  }

  asking.addEventListener('submit', async (event) => {
    event.preventDefault()
    const body = new URLSearchParams(new FormData(asking))
    body.set('csrf_token', token)
    say('')
    let response
    let said
    try {
      response = await fetch(asking.action, { method: 'POST', headers: { Accept: 'application/json' }, body })
      said = await response.json()
    } catch {
      return say(asking.dataset.unreachable)
    }
    token = said.csrf ?? token
    if (!response.ok) return say(said.error)
    if (said.code_owed) return say(asking.dataset.codeOwed, said.code_owed)
    if (String(said.person) !== form.dataset.person) return say(asking.dataset.somebodyElse)
    form.elements.csrf_token.value = token
    dialog.remove()
    goOn()
  })
}
