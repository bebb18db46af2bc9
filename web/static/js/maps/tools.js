// The tools over a map: search, measure, full screen, the crowd of its points, the slider of rounds.

import { crowd } from './heat.js'
import { measurer } from './measure.js'
import { slider } from './rounds.js'
import { searcher } from './search.js'
import { button } from './values.js'

/** Put the tools in their place over the map; a small map has none. */
export function equip(map, state) {
  const place = document.getElementById(`${state.id}-herramientas`)
  if (!place || !state.settings.tools) return
  const { buttons, panel } = measurer(map, state)
  const heat = crowd(map, state)
  const wide = fullScreen(map, state)
  // What comes by tiles is not all here to be searched.
  if (state.layers.some(({ config }) => config.style !== 'tiles')) place.append(searcher(map, state))
  place.append(...buttons, ...[heat?.button, wide].filter(Boolean))
  place.append(...[slider(map, state), panel, heat?.note].filter(Boolean))
  place.hidden = false
}

function fullScreen(map, { box, settings: { words } }) {
  const whole = box.closest('.mapa')
  if (!whole.requestFullscreen) return null // as on some telephones
  const found = button(words.full, 'btn quiet', () => document.fullscreenElement ? document.exitFullscreen() : whole.requestFullscreen())
  document.addEventListener('fullscreenchange', () => {
    found.textContent = document.fullscreenElement === whole ? words.leave_full : words.full
    map.invalidateSize()
  })
  return found
}
