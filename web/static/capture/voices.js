// Sounds and pictures of the languages of the district, beside questions and answers.
import { el, icon } from './dom.js'
import { besideOf } from './forms.js'
import { t } from './words.js'

let player, sounding

export const speaks = (label, page) => Boolean(besideOf(page.form, label?.audioSource) || besideOf(page.form, label?.imageSource))

// One voice at a time; touched again it falls silent.
export function voice(label, page) {
  const file = besideOf(page.form, label?.audioSource)
  if (!file) return null
  const words = el('span', {}, t('voice.play'))
  const button = el('button', { type: 'button', className: 'btn quiet voice' }, icon('sound'), words)
  button.addEventListener('click', async () => {
    const again = sounding === button
    hush()
    if (again) return undefined
    const content = await page.desk.media(file)
    if (!content) return told('voice.missing')
    player = new Audio(URL.createObjectURL(content))
    sounding = button
    button.setAttribute('aria-pressed', 'true')
    words.textContent = t('voice.stop')
    player.addEventListener('ended', hush)
    player.play().catch(error => {
      if (error.name === 'AbortError') return // silenced before it began
      if (sounding === button) hush()
      told('voice.unplayed')
    })
    return undefined
  })
  const told = key => { button.classList.add('told'); words.textContent = t(key) }
  button.hush = () => { words.textContent = t('voice.play'); button.removeAttribute('aria-pressed') }
  return button
}

export function hush() {
  if (!sounding) return
  player.pause()
  URL.revokeObjectURL(player.src)
  sounding.hush()
  sounding = player = undefined
}

export function picture(label, page) {
  const file = besideOf(page.form, label?.imageSource)
  if (!file) return null
  const image = el('img', { className: 'picto', alt: '' })
  page.desk.media(file).then(content => {
    if (!content) return image.remove()
    image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true })
    image.src = URL.createObjectURL(content)
    return undefined
  })
  return image
}
