// A photograph: made small enough for a slow line and without what the camera wrote into it.
import { button, el, pick } from './dom.js'
import { t } from './words.js'

const SIDE = 1600, QUALITY = .8

export async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height))
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) })
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
  return new File([blob], `${crypto.randomUUID()}.jpg`, { type: 'image/jpeg' })
}

export function photo(node, id, page) {
  const shown = el('div', { className: 'photo' })
  let wrong = ''
  const draw = () => {
    const file = node.currentState.value
    shown.replaceChildren(...(file ? [el('img', { src: URL.createObjectURL(file), alt: t('photo.alt') }), button(t('photo.remove'), () => put(null), 'quiet')] : []))
  }
  const put = async file => {
    wrong = ''
    try {
      node.setValue(file && await shrunk(file))
    } catch {
      wrong = t('photo.unread')
    }
    draw()
    page.changed(node)
  }
  const take = el('button', { type: 'button', id, className: 'btn quiet', onclick: async () => { const file = await pick('image/*'); if (file) await put(file) } }, t('photo.take'))
  draw()
  return { element: el('div', {}, take, shown), wrong: () => wrong, group: true }
}
