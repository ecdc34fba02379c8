// A form with a file: sent in pieces, so that a cut connection goes on where it was. Without this it is a plain form.
import { Upload } from 'tus-js-client';

const PIECE_BYTES = 4 * 1024 * 1024;
const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000];

for (const form of document.querySelectorAll('form[data-upload]')) {
  const input = form.querySelector('input[type="file"]');
  const button = form.querySelector('button[type="submit"]');
  const status = form.querySelector('[data-upload-status]');
  let said = '';
  const say = (words) => {
    if (words !== said) status.textContent = said = words;
  };

  form.addEventListener('submit', (event) => {
    const [file] = input.files;
    if (!file || file.size === 0) return;
    event.preventDefault();
    button.disabled = true;
    say('Sending. You can stay on this page.');
    const upload = new Upload(file, {
      endpoint: '/my/uploads',
      chunkSize: PIECE_BYTES,
      retryDelays: WAITS,
      removeFingerprintOnSuccess: true,
      headers: { 'csrf-token': form.elements._csrf.value },
      metadata: { purpose: form.dataset.upload, filename: file.name, filetype: file.type },
      onProgress: (sent, total) => say(`Sent ${Math.floor((sent / total) * 10) * 10} percent.`),
      onShouldRetry: (error) => {
        const answer = error.originalResponse?.getStatus() ?? 0;
        const again = answer === 0 || answer === 409 || answer >= 500;
        if (again) say('The connection was cut. We go on by ourselves when it is back.');
        return again;
      },
      onError: (error) => {
        const words = error.originalResponse?.getStatus() === 422 ? error.originalResponse.getBody() : '';
        say(words || 'It could not be sent. Press the button to go on from where it stopped.');
        button.disabled = false;
        input.focus();
      },
      onSuccess: () => {
        say('All of it is here.');
        const id = document.createElement('input');
        id.type = 'hidden';
        id.name = 'fileId';
        id.value = upload.url.split('/').pop();
        form.prepend(id);
        // Our file is there already; the form brings the rest.
        input.disabled = true;
        form.submit();
      },
    });
    upload.findPreviousUploads().then((earlier) => {
      if (earlier.length > 0) upload.resumeFromPreviousUpload(earlier[0]);
      upload.start();
    });
  });
}
