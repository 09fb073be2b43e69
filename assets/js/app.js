// Wakes the GOV.UK Frontend components that fundapp uses; every page works without it.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation,
  SkipLink, createAll
} from 'govuk-frontend'

const used = [
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation,
  SkipLink
]
used.forEach((component) => createAll(component))
