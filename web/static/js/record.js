// Records one sentence with the microphone and puts it where the form sends its file from.
// Where there is no microphone, the choice of a file stays as it is.
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']
const BITS = 32_000 // a second: speech is clear, half a minute takes 120 kB

export function wake(box) {
  const input = box.querySelector('input[type=file]'), words = JSON.parse(box.dataset.words)
  const type = globalThis.MediaRecorder && navigator.mediaDevices && TYPES.find(each => MediaRecorder.isTypeSupported(each))
  if (!type) return
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn big quiet', textContent: words.begin })
  const status = Object.assign(document.createElement('p'), { className: 'small' })
  status.setAttribute('role', 'status')
  const player = Object.assign(document.createElement('audio'), { controls: true, hidden: true })
  input.before(button, status, player)
  input.hidden = true
  let recorder

  async function begin() {
    let stream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } })
    } catch {
      status.textContent = words.denied
      input.hidden = false
      return
    }
    const parts = []
    recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS })
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
    let left = Number(box.dataset.seconds)
    const told = () => { status.textContent = words.left.replace('{n}', left) }
    const clock = setInterval(() => { left--; left <= 0 ? recorder.stop() : told() }, 1000)
    recorder.addEventListener('stop', () => {
      clearInterval(clock)
      for (const track of stream.getTracks()) track.stop()
      recorder = undefined
      button.textContent = words.again
      heard(new Blob(parts, { type: type.split(';')[0] }))
    })
    player.hidden = true
    recorder.start()
    button.textContent = words.end
    told()
  }

  function heard(sound) {
    if (sound.size > Number(box.dataset.most)) {
      status.textContent = words.large
      return
    }
    const given = new DataTransfer()
    given.items.add(new File([sound], `voz.${sound.type.split('/')[1]}`, { type: sound.type }))
    input.files = given.files
    URL.revokeObjectURL(player.src)
    player.src = URL.createObjectURL(sound)
    player.hidden = false
    status.textContent = words.heard
  }

  button.addEventListener('click', () => (recorder ? recorder.stop() : begin()))
}
