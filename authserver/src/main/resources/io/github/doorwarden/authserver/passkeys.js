// Passkeys (WebAuthn level 3): asks the browser, and puts what it answers into the form that asked. Without this script
// the forms stay hidden, and every other way to sign in works as before.
'use strict';
(() => {
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  const options = json => {
    const all = JSON.parse(json);
    all.challenge = bytes(all.challenge);
    if (all.user) {
      all.user.id = bytes(all.user.id);
    }
    (all.excludeCredentials || []).forEach(known => { known.id = bytes(known.id); });
    return all;
  };

  const answer = credential => {
    const response = {};
    for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (credential.response[part]) {
        response[part] = text(credential.response[part]);
      }
    }
    return JSON.stringify({id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: {}});
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!window.PublicKeyCredential) {
      continue;
    }
    form.hidden = false;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const status = form.querySelector('[role=status]');
      try {
        const publicKey = options(form.dataset.options);
        const credential = await (form.dataset.passkey === 'create' ? navigator.credentials.create({publicKey})
            : navigator.credentials.get({publicKey}));
        form.elements.credential.value = answer(credential);
        form.submit();
      } catch (problem) {
        status.textContent = problem.name === 'InvalidStateError' ? 'This device has a passkey for here already.'
            : 'The device gave no passkey. Try again, or sign in another way.';
      }
    });
  }
})();
