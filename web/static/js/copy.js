// Copies a text that stands on the page; without this module it is marked and copied by hand.
export function wake(list) {
  for (const button of list.querySelectorAll('[data-copy-of]')) {
    const words = button.textContent
    button.hidden = false
    button.addEventListener('click', async () => {
      const text = document.getElementById(button.dataset.copyOf)
      try {
        await navigator.clipboard.writeText(text.textContent)
      } catch {
        // Over plain http there is no clipboard: the text is marked, ready for Ctrl + C.
        getSelection().selectAllChildren(text)
        return
      }
      button.textContent = list.dataset.done
      setTimeout(() => { button.textContent = words }, 2000)
    })
  }
}
