// Every page works without this file; it makes some things kinder.
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs';
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs';
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs';
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs';
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs';

const words = {
  i18n: {
    wordsUnderLimit: { one: 'You have %{count} word left', other: 'You have %{count} words left' },
    wordsAtLimit: 'You have no words left',
    wordsOverLimit: { one: 'You have %{count} word too many', other: 'You have %{count} words too many' },
  },
};

for (const [Component, options] of [[Button], [CharacterCount, words], [ErrorSummary], [NotificationBanner], [SkipLink]]) {
  for (const element of document.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
    try {
      new Component(element, options);
    } catch (error) {
      // One piece that fails must not take the others with it.
      console.error(error);
    }
  }
}

// Coming back with the browser's Back button: a message already read is not read again.
addEventListener('pageshow', (event) => {
  if (event.persisted) for (const banner of document.querySelectorAll('.al-flash')) banner.remove();
});

// While something is looked for, the page looks again by itself, unless somebody is in the middle of it or looks elsewhere.
const searching = document.querySelector('[data-check-again]');
if (searching) {
  setInterval(async () => {
    if (document.hidden || searching.contains(document.activeElement)) return;
    const answer = await fetch(location.href).then((response) => response.text()).catch(() => null);
    const now = answer && new DOMParser().parseFromString(answer, 'text/html').querySelector('[data-check-again]');
    if (answer && now?.dataset.checkAgain !== searching.dataset.checkAgain) location.reload();
  }, 3_000);
}
