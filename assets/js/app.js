// Wakes the GOV.UK Frontend components that fundapp uses; every page works without it.
import { Costs } from './costs.js'
import { Countdown } from './countdown.js'
import { Autosave } from './writing/autosave.js'
import { Counter } from './writing/counter.js'
import { Pasting } from './writing/pasting.js'
import { Toolbar } from './writing/toolbar.js'
import { Uploads } from './writing/uploads.js'
import {
  Button, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios, ServiceNavigation,
  SkipLink, createAll
} from 'govuk-frontend'

const used = [
  Button, Counter, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink
]
used.forEach((component) => createAll(component))
document.querySelectorAll('form[data-costs]').forEach((form) => new Costs(form).start())
for (const form of document.querySelectorAll('form[data-marked]')) {
  new Toolbar(form).start()
  new Pasting(form).start()
}
document.querySelectorAll('form[data-autosave]').forEach((form) => new Autosave(form).start())
document.querySelectorAll('form[data-uploads]').forEach((form) => new Uploads(form).start())
document.querySelectorAll('time[data-countdown]').forEach((time) => new Countdown(time).start())

// A long order of discussion scrolls alone: the item on the page stands in sight in it.
const order = document.querySelector('.app-board__agenda')
const now = order?.querySelector('[aria-current]')
if (now) order.scrollTop = now.offsetTop - order.offsetTop - order.clientHeight / 3
